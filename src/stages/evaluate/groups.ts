import type { MetricSet } from '../../artifacts/metrics.ts';
import { addConfusions, type Confusion, confusionMatrix } from '../../stats/confusion.ts';
import type { MetricName } from '../../stats/metrics/index.ts';
import { mean } from '../../stats/moments.ts';
import type { Scored } from '../../stats/predictions.ts';
import { scores } from '../../stats/scores.ts';
import { groupBy } from '../../util/group-by.ts';
import { bySeed, idsOf } from './rows.ts';

type GroupTable = MetricSet['per_speaker'];

/** Rows by group, sorted by name. */
export function sortedGroups(
  rows: readonly Scored[],
  key: (row: Scored) => string,
): ReadonlyMap<string, readonly Scored[]> {
  return new Map([...groupBy(rows, key)].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Rows by fold, in order of the folds. */
export function foldGroups(rows: readonly Scored[]): ReadonlyMap<number, readonly Scored[]> {
  return new Map([...groupBy(rows, (row) => row.fold)].sort(([a], [b]) => a - b));
}

/** One matrix per seed. */
export function confusionsOf(rows: readonly Scored[], classes: number): readonly Confusion[] {
  return bySeed(rows).map((own) =>
    confusionMatrix(
      own.map((row) => row.truth),
      own.map((row) => row.predicted),
      classes,
    ),
  );
}

/** Sums over seeds, by name of the group. */
export function groupConfusions(
  groups: ReadonlyMap<string | number, readonly Scored[]>,
  classes: number,
): Readonly<Record<string, Confusion>> {
  const sums = [...groups].map(([name, own]) => [name, addConfusions(confusionsOf(own, classes))]);
  return Object.fromEntries(sums);
}

/** Mean over seeds of a value of some rows. */
export function meanScore(rows: readonly Scored[], classes: number, metric: MetricName): number {
  return mean(confusionsOf(rows, classes).map((confusion) => scores(confusion)[metric]));
}

/** Clips, UAR and accuracy of some rows. */
export function groupScores(rows: readonly Scored[], classes: number) {
  return {
    n: idsOf(rows).length,
    uar: meanScore(rows, classes, 'uar'),
    accuracy: meanScore(rows, classes, 'accuracy'),
  };
}

export function groupTable(
  groups: ReadonlyMap<string, readonly Scored[]>,
  classes: number,
): GroupTable {
  return Object.fromEntries(
    [...groups].map(([name, own]) => {
      const { n, uar, accuracy } = groupScores(own, classes);
      return [name, { n, classes: classesIn(own), uar, accuracy }];
    }),
  );
}

export function classesIn(rows: readonly Scored[]): number {
  return new Set(rows.map((row) => row.truth)).size;
}

/**
 * The group with the lowest UAR. A UAR over fewer classes is another quantity, so only groups with the
 * most classes are compared; below two of them there is no worst one.
 */
export function worstGroup(table: GroupTable): MetricSet['worst']['speaker'] {
  const groups = Object.entries(table);
  const most = Math.max(...groups.map(([, { classes }]) => classes));
  const [first, ...others] = groups.filter(([, { classes }]) => classes === most);
  if (first === undefined || others.length === 0) return null;
  const [name, { n, uar }] = others.reduce((a, b) => (b[1].uar < a[1].uar ? b : a), first);
  return { name, n, uar };
}
