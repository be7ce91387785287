/**
 * Mixup (Zhang et al. 2018) of each row with the next, the last with the first: row n ← λ_n row n +
 * (1 − λ_n) row n + 1. Rows of a shuffled batch are random, so their neighbours are, too.
 * `scratch` holds at least `width` values.
 */
export function mixRows(
  rows: Float32Array,
  width: number,
  lambda: Float64Array,
  scratch: Float32Array,
): void {
  const count = rows.length / width;
  for (let i = 0; i < width; i++) scratch[i] = rows[i]!;
  for (let n = 0; n < count; n++) {
    const share = lambda[n]!;
    const next = n + 1 < count ? rows : scratch;
    const from = n + 1 < count ? (n + 1) * width : 0;
    const at = n * width;
    for (let i = 0; i < width; i++) {
      rows[at + i] = share * rows[at + i]! + (1 - share) * next[from + i]!;
    }
  }
}

/** The mask of mixed rows: a frame counts where it counts in either. */
export function joinMasks(mask: Float32Array, width: number, scratch: Float32Array): void {
  const count = mask.length / width;
  for (let i = 0; i < width; i++) scratch[i] = mask[i]!;
  for (let n = 0; n < count; n++) {
    const next = n + 1 < count ? mask : scratch;
    const from = n + 1 < count ? (n + 1) * width : 0;
    const at = n * width;
    for (let i = 0; i < width; i++) mask[at + i] = Math.max(mask[at + i]!, next[from + i]!);
  }
}
