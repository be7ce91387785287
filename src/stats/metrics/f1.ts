import { type Metric, macro, sumOf, weighted } from './metric.ts';

/** Of a class with the share p of the clips, guessed as often as K − 1 others: 2 p / (K p + 1). */
const guessed = (share: number, k: number): number => (2 * share) / (k * share + 1);

/** Harmonic mean of precision and recall of each class (`f1_score`). */
export const macroF1 = {
  title: 'macro F1',
  of: macro((one) => one.f1),
  chance: ({ shares, labels }) => sumOf(shares, (share) => guessed(share, shares.length)) / labels,
} as const satisfies Metric;

export const weightedF1 = {
  title: 'weighted F1',
  of: weighted((one) => one.f1),
  chance: ({ shares }) => sumOf(shares, (share) => share * guessed(share, shares.length)),
} as const satisfies Metric;
