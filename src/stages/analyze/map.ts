import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/**
 * The two directions in which clips differ most: principal components of their z-scored descriptions.
 * The larger coefficient of a direction is positive, so that equal clips give an equal map.
 *
 * @returns one point per clip, in standard deviations; all 0 where there is nothing to tell apart
 */
export function mapClips(
  descriptions: readonly Float64Array[],
): readonly (readonly [number, number])[] {
  const width = descriptions[0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, c) => standardised(descriptions, c)).filter(
    (column) => column !== undefined,
  );
  if (descriptions.length < 3 || columns.length < 2) return descriptions.map(() => [0, 0]);
  const table = descriptions.map((_, i) => columns.map((column) => column[i] ?? 0));
  const matrix = new Matrix(table);
  const covariance = matrix.transpose().mmul(matrix).div(table.length);
  // Eigenvalues rise, so the last two vectors count.
  const { eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  const axes = eigenvectorMatrix.transpose().to2DArray().slice(-2).reverse();
  const points = axes.map((axis) => {
    const largest = axis.reduce((a, b) => (Math.abs(b) > Math.abs(a) + 1e-9 ? b : a), 0);
    const sign = largest < 0 ? -1 : 1;
    const values = table.map((row) => row.reduce((sum, x, c) => sum + x * (axis[c] ?? 0), 0));
    const scale = Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
    return values.map((x) => (scale > 0 ? Number(((sign * x) / scale).toFixed(3)) + 0 : 0));
  });
  return descriptions.map((_, i) => [points[0]?.[i] ?? 0, points[1]?.[i] ?? 0]);
}

function standardised(rows: readonly Float64Array[], column: number): Float64Array | undefined {
  const values = Float64Array.from(rows, (row) => row[column] ?? 0);
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
  return deviation < 1e-6 ? undefined : values.map((value) => (value - mean) / deviation);
}
