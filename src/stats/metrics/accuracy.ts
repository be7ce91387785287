import type { Metric } from './metric.ts';

/** Share of clips that are right (`accuracy_score`). */
export const accuracy = {
  title: 'accuracy',
  of: ({ hits, total }) => hits / total,
  chance: ({ shares }) => 1 / shares.length,
} as const satisfies Metric;
