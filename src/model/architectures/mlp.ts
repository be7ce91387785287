import type { Block } from '../language/block.ts';

/** Two hidden layers on the mean and standard deviation of each band over the clip. */
export const mlp: readonly Block[] = [
  { frequency: 'flatten' },
  { pool_time: 'statistics' },
  { norm: 'batch' },
  { dense: 128 },
  { activation: 'relu' },
  { dropout: 0.3 },
  { dense: 64 },
  { activation: 'relu' },
  { dropout: 0.3 },
];
