import { type Metric, sumOf } from './metric.ts';

/** Matthews' coefficient for many classes (Gorodkin 2004, `matthews_corrcoef`); 0 where either side is constant. */
export const mcc = {
  title: 'MCC',
  coefficient: true,
  of: ({ classes, predicted, hits, total }) => {
    // Whole numbers, so that 0 is 0: n² · (covariance, variance, variance).
    const chance = classes.reduce((sum, { support }, k) => sum + support * predicted[k]!, 0);
    const truths = classes.reduce((sum, { support }) => sum + support ** 2, 0);
    const spread = (total ** 2 - truths) * (total ** 2 - sumOf(predicted, (n) => n ** 2));
    return spread === 0 ? 0 : (hits * total - chance) / Math.sqrt(spread);
  },
} as const satisfies Metric;
