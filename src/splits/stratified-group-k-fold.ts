import type { Random } from '../util/random.ts';
import { unique } from './clip.ts';
import { meanOf, spreadOf } from './numpy-sum.ts';

/**
 * The test fold of every item, groups kept whole and classes spread as evenly as that allows:
 * `StratifiedGroupKFold(n_splits=folds)` of scikit-learn when `random` is absent; with it, groups of
 * equal spread come in an order shuffled by our generator. Greedy: the group with the most uneven
 * class counts first, each to the fold that leaves the class shares of the folds least spread.
 * `groups` are sorted as text.
 */
export function stratifiedGroupKFold(
  labels: readonly string[],
  groups: readonly string[],
  folds: number,
  random?: Random,
): readonly number[] {
  const classes = unique(labels);
  const column = new Map(classes.map((label, index) => [label, index]));
  const counts = new Map(unique(groups).map((group) => [group, classes.map(() => 0)]));
  const totals = classes.map(() => 0);
  for (const [index, label] of labels.entries()) {
    const k = column.get(label) ?? 0;
    const row = counts.get(groups[index] ?? '');
    if (row !== undefined) row[k] = (row[k] ?? 0) + 1;
    totals[k] = (totals[k] ?? 0) + 1;
  }
  const names = [...counts.keys()];
  const order = (random === undefined ? names : random.shuffle(names))
    .map((name) => ({ name, row: counts.get(name) ?? [] }))
    .sort((a, b) => spreadOf(b.row) - spreadOf(a.row));

  const perFold = Array.from({ length: folds }, () => classes.map(() => 0));
  const chosen = new Map<string, number>();
  for (const { name, row } of order) {
    const fold = bestFold(perFold, row, totals);
    perFold[fold] = (perFold[fold] ?? []).map((count, k) => count + (row[k] ?? 0));
    chosen.set(name, fold);
  }
  return groups.map((group) => chosen.get(group) ?? 0);
}

function bestFold(
  perFold: readonly (readonly number[])[],
  row: readonly number[],
  totals: readonly number[],
): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  let fewest = Number.POSITIVE_INFINITY;
  for (const [fold, held] of perFold.entries()) {
    const spreads = totals.map((total, k) => {
      const shares = perFold.map((counts, other) => {
        const added = other === fold ? (row[k] ?? 0) : 0;
        return ((counts[k] ?? 0) + added) / total;
      });
      return spreadOf(shares, 'rows');
    });
    const value = meanOf(spreads);
    const size = held.reduce((sum, count) => sum + count, 0);
    if (value < least || (isClose(value, least) && size < fewest)) {
      least = value;
      fewest = size;
      best = fold;
    }
  }
  return best;
}

/** `numpy.isclose` with its default tolerances. */
function isClose(a: number, b: number): boolean {
  return Number.isFinite(b) && Math.abs(a - b) <= 1e-8 + 1e-5 * Math.abs(b);
}
