import { kernels } from '../dsp/wasm/kernels.ts';
import { createTable, doubles, type Table } from '../dsp/wasm/memory.ts';
import type { SincFilter } from './sinc-filter.ts';

/**
 * Interpolation at the times j × step / count, by a filter table of one row per phase. Works in the
 * kernels' memory.
 */
export interface Polyphase {
  /** Samples that a result needs on each side of its time. */
  readonly reach: number;
  readonly tables: readonly Table[];
  /** Bytes of the area that `length` results need. */
  area(length: number): number;
  /** Index of the first input sample of result j; with `last`, one beyond its last. */
  begin(j: number): number;
  end(j: number): number;
  /**
   * Results j = `first` … `first` + `length` − 1 at `out`; `input` is where sample begin(first) lies.
   * `rows` is the address of the table, or of the area where there is none.
   */
  filter(rows: number, input: number, first: number, length: number, out: number): void;
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
  const tables: Table[] = [];
  if (kept) {
    const rows = new Float64Array(count * taps);
    for (let phase = 0; phase < count; phase++) writeRow(rows, phase * taps, phase);
    tables.push(createTable(rows));
  }
  const whole = Math.floor(step / count);
  const part = step - whole * count;
  const place = (j: number): number => Math.floor((j * step) / count);
  const phaseOf = (j: number): number => j * step - place(j) * count;

  return {
    reach,
    tables,
    area: (length) => (kept ? 0 : 8 * length * taps),
    begin: (j) => place(j) - reach + 1,
    end: (j) => place(j) + reach + 1,
    filter(rows, input, first, length, out) {
      if (!kept) {
        const view = doubles(rows, length * taps);
        for (let j = 0; j < length; j++) writeRow(view, j * taps, phaseOf(first + j));
      }
      const phase = phaseOf(first);
      kernels().polyphase(rows, taps, count, whole, part, phase, !kept, input, out, length);
    },
  };
}
