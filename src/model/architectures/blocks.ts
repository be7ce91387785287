import type { Block } from '../language/block.ts';

/** conv 3 × 3 → (max pool →) norm → ReLU. Before the norm a pool leaves it fewer values to go over. */
export function stage(filters: number, pool?: number): readonly Block[] {
  const pooled: readonly Block[] = pool === undefined ? [] : [{ pool }];
  return [{ conv: filters }, ...pooled, { norm: 'batch' }, { activation: 'relu' }];
}

/** From 1 channel to 16 at half the rate of bands and frames. */
export const stem: readonly Block[] = [
  { conv: { filters: 16, kernel: 5, stride: 2 } },
  { norm: 'batch' },
  { activation: 'relu' },
];
