import type { ErrorRow } from '../../artifacts/evaluation-tables.ts';
import { argmax } from '../../model/argmax.ts';
import { mean } from '../../stats/moments.ts';
import type { Scored } from '../../stats/predictions.ts';
import { groupBy } from '../../util/group-by.ts';

/** Clips that the mean posterior over seeds gets wrong, the most confident first, then by id. */
export function confidentErrors(
  rows: readonly Scored[],
  labels: readonly string[],
): readonly ErrorRow[] {
  return [...groupBy(rows, (row) => row.id)]
    .flatMap(([id, own]): ErrorRow[] => {
      const [first] = own;
      if (first === undefined) return [];
      const posterior = labels.map((_, k) => mean(own.map((row) => row.posterior[k] ?? 0)));
      const predicted = argmax(posterior);
      if (predicted === first.truth) return [];
      return [
        {
          ...{ id, speaker: first.speaker, fold: first.fold },
          ...{ truth: labels[first.truth] ?? '', predicted: labels[predicted] ?? '' },
          ...{ confidence: posterior[predicted] ?? 0, p_true: posterior[first.truth] ?? 0 },
          seeds: own.length,
          seeds_wrong: own.filter((row) => row.predicted !== row.truth).length,
        },
      ];
    })
    .sort((a, b) => b.confidence - a.confidence || (a.id < b.id ? -1 : 1));
}
