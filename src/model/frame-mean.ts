/** Mean over frames of a row-major frames × bands matrix, per band. NaN without frames. */
export function frameMean(data: ArrayLike<number>, bands: number): Float64Array {
  const sums = new Float64Array(bands);
  for (let i = 0; i < data.length; i++) sums[i % bands]! += data[i]!;
  const frames = data.length / bands;
  return sums.map((sum) => sum / frames);
}
