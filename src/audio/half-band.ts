import { createRealFft } from '../dsp/fft.ts';
import { kernels } from '../dsp/wasm/kernels.ts';
import { createTable, type Table } from '../dsp/wasm/memory.ts';
import { createPlan } from '../dsp/wasm/plan.ts';
import type { SincFilter } from './sinc-filter.ts';

/**
 * A sharp low-pass between a rate and its double, by fast convolution (overlap-save). Four blocks of a
 * signal are filtered at a time, in the kernels' memory: tables and areas are what `layOut` wants.
 */
export interface HalfBand {
  /** Reach of the filter in samples of the double rate; even. */
  readonly half: number;
  readonly tables: readonly Table[];
  /** Bytes of the two areas that `decimate` and `interpolate` work in. */
  readonly areas: readonly [number, number];
  /** Samples of the double rate, in (with 2 × half around them) or out. */
  readonly wide: number;
  /** Samples of the rate, out or in (with `half` around them). */
  readonly narrow: number;
  /** `narrow` samples out of wide + 2 × half, the first of which lies `half` before the first result. */
  decimate(addresses: Addresses, input: number, out: number): void;
  /** `wide` samples out of narrow + half, the first of which lies `half` / 2 before the first result. */
  interpolate(addresses: Addresses, input: number, out: number): void;
}

export interface Addresses {
  readonly tables: readonly number[];
  readonly areas: readonly number[];
}

/** Transform size at the double rate. */
const size = 4096;
const blocks = 4;

/**
 * `filter` counts time in samples of the double rate. Two blocks go through one complex transform,
 * as its real and imaginary part, and the kernel makes two at once: the filter is symmetric, so its
 * spectrum is real and keeps them apart. Changing the rate by 2 costs nothing: spectra are folded or repeated.
 */
export function createHalfBand(filter: SincFilter): HalfBand {
  const half = 2 * Math.ceil(filter.half / 2);
  const step = size / 2 - half;
  if (step <= 0) throw new RangeError(`filter of ${half} samples is too long for ${size}`);
  const response = realSpectrum(filter, half);
  // Factors of the inverse transform and of halved or doubled rates.
  const down = createTable(response.map((value) => value / size));
  const up = createTable(response.map((value) => (2 * value) / size));
  const tables = [createPlan(size), createPlan(size / 2), down, up];
  const skip = half / 2;
  return {
    half,
    tables,
    areas: [32 * size, 32 * size],
    wide: 2 * blocks * step,
    narrow: blocks * step,
    decimate({ tables: [long, short, weights], areas: [a, b] }, input, out) {
      kernels().decimate(input, step, long!, short!, size / 2, weights!, a!, b!, skip, out);
    },
    interpolate({ tables: [long, short, , weights], areas: [a, b] }, input, out) {
      kernels().interpolate(input, step, long!, short!, size / 2, weights!, a!, b!, half, out);
    },
  };
}

/** Transform of the filter around time 0, scaled to 1 at frequency 0: the same for k and size − k. */
function realSpectrum(filter: SincFilter, half: number): Float64Array {
  const response = new Float64Array(size);
  let sum = 0;
  for (let t = -half; t <= half; t++) {
    const value = filter.at(t);
    response[t < 0 ? t + size : t] = value;
    sum += value;
  }
  const spectrum = new Float64Array(size + 2);
  createRealFft(size).spectrum(response, spectrum);
  return Float64Array.from({ length: size }, (_, k) => spectrum[2 * Math.min(k, size - k)]! / sum);
}
