import type { MetricSet, MetricValue } from '../../artifacts/evaluation.ts';
import type { Prediction } from '../../artifacts/predictions.ts';
import { calibration } from '../../stats/calibration.ts';
import { addConfusions, confusionMatrix } from '../../stats/confusion.ts';
import { newSpeakers, theseSpeakers } from '../../stats/intervals.ts';
import { mean, standardDeviation } from '../../stats/moments.ts';
import { groupBy, type Scored } from '../../stats/predictions.ts';
import {
  classScores,
  type MetricName,
  metricNames,
  type Scores,
  scores,
} from '../../stats/scores.ts';
import { createRandom } from '../../util/random.ts';

export interface MeasureOptions {
  readonly level: number;
  readonly resamples: number;
  readonly seed: number;
  /** No scored speaker is trained on: only then do they stand for new ones. */
  readonly speakersDisjoint: boolean;
  /** Sex by speaker, empty where it is not known. */
  readonly sex: ReadonlyMap<string, string>;
}

/** The test rows of a table with classes as indices. */
export function scoredRows(
  predictions: readonly Prediction[],
  labels: readonly string[],
): readonly Scored[] {
  const index = new Map(labels.map((label, k) => [label, k]));
  return predictions
    .filter((row) => row.role === 'test')
    .map((row) => ({
      id: row.id,
      speaker: row.speaker,
      fold: row.fold,
      seed: row.seed,
      truth: index.get(row.label) ?? -1,
      predicted: index.get(row.predicted) ?? -1,
      posterior: row.posterior,
    }));
}

/** The part of a metric set that follows from its predictions alone. */
export type Measured = Pick<
  MetricSet,
  'values' | 'per_class' | 'per_fold' | 'per_speaker' | 'per_sex' | 'confusion' | 'calibration'
>;

export function measure(
  rows: readonly Scored[],
  labels: readonly string[],
  options: MeasureOptions,
): Measured {
  const classes = labels.length;
  const confusions = bySeed(rows, classes);
  const perSeed = confusions.map(scores);
  const perClass = confusions.map(classScores);
  const speakers = sortedGroups(rows, (row) => row.speaker);
  return {
    values: values(rows, classes, perSeed, speakers, options),
    per_class: Object.fromEntries(
      labels.map((label, k) => {
        const over = (name: 'precision' | 'recall' | 'f1' | 'specificity'): number =>
          mean(perClass.map((seed) => seed[k]?.[name] ?? 0));
        return [
          label,
          {
            precision: over('precision'),
            recall: over('recall'),
            f1: over('f1'),
            specificity: over('specificity'),
            support: perClass[0]?.[k]?.support ?? 0,
          },
        ];
      }),
    ),
    per_fold: [...groupBy(rows, (row) => row.fold)]
      .sort(([a], [b]) => a - b)
      .map(([fold, own]) => ({ fold, ...count(own), ...averages(own, classes) })),
    per_speaker: groupTable(speakers, classes),
    per_sex: [...speakers.keys()].every((speaker) => (options.sex.get(speaker) ?? '') !== '')
      ? groupTable(
          sortedGroups(rows, (row) => options.sex.get(row.speaker) ?? ''),
          classes,
        )
      : {},
    confusion: {
      rows: 'true',
      columns: 'predicted',
      counts: addConfusions(confusions),
      per_seed: confusions,
    },
    calibration: calibration(rows),
  };
}

/** Means over seeds of all metrics: what a sanity row says. */
export function averageScores(rows: readonly Scored[], classes: number): Scores {
  const perSeed = bySeed(rows, classes).map(scores);
  return Object.fromEntries(
    metricNames.map((name) => [name, mean(perSeed.map((seed) => seed[name]))]),
  ) as Scores;
}

function values(
  rows: readonly Scored[],
  classes: number,
  perSeed: readonly Scores[],
  speakers: ReadonlyMap<string, readonly Scored[]>,
  options: MeasureOptions,
): Readonly<Record<MetricName, MetricValue>> {
  const { level, resamples, seed } = options;
  const random = createRandom(seed);
  const intervals = theseSpeakers(rows, classes, { level, resamples, random });
  const perSpeaker = [...speakers.values()].map((own) => averageScores(own, classes));
  // A macro value over the whole label set would blame a speaker for classes without clips.
  const complete = [...speakers.values()].every((own) => supported(own) === classes);
  return Object.fromEntries(
    metricNames.map((name): [MetricName, MetricValue] => {
      const own = perSeed.map((one) => one[name]);
      const comparable = complete || !name.startsWith('macro_');
      const interval =
        options.speakersDisjoint && comparable
          ? newSpeakers(
              perSpeaker.map((one) => one[name]),
              level,
            )
          : undefined;
      return [
        name,
        {
          value: mean(own),
          per_seed: own,
          sd_seeds: own.length < 2 ? null : standardDeviation(own),
          these_speakers: {
            low: intervals[name].low,
            high: intervals[name].high,
            level,
            method: 'bootstrap-utterance',
            resamples,
            seed,
          },
          new_speakers:
            interval === undefined
              ? null
              : {
                  mean: interval.mean,
                  low: interval.low,
                  high: interval.high,
                  level,
                  method: 't-speaker',
                  df: interval.df,
                },
        },
      ];
    }),
  ) as Record<MetricName, MetricValue>;
}

function bySeed(rows: readonly Scored[], classes: number) {
  return [...groupBy(rows, (row) => row.seed)]
    .sort(([a], [b]) => a - b)
    .map(([, own]) =>
      confusionMatrix(
        own.map((row) => row.truth),
        own.map((row) => row.predicted),
        classes,
      ),
    );
}

function averages(rows: readonly Scored[], classes: number): { uar: number; accuracy: number } {
  const { uar, accuracy } = averageScores(rows, classes);
  return { uar, accuracy };
}

function count(rows: readonly Scored[]): { n: number } {
  return { n: new Set(rows.map((row) => row.id)).size };
}

function supported(rows: readonly Scored[]): number {
  return new Set(rows.map((row) => row.truth)).size;
}

function sortedGroups(
  rows: readonly Scored[],
  key: (row: Scored) => string,
): ReadonlyMap<string, readonly Scored[]> {
  return new Map([...groupBy(rows, key)].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function groupTable(
  groups: ReadonlyMap<string, readonly Scored[]>,
  classes: number,
): MetricSet['per_speaker'] {
  return Object.fromEntries(
    [...groups].map(([name, own]) => [
      name,
      { ...count(own), classes: supported(own), ...averages(own, classes) },
    ]),
  );
}
