/** Moves a signal by `samples` (later where positive). What leaves comes in at the other end, or is lost. */
export function shift(
  signal: Float32Array,
  samples: number,
  { rollover, fade }: { readonly rollover: boolean; readonly fade: number },
): Float32Array {
  const { length } = signal;
  const out = new Float32Array(length);
  const by = Math.max(-length, Math.min(length, samples));
  for (let i = 0; i < length; i++) {
    const from = i - by;
    if (from >= 0 && from < length) out[i] = signal[from]!;
    else if (rollover) out[i] = signal[from < 0 ? from + length : from - length]!;
  }
  // Where the old start and the old end now lie, the signal fades in and out over `fade` samples.
  if (by === 0) return out;
  const seam = by > 0 ? by : length + by;
  for (let i = 0; i < fade; i++) {
    const share = i / fade;
    if (seam + i < length && (rollover || by > 0)) out[seam + i]! *= share;
    if (seam - 1 - i >= 0 && (rollover || by < 0)) out[seam - 1 - i]! *= share;
  }
  return out;
}
