import { groupBy } from '../util/group-by.ts';
import type { Random } from '../util/random.ts';
import type { Confusion } from './confusion.ts';
import type { MetricName } from './metrics/index.ts';
import { mean } from './moments.ts';
import type { Scored } from './predictions.ts';
import { scores } from './scores.ts';

export interface Permutation {
  /** Mean over seeds of the first set's values, less that of the second's. */
  readonly statistic: number;
  readonly p: number;
  /** `null` where every pattern was tried, else how many were drawn. */
  readonly draws: number | null;
}

export interface PermutationOptions {
  readonly classes: number;
  readonly metric: MetricName;
  /** What is exchanged as a whole: a clip by its id, or all clips of a speaker. */
  readonly unit: (row: Scored) => string;
  readonly random: Random;
}

/** Up to this many units that differ at all, every pattern is tried: 65,536. */
const exactUnits = 16;

/** Patterns drawn where there are more. */
const drawn = 10_000;

/** Values are sums of the same fractions in another order; those this close are equal. */
const grain = 1e-12;

/**
 * The smallest p that a test with so many units can be planned for. Of more than 16 it may turn out smaller: where
 * 16 of them or fewer differ, all patterns are tried.
 */
export function smallestPermutationP(units: number): number {
  return units <= exactUnits ? 2 / 2 ** units : 1 / (drawn + 1);
}

/**
 * Paired permutation test, two-sided: were it all one which of two sets of models made a prediction,
 * their predictions could be exchanged, unit by unit, in all seeds at once. p is the share of patterns
 * of exchanges whose difference is at least as large as the one seen: over all patterns, or
 * (hits + 1) / (draws + 1) of seeded draws (`scipy.stats.permutation_test(permutation_type='samples')`).
 * Units in which both sets say the same drop out: exchanging them changes nothing.
 *
 * @param a predictions of one set
 * @param b those of the other on the same ids and seeds, in any order
 */
export function permutationTest(
  a: readonly Scored[],
  b: readonly Scored[],
  { classes, metric, unit, random }: PermutationOptions,
): Permutation {
  const exchange = createExchange(a, b, classes, unit);
  const difference = (): number => exchange.difference(metric);
  const statistic = difference();
  const reach = Math.abs(statistic) - grain;
  const { units } = exchange;
  let hits = 0;
  if (units <= exactUnits) {
    // In Gray's order one unit changes sides from a pattern to the next.
    for (let pattern = 1; pattern <= 2 ** units; pattern++) {
      if (Math.abs(difference()) >= reach) hits++;
      if (pattern < 2 ** units) exchange.swap(31 - Math.clz32(pattern & -pattern));
    }
    return { statistic, p: hits / 2 ** units, draws: null };
  }
  for (let draw = 0; draw < drawn; draw++) {
    // Each unit changes sides from wherever it is, which leaves no trace of the pattern before.
    for (let u = 0; u < units; u++) if (random.next() < 0.5) exchange.swap(u);
    if (Math.abs(difference()) >= reach) hits++;
  }
  return { statistic, p: (hits + 1) / (drawn + 1), draws: drawn };
}

interface Exchange {
  /** Units in which the sets differ. */
  readonly units: number;
  swap(unit: number): void;
  difference(metric: MetricName): number;
}

/**
 * Confusions of two sets, seed by seed, whose units can change sides. Counts of all seeds lie in one
 * array per set; a swap is a clip of a seed of which the sets say different things.
 */
function createExchange(
  a: readonly Scored[],
  b: readonly Scored[],
  classes: number,
  unit: (row: Scored) => string,
): Exchange {
  const predictedByOther = new Map(b.map((row) => [`${row.seed} ${row.id}`, row.predicted]));
  const seeds = [...new Set(a.map((row) => row.seed))].sort((x, y) => x - y);
  const first = new Int32Array(seeds.length * classes ** 2);
  const second = new Int32Array(first.length);
  const starts = [0];
  /** Cell of what the first set says now, and of what the second says, one pair per swap. */
  const cells: number[] = [];
  for (const rows of groupBy(a, unit).values()) {
    const before = cells.length;
    for (const { seed, id, truth, predicted } of rows) {
      const other = predictedByOther.get(`${seed} ${id}`);
      if (other === undefined) throw new Error(`seed ${seed} of the other set has no "${id}"`);
      const row = (seeds.indexOf(seed) * classes + truth) * classes;
      first[row + predicted]!++;
      second[row + other]!++;
      if (other !== predicted) cells.push(row + predicted, row + other);
    }
    if (cells.length > before) starts.push(cells.length);
  }
  const sides = Int32Array.from(cells);
  const value = (counts: Int32Array, metric: MetricName): number =>
    mean(seeds.map((_, s) => scores(square(counts, s * classes ** 2, classes))[metric]));
  return {
    units: starts.length - 1,
    swap(index) {
      for (let i = starts[index]!; i < starts[index + 1]!; i += 2) {
        const here = sides[i]!;
        const there = sides[i + 1]!;
        first[here]!--;
        first[there]!++;
        second[there]!--;
        second[here]!++;
        sides[i] = there;
        sides[i + 1] = here;
      }
    },
    difference: (metric) => value(first, metric) - value(second, metric),
  };
}

function square(counts: Int32Array, from: number, classes: number): Confusion {
  return Array.from({ length: classes }, (_, k) =>
    Array.from(counts.subarray(from + k * classes, from + (k + 1) * classes)),
  );
}
