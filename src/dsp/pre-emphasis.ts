/**
 * y(n) = x(n) − coef × x(n − 1), which lifts high frequencies. Before the signal stands its linear
 * extrapolation, as in librosa.effects.preemphasis: y(0) = x(0) + (2 x(0) − x(1)).
 *
 * @param coef default 0.97, as librosa's
 */
export function preEmphasis(signal: Float32Array, coef = 0.97): Float32Array {
  const out = new Float32Array(signal.length);
  for (let n = 1; n < signal.length; n++) out[n] = signal[n]! - coef * signal[n - 1]!;
  const [first = 0, second = 0] = signal;
  if (signal.length > 0) out[0] = first + (2 * first - second);
  return out;
}
