/** Counts with true classes as rows and predicted classes as columns. */
export type Confusion = readonly (readonly number[])[];

/** Counts pairs of class indices (0 … classes − 1). */
export function confusionMatrix(
  truth: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): Confusion {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < truth.length; i++) counts[truth[i]!]![predicted[i]!]!++;
  return counts;
}

/** The element-wise sum of matrices of one size. */
export function addConfusions(matrices: readonly Confusion[]): Confusion {
  const [first = []] = matrices;
  return first.map((row, i) =>
    row.map((_, j) => matrices.reduce((sum, matrix) => sum + matrix[i]![j]!, 0)),
  );
}

/** Shares of each row, so that the diagonal is recall; a row without clips stays 0. */
export function rowShares(matrix: Confusion): readonly (readonly number[])[] {
  return matrix.map((row) => {
    const sum = row.reduce((total, count) => total + count, 0);
    return row.map((count) => (sum === 0 ? 0 : count / sum));
  });
}
