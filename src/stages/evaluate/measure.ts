import type { MetricSet, MetricValue } from '../../artifacts/metrics.ts';
import { bootstrap, type Draws } from '../../stats/bootstrap.ts';
import { classScores } from '../../stats/class-scores.ts';
import { addConfusions, rowShares } from '../../stats/confusion.ts';
import { newSpeakers, theseSpeakers } from '../../stats/intervals.ts';
import { mean, standardDeviation } from '../../stats/moments.ts';
import type { Scored } from '../../stats/predictions.ts';
import {
  classRanks,
  meanValues,
  type RowTable,
  tabulate,
  type ValueName,
  type Values,
  valueNames,
  valuesOf,
} from '../../stats/values.ts';
import { createRandom } from '../../util/random.ts';
import { calibrate } from './calibrate.ts';
import {
  classesIn,
  confusionsOf,
  foldGroups,
  groupConfusions,
  groupScores,
  groupTable,
  sortedGroups,
  worstGroup,
} from './groups.ts';
import { bySeed } from './rows.ts';

export interface MeasureOptions {
  readonly labels: readonly string[];
  readonly level: number;
  readonly resamples: number;
  readonly seed: number;
  /** No scored speaker is trained on: only then do they stand for new ones. */
  readonly speakersDisjoint: boolean;
  /** Sex by speaker, empty where it is not known. */
  readonly sex: ReadonlyMap<string, string>;
  /** The corpus that each clip was recorded for, of those that were merged; empty where it is one. */
  readonly corpora: ReadonlyMap<string, string>;
  /** The speaker, text or corpus that each fold leaves out, where it has a name. */
  readonly heldOut: readonly (string | null)[];
  /** Clips to fit temperatures on; null where they are the ones that are scored. */
  readonly validation: readonly Scored[] | null;
}

/** The part of a metric set that follows from its predictions alone. */
export type Measured = Pick<
  MetricSet,
  | 'values'
  | 'per_class'
  | 'per_fold'
  | 'per_speaker'
  | 'per_sex'
  | 'per_corpus'
  | 'worst'
  | 'confusion'
  | 'calibration'
>;

/** Everything that the test rows of a set of models say, and the draws behind the intervals. */
export function measure(
  rows: readonly Scored[],
  options: MeasureOptions,
): { readonly measured: Measured; readonly draws: Draws } {
  const { labels, resamples, seed, sex, corpora, heldOut } = options;
  const classes = labels.length;
  const confusions = confusionsOf(rows, classes);
  const speakers = sortedGroups(rows, (row) => row.speaker);
  const known = [...speakers.keys()].every((speaker) => (sex.get(speaker) ?? '') !== '');
  const sexes = sortedGroups(known ? rows : [], (row) => sex.get(row.speaker) ?? '');
  const parts = sortedGroups(corpora.size > 0 ? rows : [], ({ id }) => corpora.get(id) ?? '');
  const folds = foldGroups(rows);
  const tables = bySeed(rows).map((own) => tabulate(own, classes));
  const draws = bootstrap(rows, classes, { resamples, random: createRandom(seed) });
  const counts = addConfusions(confusions);
  const perSpeaker = groupTable(speakers, classes);
  const perSex = groupTable(sexes, classes);
  const measured: Measured = {
    values: values(rows, tables, draws, speakers, options),
    per_class: perClass(labels, tables, confusions),
    per_fold: [...folds].map(([fold, own]) => ({
      fold,
      held_out: heldOut[fold - 1] ?? null,
      ...groupScores(own, classes),
    })),
    per_speaker: perSpeaker,
    per_sex: perSex,
    per_corpus: groupTable(parts, classes),
    worst: { speaker: worstGroup(perSpeaker), sex: worstGroup(perSex) },
    confusion: {
      rows: 'true',
      columns: 'predicted',
      counts,
      shares: rowShares(counts),
      per_seed: confusions,
      per_fold: groupConfusions(folds, classes),
      per_speaker: groupConfusions(speakers, classes),
      per_sex: groupConfusions(sexes, classes),
      per_corpus: groupConfusions(parts, classes),
    },
    calibration: calibrate(rows, options.validation),
  };
  return { measured, draws };
}

/** Means over seeds of all values: what a control says. */
export function averageValues(rows: readonly Scored[], classes: number): Values {
  return meanValues(bySeed(rows).map((own) => valuesOf(tabulate(own, classes))));
}

/** JSON has no NaN: what is not defined is null. */
export function defined(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function values(
  rows: readonly Scored[],
  tables: readonly RowTable[],
  draws: Draws,
  speakers: ReadonlyMap<string, readonly Scored[]>,
  { labels, level, resamples, seed, speakersDisjoint }: MeasureOptions,
): Readonly<Record<ValueName, MetricValue>> {
  const classes = labels.length;
  const perSeed = tables.map((table) => valuesOf(table));
  const pooled = valuesOf(tabulate(rows, classes));
  const perSpeaker = [...speakers.values()].map((own) => averageValues(own, classes));
  // A macro value over the whole label set would blame a speaker for classes without clips.
  const complete = [...speakers.values()].every((own) => classesIn(own) === classes);
  return Object.fromEntries(
    valueNames.map((name): [ValueName, MetricValue] => {
      const own = perSeed.map((one) => one[name]);
      const near = theseSpeakers(draws[name], level);
      const ofSpeakers = perSpeaker.map((one) => one[name]);
      const comparable = (complete || !name.startsWith('macro_')) && !ofSpeakers.some(Number.isNaN);
      const far = speakersDisjoint && comparable ? newSpeakers(ofSpeakers, level) : undefined;
      return [
        name,
        {
          value: defined(mean(own)),
          per_seed: own.map(defined),
          sd_seeds: defined(standardDeviation(own)),
          pooled: defined(pooled[name]),
          these_speakers:
            near === undefined
              ? null
              : { ...near, level, method: 'bootstrap-utterance', resamples, seed },
          new_speakers:
            far === undefined
              ? null
              : {
                  ...{ mean: far.mean, low: far.low, high: far.high },
                  ...{ level, method: 't-speaker', df: far.df },
                },
        },
      ];
    }),
  ) as Record<ValueName, MetricValue>;
}

function perClass(
  labels: readonly string[],
  tables: readonly RowTable[],
  confusions: ReturnType<typeof confusionsOf>,
): MetricSet['per_class'] {
  const counted = confusions.map(classScores);
  const ranked = tables.map((table) => classRanks(table));
  return Object.fromEntries(
    labels.map((label, k) => {
      const over = (name: 'precision' | 'recall' | 'f1' | 'specificity'): number =>
        mean(counted.map((seed) => seed[k]?.[name] ?? 0));
      const rank = (name: 'roc_auc' | 'average_precision'): number | null =>
        defined(mean(ranked.map((seed) => seed[k]?.[name] ?? Number.NaN)));
      return [
        label,
        {
          precision: over('precision'),
          recall: over('recall'),
          f1: over('f1'),
          specificity: over('specificity'),
          roc_auc: rank('roc_auc'),
          average_precision: rank('average_precision'),
          support: counted[0]?.[k]?.support ?? 0,
        },
      ];
    }),
  );
}
