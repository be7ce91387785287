import { fitStandardiser, type Standardiser } from '../standardise.ts';

/** Numbers of a clip, by id. */
export type SideRows = ReadonlyMap<string, ArrayLike<number>>;

/** Values further from 0 are cut off: a clip where pitch tracking failed must not rule the sum. */
export const sideLimit = 3;

/** Mean and deviation of each number over the training clips. */
export function fitSide(rows: SideRows, training: readonly string[]): Standardiser {
  const width = rowOf(rows, training[0] ?? '').length;
  const all = new Float64Array(training.length * width);
  for (const [n, id] of training.entries()) all.set(rowOf(rows, id), n * width);
  return fitStandardiser(all, width);
}

/** (x − mean) / scale, held within ± 3. */
export function sideOf(rows: SideRows, { mean, scale }: Standardiser, id: string): Float32Array {
  const row = rowOf(rows, id);
  return Float32Array.from(mean, (centre, i) =>
    Math.min(Math.max((row[i]! - centre) / scale[i]!, -sideLimit), sideLimit),
  );
}

function rowOf(rows: SideRows, id: string): ArrayLike<number> {
  const row = rows.get(id);
  if (row === undefined) throw new Error(`there are no functionals of the clip "${id}"`);
  return row;
}
