import { type Metric, macro, sumOf, weighted } from './metric.ts';

/** Of the clips that are predicted as a class, the share that are of it. */
export const macroPrecision = {
  title: 'macro precision',
  of: macro((one) => one.precision),
  chance: ({ labels }) => 1 / labels,
} as const satisfies Metric;

export const weightedPrecision = {
  title: 'weighted precision',
  of: weighted((one) => one.precision),
  chance: ({ shares }) => sumOf(shares, (share) => share * share),
} as const satisfies Metric;
