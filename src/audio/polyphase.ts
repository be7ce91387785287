import type { SincFilter } from './sinc-filter.ts';

/** Interpolation at the times j × step / count, by a filter table of one row per phase. */
export interface Polyphase {
  /** Samples that a result needs on each side of its time. */
  readonly reach: number;
  /** Results j = `first` … `first` + `length` − 1; `input[origin]` is the sample at time 0. */
  filter(input: Float64Array, origin: number, first: number, length: number): Float64Array;
}

/** Tables above this many coefficients are not kept: each row is then computed when it is needed. */
const largestTable = 1 << 21;

/**
 * y(j) = Σ_i x(i) h(j × step / count − i), h counted in samples of x; count and step are coprime.
 * Rows are exact for every ratio, however many phases it has.
 */
export function createPolyphase(filter: SincFilter, count: number, step: number): Polyphase {
  const reach = Math.ceil(filter.half);
  const taps = 2 * reach;
  const writeRow = (rows: Float64Array, offset: number, phase: number): void => {
    for (let k = 0; k < taps; k++) rows[offset + k] = filter.at(phase / count + reach - 1 - k);
  };
  const kept = count * taps <= largestTable;
  const rows = new Float64Array(kept ? count * taps : taps);
  if (kept) for (let phase = 0; phase < count; phase++) writeRow(rows, phase * taps, phase);

  return {
    reach,
    filter(input, origin, first, length) {
      const out = new Float64Array(length);
      let base = Math.floor((first * step) / count);
      let phase = first * step - base * count;
      for (let j = 0; j < length; j++) {
        const row = kept ? phase * taps : 0;
        if (!kept) writeRow(rows, 0, phase);
        const start = origin + base - reach + 1;
        let even = 0;
        let odd = 0;
        for (let k = 0; k < taps; k += 2) {
          even += rows[row + k]! * input[start + k]!;
          odd += rows[row + k + 1]! * input[start + k + 1]!;
        }
        out[j] = even + odd;
        phase += step;
        const whole = Math.floor(phase / count);
        base += whole;
        phase -= whole * count;
      }
      return out;
    },
  };
}
