/** Frames in the moving average: some 70 ms. */
const smoothed = 9;
/** In pauses, which are taken to be a tenth of a recording, there is noise alone. */
const quantile = 0.1;
/** A low quantile of averages of nine exponential variables lies this much below their mean. */
const bias = 1.35;

/**
 * Power of the noise in every bin: 1.35 × the tenth percentile over time of the power averaged over nine
 * frames (numpy.quantile's linear interpolation). `power` is frames × bins; only frames [from, to) count. No
 * noise where they are fewer than nine.
 */
export function quantileNoise(
  power: Float64Array,
  bins: number,
  { from, to }: { readonly from: number; readonly to: number },
): Float64Array {
  const count = to - from - smoothed + 1;
  const noise = new Float64Array(bins);
  if (count < 1) return noise;
  const averages = new Float64Array(count);
  const place = quantile * (count - 1);
  const below = Math.floor(place);
  for (let k = 0; k < bins; k++) {
    for (let t = 0; t < count; t++) {
      let sum = 0;
      for (let i = 0; i < smoothed; i++) sum += power[(from + t + i) * bins + k]!;
      averages[t] = sum / smoothed;
    }
    averages.sort();
    const low = averages[below]!;
    const high = averages[Math.min(below + 1, count - 1)]!;
    noise[k] = bias * (low + (place - below) * (high - low));
  }
  return noise;
}
