import { readFileSync, writeFileSync } from 'node:fs';
import { type ArtifactFiles, defineArtifact, type OutputArtifact } from '../engine/artifact.ts';
import { type Cell, formatCsv } from '../util/csv.ts';
import { isJsonObject, type Json } from '../util/json.ts';

/** `metrics.json`. All values are fractions; null = undefined. */
export interface Metrics {
  readonly format: 'affekt.metrics/1';
  readonly labels: readonly string[];
  /** Null where the number is not a result (a quick look). */
  readonly headline: {
    readonly set: string;
    readonly metric: string;
    readonly value: number;
  } | null;
  readonly sets: readonly MetricSet[];
  readonly comparisons: readonly Json[];
}

export interface MetricSet {
  readonly name: string;
  readonly variant: Readonly<Record<string, Json>>;
  readonly n: {
    readonly utterances: number;
    readonly speakers: number;
    readonly folds: number;
    readonly seeds: number;
  };
  readonly protocol: {
    readonly corpus: {
      readonly name: string;
      readonly manifest: string;
      readonly pinned: boolean;
    };
    readonly scheme: string;
    readonly folds: number;
    readonly groups: readonly string[];
    readonly validation_speakers: number;
    readonly disjoint: readonly string[];
    readonly shared: readonly string[];
    readonly selection: 'none' | 'nested' | 'shared' | 'development';
    readonly stamps: readonly string[];
    /** The number with everything a reader must know of it. */
    readonly sentence: string;
  };
  readonly values: Readonly<Record<string, MetricValue>>;
  /** Means over seeds; support counts clips. */
  readonly per_class: Readonly<Record<string, PerClass>>;
  readonly per_fold: readonly (Group & { readonly fold: number })[];
  /** `classes`: how many classes the speaker has clips of. */
  readonly per_speaker: Readonly<Record<string, Group & { readonly classes: number }>>;
  /** Empty where the corpus does not state the sex of every scored speaker. */
  readonly per_sex: Readonly<Record<string, Group & { readonly classes: number }>>;
  readonly confusion: {
    readonly rows: 'true';
    readonly columns: 'predicted';
    /** Sum over seeds. */
    readonly counts: readonly (readonly number[])[];
    readonly per_seed: readonly (readonly (readonly number[])[])[];
  };
  /** Pooled over seeds. */
  readonly calibration: {
    readonly ece: number;
    readonly brier: number;
    readonly log_loss: number;
    readonly bins: readonly {
      readonly low: number;
      readonly high: number;
      readonly count: number;
      readonly confidence: number | null;
      readonly accuracy: number | null;
    }[];
  };
  readonly controls: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

export interface MetricValue {
  /** Mean over seeds of the value of the pooled out-of-fold predictions. */
  readonly value: number;
  readonly per_seed: readonly number[];
  /** Standard deviation over seeds; null for one seed. */
  readonly sd_seeds: number | null;
  readonly these_speakers: {
    readonly low: number;
    readonly high: number;
    readonly level: number;
    readonly method: 'bootstrap-utterance';
    readonly resamples: number;
    readonly seed: number;
  };
  /** Null where scored speakers are also trained on, or where there are fewer than two. */
  readonly new_speakers: {
    readonly mean: number;
    readonly low: number;
    readonly high: number;
    readonly level: number;
    readonly method: 't-speaker';
    readonly df: number;
  } | null;
}

interface PerClass {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  readonly specificity: number;
  readonly support: number;
}

interface Group {
  readonly n: number;
  readonly uar: number;
  readonly accuracy: number;
}

/** Writes `metrics.json` and its tables as CSV; `per_sex.csv` only where the sex is known. */
export function writeEvaluation(output: OutputArtifact, metrics: Metrics): void {
  writeFileSync(output.path('metrics.json'), `${JSON.stringify(metrics, null, 2)}\n`);
  const table = (
    name: string,
    header: readonly string[],
    rows: (set: MetricSet) => readonly (readonly Cell[])[],
  ): void => {
    const all = metrics.sets.flatMap((set) => rows(set).map((row) => [set.name, ...row]));
    if (all.length === 0) return;
    writeFileSync(output.path(`${name}.csv`), formatCsv(['set', ...header], all));
  };
  const { labels } = metrics;
  table('confusion', ['true', 'predicted', 'count'], (set) =>
    labels.flatMap((label, i) =>
      labels.map((other, j) => [label, other, set.confusion.counts[i]?.[j] ?? 0]),
    ),
  );
  const perClass = ['precision', 'recall', 'f1', 'specificity', 'support'] as const;
  table('per_class', ['class', ...perClass], (set) =>
    Object.entries(set.per_class).map(([label, one]) => [label, ...perClass.map((c) => one[c])]),
  );
  table('per_fold', ['fold', 'n', 'uar', 'accuracy'], (set) =>
    set.per_fold.map((one) => [one.fold, one.n, one.uar, one.accuracy]),
  );
  const groups = ['n', 'classes', 'uar', 'accuracy'] as const;
  table('per_speaker', ['speaker', ...groups], (set) =>
    sorted(set.per_speaker).map(([name, one]) => [name, ...groups.map((c) => one[c])]),
  );
  table('per_sex', ['sex', ...groups], (set) =>
    sorted(set.per_sex).map(([name, one]) => [name, ...groups.map((c) => one[c])]),
  );
  const bins = ['low', 'high', 'count', 'confidence', 'accuracy'] as const;
  table('calibration', bins, (set) =>
    set.calibration.bins.map((bin) => bins.map((column) => bin[column])),
  );
}

/** Reads `metrics.json`. Throws on a tree that the validator would refuse. */
export function readMetrics(files: ArtifactFiles): Metrics {
  const { problems, metrics } = check(files);
  if (metrics === undefined) throw new Error(`not an evaluation: ${problems.join('; ')}`);
  return metrics;
}

export const evaluation = defineArtifact({
  type: 'evaluation',
  summary: 'Values with intervals and protocol, and the tables behind them',
  sink: true,
  validate: (files) => check(files).problems,
});

function check(files: ArtifactFiles): { problems: readonly string[]; metrics?: Metrics } {
  if (files.files['metrics.json'] === undefined) return { problems: ['metrics.json is missing'] };
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(files.path('metrics.json'), 'utf8'));
  } catch {
    return { problems: ['metrics.json is not JSON'] };
  }
  const problem = metricsProblem(value);
  return problem === undefined
    ? { problems: [], metrics: value as Metrics }
    : { problems: [`metrics.json: ${problem}`] };
}

function metricsProblem(value: unknown): string | undefined {
  if (!isJsonObject(value)) return 'not an object';
  if (value['format'] !== 'affekt.metrics/1') return 'format must be "affekt.metrics/1"';
  const { labels, sets, headline } = value;
  if (!Array.isArray(labels) || labels.length < 2) return 'labels must list the classes';
  if (!Array.isArray(sets) || sets.length === 0) return 'sets must not be empty';
  const names = new Set<unknown>();
  for (const set of sets as readonly Json[]) {
    if (!isJsonObject(set)) return 'a set is not an object';
    names.add(set['name']);
    const { values, protocol, confusion } = set;
    if (!isJsonObject(values) || !isJsonObject(values['uar'])) return 'a set has no uar';
    for (const [name, one] of Object.entries(values)) {
      const fraction = isJsonObject(one) ? one['value'] : undefined;
      if (typeof fraction !== 'number' || !(fraction >= 0 && fraction <= 1)) {
        return `${name} must be a fraction`;
      }
    }
    if (!isJsonObject(protocol) || typeof protocol['sentence'] !== 'string') {
      return 'a set has no protocol';
    }
    const counts = isJsonObject(confusion) ? confusion['counts'] : undefined;
    const square = Array.isArray(counts) && counts.length === labels.length;
    if (!square) return 'a confusion matrix does not fit the labels';
  }
  if (names.size !== sets.length) return 'two sets have the same name';
  if (headline !== null && (!isJsonObject(headline) || !names.has(headline['set'])))
    return 'headline names no set';
  return undefined;
}

function sorted<T>(record: Readonly<Record<string, T>>): readonly (readonly [string, T])[] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}
