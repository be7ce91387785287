/**
 * Holm's step-down correction (Holm 1979, `statsmodels.stats.multitest.multipletests(method='holm')`):
 * the i-th smallest of m is multiplied by m − i + 1, never below the one before it, at most 1.
 */
export function holm(p: readonly number[]): readonly number[] {
  const order = [...p.keys()].sort((a, b) => p[a]! - p[b]!);
  const corrected = new Array<number>(p.length);
  let largest = 0;
  for (const [rank, index] of order.entries()) {
    largest = Math.max(largest, Math.min(1, p[index]! * (p.length - rank)));
    corrected[index] = largest;
  }
  return corrected;
}
