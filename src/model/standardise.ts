export interface Standardiser {
  readonly mean: Float64Array;
  /** Population standard deviation; 1 where a column is constant, as `StandardScaler` has it. */
  readonly scale: Float64Array;
}

/** Mean and standard deviation of each column of a row-major n × d matrix. */
export function fitStandardiser(rows: Float64Array, dimensions: number): Standardiser {
  const n = rows.length / dimensions;
  const mean = new Float64Array(dimensions);
  const scale = new Float64Array(dimensions);
  for (let j = 0; j < dimensions; j++) {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += rows[i * dimensions + j]!;
    const centre = sum / n;
    let squares = 0;
    for (let i = 0; i < n; i++) squares += (rows[i * dimensions + j]! - centre) ** 2;
    const deviation = Math.sqrt(squares / n);
    mean[j] = centre;
    // A constant column leaves rounding noise, not 0: scaling by it would blow the noise up.
    scale[j] = deviation > 10 * Number.EPSILON * Math.abs(centre) ? deviation : 1;
  }
  return { mean, scale };
}

/** (x − mean) / scale, column by column. */
export function standardise(rows: Float64Array, { mean, scale }: Standardiser): Float64Array {
  const d = mean.length;
  return rows.map((value, index) => (value - mean[index % d]!) / scale[index % d]!);
}
