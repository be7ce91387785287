import type { Block } from '../language/block.ts';
import { stage } from './blocks.ts';

/** A branch of Light-SERNet's first layer. */
function view(kernel: [number, number]): Block[] {
  return [
    { conv: { filters: 32, kernel } },
    { norm: 'batch' },
    { activation: 'relu' },
    { pool: { kind: 'avg', size: 2 } },
  ];
}

/** A stage of Light-SERNet: mean pooling, after the activation. */
function lightStage(filters: number, size: [number, number]): readonly Block[] {
  return [...stage(filters), { pool: { kind: 'avg', size } }];
}

/**
 * Light-SERNet (Aftab et al. 2022): filters along time, along frequency and along both see the input
 * side by side, then five stages and the mean over everything. The paper's biases in front of batch
 * norms, which have no effect, are left out.
 */
export const lightSernet: readonly Block[] = [
  { parallel: [view([1, 11]), view([9, 1]), view([3, 3])] },
  ...lightStage(64, [2, 2]),
  ...lightStage(96, [2, 2]),
  ...lightStage(128, [1, 2]),
  ...lightStage(160, [1, 2]),
  { conv: { filters: 320, kernel: 1 } },
  { norm: 'batch' },
  { activation: 'relu' },
  { frequency: 'mean' },
  { pool_time: 'mean' },
  { dropout: 0.3 },
];
