import type { Matrix } from '../log-mel.ts';

/** What lies beyond the ends: `interp` continues the polynomial at either end, `nearest` the last frame. */
export const deltaModes = ['interp', 'nearest'] as const;

export interface DeltaOptions {
  /** Frames that a derivative looks at: odd, at least 3. With `interp` at most those of the clip. */
  readonly width: number;
  /** 1 is the slope, 2 the curvature. */
  readonly order: 1 | 2;
  readonly mode: (typeof deltaModes)[number];
}

/** Weights of the frames t − h … t + h: least squares of a line (order 1) or a parabola (order 2). */
function weightsOf({ width, order }: DeltaOptions): Float64Array {
  const half = (width - 1) / 2;
  const places = Float64Array.from({ length: width }, (_, i) => i - half);
  const squares = places.map((k) => k * k);
  const mean = squares.reduce((sum, value) => sum + value, 0) / width;
  const shape = order === 1 ? places : squares.map((value) => value - mean);
  const norm = shape.reduce((sum, value) => sum + value * value, 0);
  return shape.map((value) => (order * value) / norm);
}

/**
 * Derivative of each band along time, by the polynomial of that order which fits `width` frames best
 * (Savitzky & Golay): librosa.feature.delta, scipy.signal.savgol_filter with polyorder = deriv = order. The
 * derivative of that polynomial is the same at all of its frames, so with `interp` the first and last
 * (width − 1) / 2 frames have their neighbour's.
 *
 * @throws RangeError where `interp` finds fewer frames than `width`
 */
export function delta({ data, frames, bands }: Matrix, options: DeltaOptions): Float32Array {
  const { width, mode } = options;
  const half = (width - 1) / 2;
  const isFitted = mode === 'interp';
  if (isFitted && width > frames) throw new RangeError(`${frames} frames, ${width} needed`);
  const weights = weightsOf(options);
  const out = new Float32Array(data.length);
  for (let t = 0; t < frames; t++) {
    const centre = isFitted ? Math.min(Math.max(t, half), frames - 1 - half) : t;
    for (let band = 0; band < bands; band++) {
      let sum = 0;
      for (let i = 0; i < width; i++) {
        const at = Math.min(Math.max(centre + i - half, 0), frames - 1);
        sum += weights[i]! * data[at * bands + band]!;
      }
      out[t * bands + band] = sum;
    }
  }
  return out;
}
