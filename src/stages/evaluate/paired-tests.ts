import type { Comparison } from '../../artifacts/metrics.ts';
import { mcnemar } from '../../stats/mcnemar.ts';
import type { ShareName } from '../../stats/metrics/index.ts';
import { permutationTest, smallestPermutationP } from '../../stats/permutation.ts';
import type { Scored } from '../../stats/predictions.ts';
import { smallestWilcoxonP, wilcoxon } from '../../stats/wilcoxon.ts';
import { createRandom, hashSeed } from '../../util/random.ts';
import { foldGroups, meanScore } from './groups.ts';
import type { ScoredSet } from './ranking.ts';

export const testNames = ['permutation', 'mcnemar', 'wilcoxon'] as const;

export type TestName = (typeof testNames)[number];

export interface TestOptions {
  readonly metric: ShareName;
  /** Null: speakers where they are new ones, else utterances. */
  readonly unit: 'speaker' | 'utterance' | null;
  readonly classes: number;
  readonly seed: number;
}

/** A test that is ready to run: what it counts, and what it can give at best. */
export interface PairedTest {
  readonly unit: string;
  readonly n: number;
  readonly smallest: number;
  /** What its difference is of: McNemar's test is one of accuracy. */
  readonly metric: ShareName;
  run(): Pick<Comparison, 'statistic' | 'draws' | 'p' | 'mid_p'>;
}

/** Makes a test of two sets on the same clips ready, or says why there is none. */
export function prepareTest(
  test: TestName,
  a: ScoredSet,
  b: ScoredSet,
  options: TestOptions,
): PairedTest | string {
  if (test === 'wilcoxon') {
    return haveSameFolds(a.rows, b.rows)
      ? overFolds(a.rows, b.rows, options)
      : 'their folds hold different clips';
  }
  const seeds = Math.max(a.set.n.seeds, b.set.n.seeds);
  if (test === 'mcnemar' && seeds > 1) {
    return `McNemar's test takes one prediction per clip, and there are ${seeds} seeds`;
  }
  const paired = pairSeeds(a, b);
  if (typeof paired === 'string') return paired;
  if (test === 'mcnemar') return exactMcnemar(paired);
  const areNew = a.set.protocol.disjoint.includes('speaker');
  return permutation(paired, options.unit ?? (areNew ? 'speaker' : 'utterance'), options);
}

/** Rows of two sets, one for one. */
interface Pairs {
  readonly a: readonly Scored[];
  readonly b: readonly Scored[];
}

/** Pairs seed with seed. The only seed of a set is paired with every one of the other. */
function pairSeeds(a: ScoredSet, b: ScoredSet): Pairs | string {
  const [seeds, others] = [a.set.n.seeds, b.set.n.seeds];
  if (seeds !== others && Math.min(seeds, others) > 1) {
    return `${a.set.name} has ${seeds} and ${b.set.name} has ${others} seeds, which do not pair`;
  }
  const repeated = (rows: readonly Scored[], times: number): readonly Scored[] =>
    Array.from({ length: times }, (_, i) => rows.map((row) => ({ ...row, seed: i + 1 }))).flat();
  const left = seeds < others ? repeated(a.rows, others) : a.rows;
  const right = others < seeds ? repeated(b.rows, seeds) : b.rows;
  const placed = new Map(right.map((row) => [placeOf(row), row]));
  const sorted = left.flatMap((row) => placed.get(placeOf(row)) ?? []);
  const alike =
    left.length === right.length && placed.size === right.length && sorted.length === left.length;
  return alike ? { a: left, b: sorted } : 'not every seed scored each clip once in both sets';
}

function placeOf({ seed, id }: Scored): string {
  return `${seed} ${id}`;
}

function haveSameFolds(a: readonly Scored[], b: readonly Scored[]): boolean {
  const folds = new Map(b.map((row) => [row.id, row.fold]));
  return a.every((row) => folds.get(row.id) === row.fold);
}

function permutation(
  { a, b }: Pairs,
  unit: 'speaker' | 'utterance',
  { metric, classes, seed }: TestOptions,
): PairedTest {
  const unitOf = (row: Scored): string => (unit === 'speaker' ? row.speaker : row.id);
  const n = new Set(a.map(unitOf)).size;
  return {
    ...{ unit, n, metric, smallest: smallestPermutationP(n) },
    run() {
      const random = createRandom(hashSeed(seed, 'permutation'));
      const found = permutationTest(a, b, { classes, metric, unit: unitOf, random });
      return { ...found, mid_p: null };
    },
  };
}

function exactMcnemar({ a, b }: Pairs): PairedTest {
  return {
    ...{ unit: 'utterance', n: a.length, metric: 'accuracy', smallest: 2 / 2 ** a.length },
    run() {
      let [onlyA, onlyB] = [0, 0];
      for (const [i, row] of a.entries()) {
        const right = row.predicted === row.truth;
        const otherRight = b[i]?.predicted === row.truth;
        if (right && !otherRight) onlyA++;
        if (!right && otherRight) onlyB++;
      }
      return { ...mcnemar(onlyA, onlyB), draws: null };
    },
  };
}

function overFolds(
  a: readonly Scored[],
  b: readonly Scored[],
  { metric, classes }: TestOptions,
): PairedTest {
  const other = foldGroups(b);
  const folds = [...foldGroups(a)];
  return {
    ...{ unit: 'fold', n: folds.length, metric, smallest: smallestWilcoxonP(folds.length) },
    run() {
      const { statistic, p } = wilcoxon(
        folds.map(
          ([fold, own]) =>
            meanScore(own, classes, metric) - meanScore(other.get(fold) ?? [], classes, metric),
        ),
      );
      return { statistic, p, draws: null, mid_p: null };
    },
  };
}
