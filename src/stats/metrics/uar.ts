import { average, type Metric } from './metric.ts';

/** Mean recall over classes with support (`balanced_accuracy_score`). */
export const uar = {
  title: 'UAR',
  of: ({ classes }) =>
    average(
      classes.filter((one) => one.support > 0),
      (one) => one.recall,
      () => 1,
    ),
  chance: ({ shares }) => 1 / shares.length,
} as const satisfies Metric;
