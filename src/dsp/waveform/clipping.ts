import { quantile } from '../../stats/quantile.ts';

/**
 * Clips the given percent of the samples, half of them at the lower and half at the upper quantile:
 * audiomentations' ClippingDistortion, with numpy.percentile's interpolation.
 */
export function clippingDistortion(signal: Float32Array, percent: number): Float32Array {
  if (signal.length === 0) return signal;
  const low = quantile(signal, percent / 200);
  const high = quantile(signal, 1 - percent / 200);
  return signal.map((value) => Math.min(Math.max(value, low), high));
}
