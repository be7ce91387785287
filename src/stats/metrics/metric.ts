import type { ClassScores } from '../class-scores.ts';

/** What all metrics of one confusion matrix are computed from; it has at least one clip. */
export interface Tally {
  readonly classes: readonly ClassScores[];
  /** Clips that were predicted as each class. */
  readonly predicted: readonly number[];
  readonly total: number;
  readonly hits: number;
}

/** What guessing is measured by: src/stats/chance.ts. */
export interface Guess {
  /** Share of clips of each class that has some; their number is K. */
  readonly shares: readonly number[];
  /** Classes of the label set. */
  readonly labels: number;
}

export interface Metric {
  /** As a sentence names it: `UAR`, `macro F1`. */
  readonly title: string;
  /** Lies between −1 and 1; all others are fractions. */
  readonly coefficient?: true;
  /** NaN where it is not defined. */
  readonly of: (tally: Tally) => number;
  /** Its value where every class is guessed alike. What has one may be the headline: it is never undefined. */
  readonly chance?: (guess: Guess) => number;
}

type Value = (one: ClassScores) => number;

/** Mean over all classes of the label set. */
export function macro(value: Value): Metric['of'] {
  return ({ classes }) => average(classes, value, () => 1);
}

/** Mean over classes, weighted by their clips. */
export function weighted(value: Value): Metric['of'] {
  return ({ classes }) => average(classes, value, (one) => one.support);
}

export function average(classes: readonly ClassScores[], value: Value, weight: Value): number {
  let sum = 0;
  let weights = 0;
  for (const one of classes) {
    sum += value(one) * weight(one);
    weights += weight(one);
  }
  return sum / weights;
}

export function sumOf(numbers: readonly number[], of: (number: number) => number): number {
  return numbers.reduce((sum, number) => sum + of(number), 0);
}
