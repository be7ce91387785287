import type { MetricSet } from '../../artifacts/metrics.ts';
import type { Models } from '../../artifacts/models.ts';
import type { Prediction } from '../../artifacts/predictions.ts';
import { groupBy } from '../../util/group-by.ts';

type Cell = string | number;

/** A table as pandas splits it, which the artifact page shows and `mlflow.load_table` reads. */
export interface SplitTable {
  readonly columns: readonly string[];
  readonly data: readonly (readonly Cell[])[];
}

/**
 * Scored clips, one row each: seeds averaged, the most confident mistake first. The page that compares runs
 * groups by the first column and shows the second of every run.
 */
export function predictionTable({ description, predictions }: Models): SplitTable {
  const { labels } = description;
  const scored = predictions.filter(({ role }) => role === 'test');
  const clips = [...groupBy(scored, ({ id, fold }) => `${fold}\n${id}`).values()];
  const rows = clips.flatMap((own) => {
    const [first] = own;
    if (first === undefined) return [];
    const posterior = labels.map(
      (_, k) => own.reduce((sum, row) => sum + (row.posterior[k] ?? 0), 0) / own.length,
    );
    const confidence = Math.max(...posterior);
    const predicted = labels[posterior.indexOf(confidence)] ?? '';
    const right = own.filter((row) => row.predicted === row.label).length;
    return [
      {
        wrong: predicted !== first.label,
        confidence,
        row: [
          first.id,
          predicted,
          first.label,
          // The table viewer leaves booleans blank.
          predicted === first.label ? 'yes' : 'no',
          round(confidence),
          round(posterior[labels.indexOf(first.label)] ?? 0),
          first.speaker,
          first.fold,
          `${right} of ${own.length}`,
        ],
      },
    ];
  });
  rows.sort((a, b) => Number(b.wrong) - Number(a.wrong) || b.confidence - a.confidence);
  const columns = ['clip', 'predicted', 'truth', 'correct', 'confidence', 'p_truth'];
  return {
    columns: [...columns, 'speaker', 'fold', 'seeds_right'],
    data: rows.map(({ row }) => row),
  };
}

/** What one network says of the clips that its fold scores. */
export function foldTable(
  labels: readonly string[],
  predictions: readonly Prediction[],
): SplitTable {
  return {
    columns: ['clip', 'predicted', 'truth', 'correct', 'speaker', ...labels.map((l) => `p_${l}`)],
    data: predictions.map(({ id, predicted, label, speaker, posterior }) => [
      ...[id, predicted, label, predicted === label ? 'yes' : 'no', speaker],
      ...posterior.map(round),
    ]),
  };
}

export function classTable({ per_class }: MetricSet): SplitTable {
  const columns = ['recall', 'precision', 'f1', 'specificity', 'support'] as const;
  return {
    columns: ['class', ...columns],
    data: Object.entries(per_class).map(([label, row]) => [
      label,
      ...columns.map((column) => round(row[column])),
    ]),
  };
}

export function speakerTable({ per_speaker }: MetricSet): SplitTable {
  return {
    columns: ['speaker', 'uar', 'accuracy', 'clips', 'classes'],
    data: Object.entries(per_speaker).map(([speaker, { uar, accuracy, n, classes }]) => [
      ...[speaker, round(uar), round(accuracy), n, classes],
    ]),
  };
}

function round(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
