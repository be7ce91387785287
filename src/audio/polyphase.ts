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

  const stepWhole = Math.floor(step / count);
  const stepPhase = step - stepWhole * count;

  return {
    reach,
    filter(input, origin, first, length) {
      const out = new Float64Array(length);
      let base = Math.floor((first * step) / count);
      let phase = first * step - base * count;
      base += origin - reach + 1;
      for (let j = 0; j < length; j++) {
        if (!kept) writeRow(rows, 0, phase);
        out[j] = dot(rows, kept ? phase * taps : 0, input, base, taps);
        phase += stepPhase;
        base += stepWhole;
        if (phase >= count) {
          phase -= count;
          base++;
        }
      }
      return out;
    },
  };
}

/** Σ a(i + k) b(j + k) over an even number of terms. */
function dot(a: Float64Array, i: number, b: Float64Array, j: number, terms: number): number {
  let even = 0;
  let odd = 0;
  for (const end = i + terms; i < end; i += 2, j += 2) {
    even += a[i]! * b[j]!;
    odd += a[i + 1]! * b[j + 1]!;
  }
  return even + odd;
}
