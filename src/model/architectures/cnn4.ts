import type { Block } from '../language/block.ts';
import { stage, stem } from './blocks.ts';

const body: readonly Block[] = [
  ...stem,
  ...stage(32, 2),
  ...stage(64, 2),
  ...stage(96),
  { frequency: 'flatten' },
];

/** Four convolutions, mean and standard deviation of every band of every channel over time. */
export const cnn4: readonly Block[] = [...body, { pool_time: 'statistics' }, { dropout: 0.3 }];

/** cnn4 with a learnt weight per frame (Lin et al. 2017, one head) instead of statistics. */
export const cnn4Attention: readonly Block[] = [
  ...body,
  { pool_time: 'attention' },
  { dropout: 0.3 },
];
