import { type FrameOptions, frameGrid } from './frame-grid.ts';

/** Samples within this distance of 0 count as 0, and 0 counts as positive. */
const threshold = 1e-10;

/**
 * Part of a frame's samples whose sign is not that of the sample before, the first sample of a frame never
 * among them: librosa.feature.zero_crossing_rate, which continues the ends with their last sample.
 */
export function zeroCrossingRate(signal: Float32Array, options: FrameOptions): Float32Array {
  const { frameLength } = options;
  const { count, start } = frameGrid(signal.length, options);
  const out = new Float32Array(count);
  for (let t = 0; t < count; t++) {
    // No sign changes in what lies beyond the ends.
    const from = Math.max(0, start(t));
    const to = Math.min(signal.length, start(t) + frameLength);
    let crossings = 0;
    for (let n = from + 1; n < to; n++) {
      if (signal[n]! < -threshold !== signal[n - 1]! < -threshold) crossings++;
    }
    out[t] = crossings / frameLength;
  }
  return out;
}
