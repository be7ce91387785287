import type { Comparison } from '../../artifacts/metrics.ts';
import { mcnemar } from '../../stats/mcnemar.ts';
import { permutationTest, smallestPermutationP } from '../../stats/permutation.ts';
import type { Scored } from '../../stats/predictions.ts';
import type { ShareName } from '../../stats/scores.ts';
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
  const [seeds, others] = [a.set.n.seeds, b.set.n.seeds];
  if (seeds !== others) {
    return `${a.set.name} has ${seeds} and ${b.set.name} has ${others} seeds: only equals can be exchanged`;
  }
  const judged = new Map(b.rows.map((row) => [`${row.seed} ${row.id}`, row]));
  const alike =
    a.rows.length === b.rows.length &&
    judged.size === b.rows.length &&
    a.rows.every((row) => judged.has(`${row.seed} ${row.id}`));
  if (!alike) return 'not every seed scored each clip once in both sets';
  switch (test) {
    case 'permutation':
      return permutation(a, b, options);
    case 'mcnemar':
      return seeds === 1
        ? exactMcnemar(a.rows, judged)
        : `McNemar's test takes one prediction per clip, and there are ${seeds} seeds`;
    case 'wilcoxon':
      return a.rows.every((row) => judged.get(`${row.seed} ${row.id}`)?.fold === row.fold)
        ? overFolds(a.rows, b.rows, options)
        : 'their folds hold different clips';
  }
}

function permutation(
  a: ScoredSet,
  b: ScoredSet,
  { metric, unit: wanted, classes, seed }: TestOptions,
): PairedTest {
  const areNew = a.set.protocol.disjoint.includes('speaker');
  const unit = wanted ?? (areNew ? 'speaker' : 'utterance');
  const unitOf = (row: Scored): string => (unit === 'speaker' ? row.speaker : row.id);
  const n = new Set(a.rows.map(unitOf)).size;
  return {
    ...{ unit, n, metric, smallest: smallestPermutationP(n) },
    run() {
      const random = createRandom(hashSeed(seed, 'permutation'));
      const found = permutationTest(a.rows, b.rows, { classes, metric, unit: unitOf, random });
      return { ...found, mid_p: null };
    },
  };
}

function exactMcnemar(a: readonly Scored[], judged: ReadonlyMap<string, Scored>): PairedTest {
  return {
    ...{ unit: 'utterance', n: a.length, metric: 'accuracy', smallest: 2 / 2 ** a.length },
    run() {
      let [onlyA, onlyB] = [0, 0];
      for (const row of a) {
        const other = judged.get(`${row.seed} ${row.id}`);
        const [right, otherRight] = [row, other].map((one) => one?.predicted === row.truth);
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
