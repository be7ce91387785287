import { writeFileSync } from 'node:fs';
import type { OutputArtifact } from '../engine/artifact.ts';
import { type Cell, formatCsv } from '../util/csv.ts';
import type { Comparison, MetricSet, Metrics } from './metrics.ts';
import { resultCsv, resultLatex, resultMarkdown } from './result-table.ts';

/** A clip that a set of models gets wrong, seeds averaged: a row of `errors.csv`. */
export interface ErrorRow {
  readonly id: string;
  readonly speaker: string;
  readonly fold: number;
  readonly truth: string;
  readonly predicted: string;
  /** Mean posterior over seeds of the predicted class, and of the true one. */
  readonly confidence: number;
  readonly p_true: number;
  /** Seeds that scored the clip, and those that got it wrong. */
  readonly seeds: number;
  readonly seeds_wrong: number;
}

export interface EvaluationParts {
  readonly metrics: Metrics;
  /** What the table of results is about. */
  readonly metric: string;
  /** By name of the set, most confident first. */
  readonly errors: Readonly<Record<string, readonly ErrorRow[]>>;
}

/** Writes `metrics.json` and its tables; `per_sex.csv` only where the sex is known,
 * `per_corpus.csv` where corpora were merged. */
export function writeEvaluation(output: OutputArtifact, parts: EvaluationParts): void {
  const { metrics, metric, errors } = parts;
  const text = (name: string, content: string): void => writeFileSync(output.path(name), content);
  const table = (
    name: string,
    header: readonly string[],
    rows: (set: MetricSet) => readonly (readonly Cell[])[],
  ): void => {
    const all = metrics.sets.flatMap((set) => rows(set).map((row) => [set.name, ...row]));
    if (all.length > 0) text(`${name}.csv`, formatCsv(['set', ...header], all));
  };
  text('metrics.json', `${indent(metrics)}\n`);
  text('table.csv', resultCsv(metrics, metric));
  text('table.md', resultMarkdown(metrics, metric));
  text('table.tex', resultLatex(metrics, metric));
  table('values', valueColumns, valueRows);
  table('confusion', ['by', 'group', 'true', 'predicted', 'count', 'share'], (set) =>
    confusionRows(set, metrics.labels),
  );
  table('per_class', ['class', ...perClass], (set) =>
    Object.entries(set.per_class).map(([label, one]) => [label, ...perClass.map((c) => one[c])]),
  );
  table('per_fold', ['fold', 'held_out', 'n', 'uar', 'accuracy'], (set) =>
    set.per_fold.map((one) => [one.fold, one.held_out ?? '', one.n, one.uar, one.accuracy]),
  );
  table('per_speaker', ['speaker', ...groups], (set) =>
    sorted(set.per_speaker).map(([name, one]) => [name, ...groups.map((c) => one[c])]),
  );
  table('per_sex', ['sex', ...groups], (set) =>
    sorted(set.per_sex).map(([name, one]) => [name, ...groups.map((c) => one[c])]),
  );
  table('per_corpus', ['corpus', ...groups], (set) =>
    sorted(set.per_corpus ?? {}).map(([name, one]) => [name, ...groups.map((c) => one[c])]),
  );
  table('calibration', ['posteriors', ...bins], ({ calibration: { bins: raw, scaled } }) =>
    [
      { posteriors: 'raw', rows: raw },
      ...(scaled ? [{ posteriors: 'scaled', rows: scaled.bins }] : []),
    ].flatMap(({ posteriors, rows }) =>
      rows.map((bin) => [posteriors, ...bins.map((c) => bin[c])]),
    ),
  );
  table('errors', errorColumns, ({ name }) =>
    (errors[name] ?? []).map((one) => errorColumns.map((c) => one[c])),
  );
  if (metrics.comparisons.length > 0) {
    const rows = metrics.comparisons.map((one) => {
      const { mean = null, low = null, high = null, df = null } = one.new_speakers ?? {};
      return [...comparisonColumns.map((c) => one[c]), mean, low, high, df];
    });
    const header = [...comparisonColumns, 'new_mean', 'new_low', 'new_high', 'new_df'];
    text('comparisons.csv', formatCsv(header, rows));
  }
}

const perClass = [
  'precision',
  'recall',
  'f1',
  'specificity',
  'roc_auc',
  'average_precision',
  'support',
] as const;
const groups = ['n', 'classes', 'uar', 'accuracy'] as const;
const bins = ['low', 'high', 'count', 'confidence', 'accuracy'] as const;
const errorColumns = [
  'id',
  'speaker',
  'fold',
  'truth',
  'predicted',
  'confidence',
  'p_true',
  'seeds',
  'seeds_wrong',
] as const satisfies readonly (keyof ErrorRow)[];
const comparisonColumns = [
  'a',
  'b',
  'metric',
  'difference',
  'low',
  'high',
  'level',
  'test',
  'unit',
  'n',
  'statistic',
  'draws',
  'smallest_p',
  'family',
  'p',
  'mid_p',
  'p_holm',
  'refused',
] as const satisfies readonly (keyof Comparison)[];

const valueColumns = [
  ...['metric', 'value', 'sd_seeds', 'pooled', 'low', 'high'],
  ...['new_mean', 'new_low', 'new_high', 'new_df'],
];

function valueRows({ values }: MetricSet): readonly (readonly Cell[])[] {
  return Object.entries(values).map(([name, one]) => {
    const { these_speakers: near, new_speakers: far } = one;
    return [
      ...[name, one.value, one.sd_seeds, one.pooled, near?.low ?? null, near?.high ?? null],
      ...[far?.mean ?? null, far?.low ?? null, far?.high ?? null, far?.df ?? null],
    ];
  });
}

function confusionRows(
  { confusion }: MetricSet,
  labels: readonly string[],
): readonly (readonly Cell[])[] {
  const rows = (by: string, group: string, matrix: readonly (readonly number[])[]): Cell[][] =>
    labels.flatMap((label, i) => {
      const row = matrix[i] ?? [];
      const sum = row.reduce((total, count) => total + count, 0);
      return labels.map((other, j) => {
        const count = row[j] ?? 0;
        return [by, group, label, other, count, sum === 0 ? 0 : count / sum];
      });
    });
  const grouped = (by: string, matrices: MetricSet['confusion']['per_fold']): Cell[][] =>
    Object.entries(matrices).flatMap(([group, matrix]) => rows(by, group, matrix));
  return [
    ...rows('all', '', confusion.counts),
    ...grouped('fold', confusion.per_fold),
    ...grouped('speaker', confusion.per_speaker),
    ...grouped('sex', confusion.per_sex),
    ...grouped('corpus', confusion.per_corpus ?? {}),
  ];
}

/** JSON for reading: indented, but a row of numbers stays one line. */
function indent(metrics: Metrics): string {
  return JSON.stringify(metrics, null, 2).replace(
    /\[\n\s+([^[\]{}"]+)\n\s+\]/g,
    (_, numbers: string) => `[${numbers.replace(/\s+/g, ' ')}]`,
  );
}

function sorted<T>(record: Readonly<Record<string, T>>): readonly (readonly [string, T])[] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
