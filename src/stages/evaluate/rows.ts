import type { Prediction } from '../../artifacts/predictions.ts';
import type { Scored } from '../../stats/predictions.ts';
import { groupBy } from '../../util/group-by.ts';

/** The rows of a table in one role, with classes as indices. */
export function rowsOf(
  predictions: readonly Prediction[],
  labels: readonly string[],
  role: Prediction['role'],
): readonly Scored[] {
  const index = new Map(labels.map((label, k) => [label, k]));
  return predictions
    .filter((row) => row.role === role)
    .map(({ id, speaker, fold, seed, label, predicted, posterior }) => ({
      ...{ id, speaker, fold, seed, posterior },
      truth: index.get(label) ?? -1,
      predicted: index.get(predicted) ?? -1,
    }));
}

/** Ids of rows, each once, sorted. */
export function idsOf(rows: readonly Scored[]): readonly string[] {
  return [...new Set(rows.map((row) => row.id))].sort();
}

/** Rows of each seed, in order of the seeds. */
export function bySeed(rows: readonly Scored[]): readonly (readonly Scored[])[] {
  return [...groupBy(rows, (row) => row.seed)].sort(([a], [b]) => a - b).map(([, own]) => own);
}
