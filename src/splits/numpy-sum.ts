/**
 * Sums in NumPy's order, so that ties and near-ties fall as they do there. A reduction over rows
 * (`axis=0` of a matrix) adds one after the other; a contiguous one keeps eight partial sums.
 */
function sum(values: readonly number[], order: 'contiguous' | 'rows'): number {
  const n = values.length;
  let total = 0;
  if (order === 'rows' || n < 8) {
    for (const value of values) total += value;
    return total;
  }
  if (n > 128) {
    const half = Math.floor(n / 2) - (Math.floor(n / 2) % 8);
    return sum(values.slice(0, half), order) + sum(values.slice(half), order);
  }
  const parts = new Float64Array(8);
  const whole = n - (n % 8);
  for (let i = 0; i < whole; i++) parts[i % 8] = (parts[i % 8] ?? 0) + (values[i] ?? 0);
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = parts;
  total = a + b + (c + d) + (e + f + (g + h));
  for (let i = whole; i < n; i++) total += values[i] ?? 0;
  return total;
}

/** `numpy.mean` of a vector. */
export function meanOf(
  values: readonly number[],
  order: 'contiguous' | 'rows' = 'contiguous',
): number {
  return sum(values, order) / values.length;
}

/** `numpy.std`: population standard deviation. */
export function spreadOf(
  values: readonly number[],
  order: 'contiguous' | 'rows' = 'contiguous',
): number {
  const centre = meanOf(values, order);
  const squares = values.map((value) => (value - centre) * (value - centre));
  return Math.sqrt(sum(squares, order) / values.length);
}
