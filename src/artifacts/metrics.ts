import type { SmallestDifferences } from '../stats/smallest-difference.ts';
import type { Json } from '../util/json.ts';

/** The stamp of less data or fewer folds than the experiment says: a look at whether it works. */
export const quickStamp = 'quick: not a result';

/** `metrics.json`. All values are fractions; null = undefined. */
export interface Metrics {
  readonly format: 'affekt.metrics/1';
  readonly labels: readonly string[];
  /** What the sets are judged by; evaluations of before it was written are judged by `uar` or the headline's. */
  readonly metric?: string;
  /** Null where no number may stand alone: a quick look, validation clips, adapted models. */
  readonly headline: {
    readonly set: string;
    readonly metric: string;
    readonly value: number;
  } | null;
  readonly sets: readonly MetricSet[];
  /** One per protocol that several sets share; sets scored by different protocols are never ranked. */
  readonly rankings: readonly Ranking[];
  readonly comparisons: readonly Comparison[];
}

/** Sets that were scored by one protocol on the same clips, best first. */
export interface Ranking {
  readonly metric: string;
  /** `leave-one-speaker-out (6)`. */
  readonly protocol: string;
  /** The set that the others are compared with. */
  readonly reference: string;
  /** Equal values share a rank. */
  readonly sets: readonly {
    readonly rank: number;
    readonly set: string;
    readonly value: number;
  }[];
  /**
   * `best of 4`: the winner was chosen on the clips that it is scored on, so its value is too good. Null
   * where several share the first rank.
   */
  readonly best: { readonly set: string; readonly stamp: string } | null;
}

/** What one set has over another on the same clips, and one test of it. */
export interface Comparison {
  readonly a: string;
  /** The reference. */
  readonly b: string;
  readonly metric: string;
  /** Value of a less value of b. */
  readonly difference: number;
  /** "These speakers": paired bootstrap, the same clips drawn for both. */
  readonly low: number;
  readonly high: number;
  readonly level: number;
  /** t over differences per speaker; null as for `MetricValue.new_speakers`. */
  readonly new_speakers: {
    readonly mean: number;
    readonly low: number;
    readonly high: number;
    readonly df: number;
  } | null;
  /** `permutation`, `mcnemar` or `wilcoxon`; null where no test was asked for. */
  readonly test: string | null;
  /** What the test counts: `speaker`, `utterance` or `fold`, and how many. */
  readonly unit: string | null;
  readonly n: number | null;
  /** The test's own figure: the difference, the smaller count, the smaller rank sum. */
  readonly statistic: number | null;
  /** Drawn patterns of a Monte Carlo test; null where p is exact. */
  readonly draws: number | null;
  /** Before anything is computed: what so many units can give at best, and the size of the family. */
  readonly smallest_p: number | null;
  readonly family: number | null;
  readonly p: number | null;
  /** McNemar's less conservative p. */
  readonly mid_p: number | null;
  /** Corrected by Holm over the tests of this evaluation that ran. */
  readonly p_holm: number | null;
  /** Why the test was not run. */
  readonly refused: string | null;
}

export interface MetricSet {
  readonly name: string;
  readonly variant: Readonly<Record<string, Json>>;
  readonly n: {
    readonly utterances: number;
    readonly speakers: number;
    readonly folds: number;
    /** Predictions of each clip: with enrolment every draw counts as one. */
    readonly seeds: number;
    /** Draws of enrolled clips that each training is scored in; absent: one. */
    readonly draws?: number;
  };
  readonly protocol: {
    readonly corpus: {
      readonly name: string;
      readonly manifest: string;
      readonly pinned: boolean;
      readonly altered?: true;
    };
    readonly scheme: string;
    readonly folds: number;
    readonly groups: readonly string[];
    /** Part that is held out, where that was drawn; absent elsewhere, and before evaluate@8. */
    readonly test_fraction?: number;
    readonly validation_speakers: number;
    readonly disjoint: readonly string[];
    readonly shared: readonly string[];
    readonly selection: 'none' | 'nested' | 'shared' | 'development';
    /** Stated where validation clips are scored, to choose by; else the test clips are. */
    readonly role?: 'validate';
    readonly stamps: readonly string[];
    /** The number with everything a reader must know of it. */
    readonly sentence: string;
  };
  readonly values: Readonly<Record<string, MetricValue>>;
  /** Means over seeds; support counts clips. */
  readonly per_class: Readonly<Record<string, PerClass>>;
  /** `held_out`: the speaker, text or corpus that the fold leaves out, where it has a name; absent before evaluate@8. */
  readonly per_fold: readonly (Group & {
    readonly fold: number;
    readonly held_out?: string | null;
  })[];
  /** `classes`: how many classes the speaker has clips of. */
  readonly per_speaker: Readonly<Record<string, Group & { readonly classes: number }>>;
  /** Empty where the corpus does not state the sex of every scored speaker. */
  readonly per_sex: Readonly<Record<string, Group & { readonly classes: number }>>;
  /** By corpus of a merged one; empty where the corpus is one, absent before evaluate@8. */
  readonly per_corpus?: Readonly<Record<string, Group & { readonly classes: number }>>;
  /** The group with the lowest UAR among those with the most classes; null below two such groups. */
  readonly worst: { readonly speaker: WorstGroup | null; readonly sex: WorstGroup | null };
  readonly confusion: {
    readonly rows: 'true';
    readonly columns: 'predicted';
    /** Sums over seeds. */
    readonly counts: Matrix;
    /** Shares of each row of `counts`: the diagonal is recall. */
    readonly shares: Matrix;
    readonly per_seed: readonly Matrix[];
    readonly per_fold: Readonly<Record<string, Matrix>>;
    readonly per_speaker: Readonly<Record<string, Matrix>>;
    readonly per_sex: Readonly<Record<string, Matrix>>;
    readonly per_corpus?: Readonly<Record<string, Matrix>>;
  };
  /** Pooled over seeds. */
  readonly calibration: Calibration & {
    /** The same after temperature scaling on validation clips; null, with the reason, without them. */
    readonly scaled: (Calibration & { readonly temperatures: readonly FoldTemperature[] }) | null;
    readonly scaled_refused: string | null;
  };
  readonly controls: Readonly<Record<string, Readonly<Record<string, number | null>>>>;
  /**
   * Null where no control on permuted labels was trained, or in fewer than two folds; absent, as the next
   * one, from what evaluate@2 wrote.
   */
  readonly label_check?: LabelCheck | null;
  /** What two sets of models must differ by, so that these clips and speakers can show it. */
  readonly smallest_difference?: SmallestDifferences;
}

/** Whether a training on permuted labels stays at chance; where it does not, something else tells the classes. */
export interface LabelCheck {
  readonly control: 'shuffled_labels';
  readonly metric: 'uar';
  readonly value: number;
  readonly chance: number;
  /** t over folds, which each permute the labels anew; not cut off at 0. */
  readonly low: number;
  readonly high: number;
  readonly level: number;
  readonly method: 't-fold';
  readonly df: number;
  readonly holds_chance: boolean;
}

type Matrix = readonly (readonly number[])[];

interface WorstGroup {
  readonly name: string;
  readonly n: number;
  readonly uar: number;
}

interface Calibration {
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
}

interface FoldTemperature {
  readonly fold: number;
  readonly seed: number;
  /** Validation clips that it was fitted on. */
  readonly clips: number;
  readonly temperature: number;
  readonly at_bound: boolean;
}

/** All are null where the value is not defined (an area under a curve of one class). */
export interface MetricValue {
  /** Mean over seeds of the value of the pooled out-of-fold predictions. */
  readonly value: number | null;
  readonly per_seed: readonly (number | null)[];
  /** Standard deviation over seeds; null for one seed. */
  readonly sd_seeds: number | null;
  /** The value of the predictions of all seeds taken together. */
  readonly pooled: number | null;
  readonly these_speakers: {
    readonly low: number;
    readonly high: number;
    readonly level: number;
    readonly method: 'bootstrap-utterance';
    readonly resamples: number;
    readonly seed: number;
  } | null;
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
  /** Against all other classes; null without clips of the class, or of others. */
  readonly roc_auc: number | null;
  readonly average_precision: number | null;
  readonly support: number;
}

interface Group {
  readonly n: number;
  readonly uar: number;
  readonly accuracy: number;
}

/** What the sets of an evaluation are judged by. */
export function metricOf({ metric, headline }: Metrics): string {
  return metric ?? headline?.metric ?? 'uar';
}

/** How often a set predicts each clip: `3 seeds`, `3 seeds × 5 draws`. */
export function repeatsOf({ seeds, draws = 1 }: MetricSet['n']): string {
  const trained = seeds / draws;
  return `${trained} ${trained === 1 ? 'seed' : 'seeds'}${draws > 1 ? ` × ${draws} draws` : ''}`;
}
