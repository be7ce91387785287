import { type FrameOptions, frameGrid } from './frame-grid.ts';

/**
 * Root of the mean square of each frame, √(Σ x(n)² / N): librosa.feature.rms with its default padding,
 * zeros beyond the ends.
 */
export function rms(signal: Float32Array, options: FrameOptions): Float32Array {
  const { frameLength } = options;
  const { count, start } = frameGrid(signal.length, options);
  const out = new Float32Array(count);
  for (let t = 0; t < count; t++) {
    const from = Math.max(0, start(t));
    const to = Math.min(signal.length, start(t) + frameLength);
    let sum = 0;
    for (let n = from; n < to; n++) sum += signal[n]! * signal[n]!;
    out[t] = Math.sqrt(sum / frameLength);
  }
  return out;
}
