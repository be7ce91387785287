import type { Block } from '../language/block.ts';
import { stage, stem } from './blocks.ts';

/** Two convolutions per resolution; not the Cnn6 of PANNs, which has 4.8 million parameters. */
export const cnn6: readonly Block[] = [
  ...stem,
  ...stage(32, 2),
  ...stage(32),
  ...stage(64, 2),
  ...stage(96),
  ...stage(128),
  { frequency: 'flatten' },
  { pool_time: 'statistics' },
  { dropout: 0.3 },
];
