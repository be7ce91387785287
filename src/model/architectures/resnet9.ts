import type { Block } from '../language/block.ts';
import { stage, stem } from './blocks.ts';

/** Two convolutions and a way past them (He et al. 2016, the basic block). */
function basicBlock(filters: number): readonly Block[] {
  const body = [...stage(filters), { conv: filters }, { norm: 'batch' as const }];
  return [{ residual: body }, { activation: 'relu' }];
}

/** Eight convolutions, two residual blocks, one dense layer; cnn4's pooling. */
export const resnet9: readonly Block[] = [
  ...stem,
  ...stage(32, 2),
  ...basicBlock(32),
  ...stage(64, 2),
  ...stage(96),
  ...basicBlock(96),
  { frequency: 'flatten' },
  { pool_time: 'statistics' },
  { dropout: 0.3 },
];
