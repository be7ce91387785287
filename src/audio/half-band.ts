import { createComplexFft } from '../dsp/fft.ts';
import type { SincFilter } from './sinc-filter.ts';

/** A sharp low-pass between a rate and its double, by fast convolution (overlap-save). */
export interface HalfBand {
  /** Reach of the filter in samples of the double rate; even. */
  readonly half: number;
  /** Samples of the double rate that `decimate` reads for `length` results. */
  inputLength(length: number): number;
  /** Double rate to rate. `input` starts at time −half and has `inputLength(length)` samples. */
  decimate(input: Float64Array, length: number): Float32Array;
  /** Rate to double rate: `length` samples from time −margin (even) on; zeros surround `input`. */
  interpolate(input: Float32Array, margin: number, length: number): Float64Array;
}

/** Transform size at the double rate. */
const size = 4096;

/**
 * `filter` counts time in samples of the double rate. Two blocks go through one complex transform,
 * as its real and imaginary part: the filter is symmetric, so its spectrum is real and keeps them
 * apart. Changing the rate by 2 costs nothing: spectra are folded or repeated.
 */
export function createHalfBand(filter: SincFilter): HalfBand {
  const half = 2 * Math.ceil(filter.half / 2);
  const step = size / 2 - half;
  if (step <= 0) throw new RangeError(`filter of ${half} samples is too long for ${size}`);
  const long = createComplexFft(size);
  const short = createComplexFft(size / 2);
  const response = realSpectrum(filter, half);
  const wide = new Float64Array(2 * size);
  const wideSpectrum = new Float64Array(2 * size);
  const narrow = new Float64Array(size);
  const narrowSpectrum = new Float64Array(size);

  return {
    half,
    inputLength: (length) => 2 * step * (Math.ceil(length / step / 2) * 2) + 2 * half,
    decimate(input, length) {
      const out = new Float32Array(length);
      for (let first = 0; first < length; first += 2 * step) {
        for (let i = 0; i < size; i++) {
          wide[2 * i] = input[2 * first + i]!;
          wide[2 * i + 1] = input[2 * (first + step) + i]!;
        }
        long.forward(wide, wideSpectrum);
        for (let k = 0; k < size; k++) {
          narrowSpectrum[k] =
            0.5 *
            (wideSpectrum[k]! * response[k >> 1]! +
              wideSpectrum[k + size]! * response[(k + size) >> 1]!);
        }
        short.inverse(narrowSpectrum, narrow);
        const count = Math.min(2 * step, length - first);
        for (let i = 0; i < count; i++) {
          const part = i < step ? i : i - step;
          out[first + i] = narrow[half + 2 * part + (i < step ? 0 : 1)]!;
        }
      }
      return out;
    },
    interpolate(input, margin, length) {
      const out = new Float64Array(length);
      for (let first = 0; first < length; first += 4 * step) {
        const start = (first - margin - half) / 2;
        for (let i = 0; i < size / 2; i++) {
          narrow[2 * i] = input[start + i] ?? 0;
          narrow[2 * i + 1] = input[start + step + i] ?? 0;
        }
        short.forward(narrow, narrowSpectrum);
        for (let k = 0; k < size; k++) {
          wideSpectrum[k] = 2 * response[k >> 1]! * narrowSpectrum[k]!;
          wideSpectrum[k + size] = 2 * response[(k + size) >> 1]! * narrowSpectrum[k]!;
        }
        long.inverse(wideSpectrum, wide);
        const count = Math.min(4 * step, length - first);
        for (let i = 0; i < count; i++) {
          const part = i < 2 * step ? i : i - 2 * step;
          out[first + i] = wide[2 * (half + part) + (i < 2 * step ? 0 : 1)]!;
        }
      }
      return out;
    },
  };
}

/** Transform of the filter around time 0, scaled to 1 at frequency 0. */
function realSpectrum(filter: SincFilter, half: number): Float64Array {
  const response = new Float64Array(2 * size);
  let sum = 0;
  for (let t = -half; t <= half; t++) {
    const value = filter.at(t);
    response[2 * (t < 0 ? t + size : t)] = value;
    sum += value;
  }
  const spectrum = new Float64Array(2 * size);
  createComplexFft(size).forward(response, spectrum);
  return Float64Array.from({ length: size }, (_, k) => spectrum[2 * k]! / sum);
}
