import { cosTurns, sinTurns } from '../elementary.ts';
import { createTable, type Table } from './memory.ts';

/** e^(−2πik/n) for k = 0 … count − 1, as re, im, re, im …  */
export function turns(n: number, count: number): Float64Array {
  const out = new Float64Array(2 * count);
  for (let k = 0; k < count; k++) {
    out[2 * k] = cosTurns(k, n);
    out[2 * k + 1] = -sinTurns(k, n);
  }
  return out;
}

/** Radices in the order of the passes: fours first, whose later passes need the fewest factors. */
function radices(size: number): readonly number[] {
  const found: number[] = [];
  let rest = size;
  for (const radix of [4, 2, 3, 5]) {
    for (; rest % radix === 0; rest /= radix) found.push(radix);
  }
  if (rest !== 1) throw new RangeError(`a transform of ${size} has the factor ${rest}`);
  return found;
}

/**
 * Plan of a complex transform for kernels/fft.ts: a list of passes (radix, rows, step, offset of its
 * factors in this table), ended by a 0, then the factors e^(−2πi pj/m) of each pass, m = rows × radix,
 * for p = 0 … rows − 1 and j = 1 … radix − 1.
 */
export function createPlan(size: number): Table {
  const passes: number[] = [];
  const factors: Float64Array[] = [];
  const list = radices(size);
  let offset = 16 * (list.length + 1);
  let rest = size;
  for (const radix of list) {
    const rows = rest / radix;
    const circle = turns(rest, rest);
    const table = new Float64Array(2 * rows * (radix - 1));
    let at = 0;
    for (let p = 0; p < rows; p++) {
      for (let j = 1; j < radix; j++) {
        table[at++] = circle[2 * p * j]!;
        table[at++] = circle[2 * p * j + 1]!;
      }
    }
    passes.push(radix, rows, size / rest, offset);
    factors.push(table);
    offset += table.byteLength;
    rest = rows;
  }
  return createTable(Uint32Array.from([...passes, 0, 0, 0, 0]), ...factors);
}
