import type { ClipRows, RowTable } from '../../dsp/augment/crop.ts';

/** Sums over the frames of one clip or of several, per row: all that means and deviations need. */
export interface Moments {
  readonly frames: number;
  readonly sum: Float64Array;
  readonly squares: Float64Array;
}

/** Of a prepared clip of `rows` rows. */
export function clipMoments({ data, at, frames }: ClipRows, rows: number): Moments {
  const sum = new Float64Array(rows);
  const squares = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let a = 0;
    let b = 0;
    for (let i = at + row * frames, end = i + frames; i < end; i++) {
      const value = data[i]!;
      a += value;
      b += value * value;
    }
    sum[row] = a;
    squares[row] = b;
  }
  return { frames, sum, squares };
}

/** Of all frames of all these clips together. The list must not be empty. */
export function addMoments(list: readonly Moments[]): Moments {
  const [first] = list;
  if (first === undefined) throw new RangeError('no clips');
  const sum = new Float64Array(first.sum.length);
  const squares = new Float64Array(first.sum.length);
  let frames = 0;
  for (const one of list) {
    frames += one.frames;
    for (let row = 0; row < sum.length; row++) {
      sum[row]! += one.sum[row]!;
      squares[row]! += one.squares[row]!;
    }
  }
  return { frames, sum, squares };
}

/** Mean of each row, and the square root of its variance (n in the denominator), at least that given. */
export function tableOf({ frames, sum, squares }: Moments, minimumVariance = 0): RowTable {
  const mean = sum.map((value) => value / frames);
  const deviation = squares.map((value, row) =>
    Math.sqrt(Math.max(value / frames - mean[row]! * mean[row]!, minimumVariance)),
  );
  return { mean, deviation };
}
