import { type Metric, macro, weighted } from './metric.ts';

/** Of the clips of a class, the share that are found; over the label set, unlike UAR. */
export const macroRecall = {
  title: 'macro recall',
  of: macro((one) => one.recall),
  chance: ({ labels }) => 1 / labels,
} as const satisfies Metric;

export const weightedRecall = {
  title: 'weighted recall',
  of: weighted((one) => one.recall),
  chance: ({ shares }) => 1 / shares.length,
} as const satisfies Metric;
