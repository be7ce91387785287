import { type Metric, macro, weighted } from './metric.ts';

/** Of the clips of all other classes, the share that are not taken for a class. */
export const macroSpecificity = {
  title: 'macro specificity',
  of: macro((one) => one.specificity),
} as const satisfies Metric;

export const weightedSpecificity = {
  title: 'weighted specificity',
  of: weighted((one) => one.specificity),
} as const satisfies Metric;
