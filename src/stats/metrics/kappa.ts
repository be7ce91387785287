import type { Metric } from './metric.ts';

/**
 * Cohen's κ (`cohen_kappa_score`): how far hits exceed those of a guess with the same margins. NaN where
 * truth and prediction are one and the same class throughout.
 */
export const kappa = {
  title: 'kappa',
  coefficient: true,
  of: ({ classes, predicted, hits, total }) => {
    // Whole numbers, so that 0 is 0.
    const chance = classes.reduce((sum, { support }, k) => sum + support * predicted[k]!, 0);
    const room = total ** 2 - chance;
    return room === 0 ? Number.NaN : (hits * total - chance) / room;
  },
} as const satisfies Metric;
