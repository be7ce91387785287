import type { Scored } from '../../stats/predictions.ts';
import { type SmallestDifferences, smallestDifferences } from '../../stats/smallest-difference.ts';
import { sortedGroups } from './groups.ts';
import { bySeed } from './rows.ts';

/** What two sets of models could differ by, at the least, on the clips that were scored here. */
export function corpusLimit(
  rows: readonly Scored[],
  classes: number,
  alpha: number,
): SmallestDifferences {
  // Seeds score the same clips, draws of enrolled ones as many.
  const [first = []] = bySeed(rows);
  const counts = [...sortedGroups(first, ({ speaker }) => speaker).values()].map((own) => {
    const row = Array.from({ length: classes }, () => 0);
    for (const { truth } of own) row[truth] = (row[truth] ?? 0) + 1;
    return row;
  });
  return smallestDifferences(counts, alpha);
}
