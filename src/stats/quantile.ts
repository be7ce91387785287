/**
 * The q-quantile (0 ≤ q ≤ 1) of values in any order, linear between order statistics at q (n − 1):
 * `numpy.quantile` with its default method. NaN for an empty list.
 */
export function quantile(values: ArrayLike<number>, q: number): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return Number.NaN;
  const place = q * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  const t = place - below;
  // From the nearer end, so that the result never leaves [low, high].
  return t < 0.5 ? low + (high - low) * t : high - (high - low) * (1 - t);
}
