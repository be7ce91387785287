import type { LabelCheck } from '../../artifacts/metrics.ts';
import { clusteredRecall } from '../../stats/clustered-recall.ts';
import type { Scored } from '../../stats/predictions.ts';
import { foldGroups } from './groups.ts';

/** Wide: a good training misses it once in a hundred. */
const level = 0.99;

/**
 * What a training on permuted labels reaches, with the interval that chance must lie in: labels
 * are permuted anew in every fold, so folds are what varies, not clips. Null with fewer than two folds.
 */
export function labelCheck(rows: readonly Scored[], classes: number): LabelCheck | null {
  const folds = [...foldGroups(rows).values()].map((own) => {
    const clips = Array.from({ length: classes }, () => 0);
    const hits = [...clips];
    for (const { truth, predicted } of own) {
      clips[truth] = (clips[truth] ?? 0) + 1;
      if (predicted === truth) hits[truth] = (hits[truth] ?? 0) + 1;
    }
    return { clips, hits };
  });
  const interval = clusteredRecall(folds, level);
  if (interval === undefined) return null;
  const chance = 1 / new Set(rows.map(({ truth }) => truth)).size;
  const { low, high } = interval;
  return {
    ...{ control: 'shuffled_labels', metric: 'uar', chance, ...interval },
    ...{ level, method: 't-fold', holds_chance: low <= chance && chance <= high },
  };
}
