import type { Confusion } from './confusion.ts';

/** Values that a headline may be: shares of clips, or means of such shares. */
export const shareNames = [
  'uar',
  'accuracy',
  'macro_precision',
  'macro_recall',
  'macro_f1',
  'weighted_precision',
  'weighted_recall',
  'weighted_f1',
] as const;

export type ShareName = (typeof shareNames)[number];

/** All values that a confusion matrix gives: fractions, and two coefficients between −1 and 1. */
export const metricNames = [
  ...shareNames,
  'macro_specificity',
  'weighted_specificity',
  'kappa',
  'mcc',
] as const;

export type MetricName = (typeof metricNames)[number];

export type Scores = Readonly<Record<MetricName, number>>;

export interface ClassScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** TN / (TN + FP). */
  readonly specificity: number;
  /** Clips whose true class it is. */
  readonly support: number;
}

/**
 * Precision, recall, F1 and specificity of each class against all others. A division by zero is 0
 * (`precision_recall_fscore_support(…, zero_division=0)` of scikit-learn).
 */
export function classScores(confusion: Confusion): readonly ClassScores[] {
  const classes = confusion.length;
  const predicted = new Array<number>(classes).fill(0);
  let total = 0;
  for (const row of confusion) {
    for (let j = 0; j < classes; j++) {
      predicted[j]! += row[j]!;
      total += row[j]!;
    }
  }
  return confusion.map((row, k) => {
    const support = row.reduce((sum, count) => sum + count, 0);
    const hits = row[k]!;
    const falsePositives = predicted[k]! - hits;
    return {
      precision: divide(hits, predicted[k]!),
      recall: divide(hits, support),
      f1: divide(2 * hits, support + predicted[k]!),
      specificity: divide(total - support - falsePositives, total - support),
      support,
    };
  });
}

/**
 * All values of one confusion matrix. UAR is the mean recall over classes with support
 * (`balanced_accuracy_score`); `macro_*` averages over the whole label set, `weighted_*` by support.
 * `kappa` is Cohen's (`cohen_kappa_score`), NaN where truth and prediction are one and the same class
 * throughout; `mcc` is Matthews' coefficient for many classes (Gorodkin 2004, `matthews_corrcoef`), 0
 * where either is constant. NaN throughout for an empty matrix.
 */
export function scores(confusion: Confusion): Scores {
  const perClass = classScores(confusion);
  const total = perClass.reduce((sum, one) => sum + one.support, 0);
  if (total === 0) {
    return Object.fromEntries(metricNames.map((name) => [name, Number.NaN])) as Scores;
  }
  const supported = perClass.filter((one) => one.support > 0);
  const average = (
    classes: readonly ClassScores[],
    value: (one: ClassScores) => number,
    weight: (one: ClassScores) => number,
  ): number => {
    let sum = 0;
    let weights = 0;
    for (const one of classes) {
      sum += value(one) * weight(one);
      weights += weight(one);
    }
    return sum / weights;
  };
  const even = (): number => 1;
  const support = (one: ClassScores): number => one.support;
  const precision = (one: ClassScores): number => one.precision;
  const recall = (one: ClassScores): number => one.recall;
  const f1 = (one: ClassScores): number => one.f1;
  const specificity = (one: ClassScores): number => one.specificity;
  const hits = confusion.reduce((sum, row, k) => sum + row[k]!, 0);
  return {
    uar: average(supported, recall, even),
    accuracy: hits / total,
    macro_precision: average(perClass, precision, even),
    macro_recall: average(perClass, recall, even),
    macro_f1: average(perClass, f1, even),
    weighted_precision: average(perClass, precision, support),
    weighted_recall: average(perClass, recall, support),
    weighted_f1: average(perClass, f1, support),
    macro_specificity: average(perClass, specificity, even),
    weighted_specificity: average(perClass, specificity, support),
    ...agreement(confusion, hits, total),
  };
}

/** How far hits exceed those of a guess with the same margins. */
function agreement(
  confusion: Confusion,
  hits: number,
  total: number,
): { readonly kappa: number; readonly mcc: number } {
  const columns = confusion.map((_, j) => confusion.reduce((sum, row) => sum + row[j]!, 0));
  let chance = 0;
  let truths = 0;
  let guesses = 0;
  for (const [k, row] of confusion.entries()) {
    const support = row.reduce((sum, count) => sum + count, 0);
    chance += support * columns[k]!;
    truths += support ** 2;
    guesses += columns[k]! ** 2;
  }
  // All three are whole numbers, so that 0 is 0: n² · (covariance, variance, variance).
  const covariance = hits * total - chance;
  const spread = (total ** 2 - truths) * (total ** 2 - guesses);
  const room = total ** 2 - chance;
  return {
    kappa: room === 0 ? Number.NaN : covariance / room,
    mcc: spread === 0 ? 0 : covariance / Math.sqrt(spread),
  };
}

function divide(a: number, b: number): number {
  return b === 0 ? 0 : a / b;
}
