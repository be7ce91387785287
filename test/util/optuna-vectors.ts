import * as assert from 'uvu/assert';
import { digitCount, primes, radicalInverse } from '../../src/search/halton.ts';
import { importance } from '../../src/search/importance.ts';
import { logNormalMass } from '../../src/search/normal.ts';
import { ageWeights, parzen } from '../../src/search/parzen.ts';
import { halvingRule } from '../../src/search/prune/halving.ts';
import { hyperband } from '../../src/search/prune/hyperband.ts';
import { percentileRule } from '../../src/search/prune/percentile.ts';
import type { PruneRule } from '../../src/search/prune/rule.ts';
import { signedRankP } from '../../src/search/prune/signed-rank.ts';
import { wilcoxonRule } from '../../src/search/prune/wilcoxon.ts';
import type { Condition, Dimension, Point, Space } from '../../src/search/space.ts';
import { goodCount, groupsOf, splitTrials } from '../../src/search/tpe.ts';
import type { Direction, Trial } from '../../src/search/trial.ts';

interface StoredTrial {
  readonly number: number;
  readonly state: Trial['state'];
  readonly point: Point;
  readonly value: number | null;
  readonly reports: readonly (readonly [number, number | null])[];
}

interface StoredStudy {
  readonly direction: Direction;
  readonly trials: readonly StoredTrial[];
}

interface StoredGroup {
  readonly names: readonly string[];
  readonly rows: readonly (readonly number[])[];
  readonly good: readonly number[];
  readonly rest: readonly number[];
  readonly weights: readonly number[];
}

/** What test/conformance/optuna/reference.py prints. */
export interface OptunaVectors {
  readonly made_by: Readonly<Record<string, string>>;
  readonly dimensions: Readonly<Record<string, Dimension>>;
  readonly conditions: Readonly<Record<string, Condition>>;
  readonly gamma: readonly number[];
  readonly weights: Readonly<Record<string, readonly number[]>>;
  readonly masses: readonly { readonly a: number; readonly b: number; readonly log_mass: number }[];
  readonly search: readonly (StoredStudy & {
    readonly good: readonly number[];
    readonly rest: readonly number[];
    readonly groups: readonly StoredGroup[];
  })[];
  readonly importance: readonly (StoredStudy & {
    readonly importance: Readonly<Record<string, number>>;
  })[];
  readonly pruners: readonly StoredPruning[];
  readonly signed_rank: readonly { readonly differences: readonly number[]; readonly p: number }[];
  readonly halton: readonly (readonly number[])[];
  readonly scrambled: readonly {
    readonly base: number;
    readonly permutations: readonly (readonly number[])[];
    readonly values: readonly number[];
  }[];
}

interface StoredPruning {
  readonly name: string;
  readonly direction: Direction;
  readonly budgets?: readonly number[];
  readonly brackets?: readonly number[];
  readonly trials: readonly {
    readonly value: number | null;
    readonly reports: readonly (readonly [step: number, value: number | null, pruned: boolean])[];
  }[];
}

/** Both compute in doubles, along other paths: erf, sums of up to 120 kernels. */
const tolerance = 1e-9;

function close(actual: number, expected: number, what: string): void {
  const apart = Math.abs(actual - expected) / Math.max(1, Math.abs(expected));
  assert.ok(apart <= tolerance, `${what}: ${actual} instead of ${expected}`);
}

function spaceOf({ dimensions, conditions }: OptunaVectors): Space {
  return Object.entries(dimensions).map(([name, dimension]) => {
    const when = conditions[name];
    return { name, dimension, ...(when === undefined ? {} : { when }) };
  });
}

function trialsOf({ trials }: StoredStudy): readonly Trial[] {
  return trials.map(({ number, state, point, value, reports }) => ({
    number,
    state,
    point,
    ...(value === null ? {} : { value }),
    reports: reports.map(([step, at]) => ({ step, value: at ?? Number.NaN })),
  }));
}

export function compareNumbers({ gamma, weights, masses, halton, scrambled }: OptunaVectors): void {
  assert.equal(
    gamma.map((_, n) => goodCount(n)),
    gamma,
  );
  for (const [n, expected] of Object.entries(weights)) {
    const actual = ageWeights(Number(n));
    assert.is(actual.length, expected.length);
    for (const [i, weight] of expected.entries()) close(actual[i]!, weight, `weight ${i} of ${n}`);
  }
  for (const { a, b, log_mass } of masses) {
    close(logNormalMass(a, b), log_mass, `ln mass of [${a}, ${b}]`);
  }
  const bases = primes(halton[0]!.length);
  for (const [i, row] of halton.entries()) {
    for (const [j, expected] of row.entries()) {
      close(radicalInverse(i, bases[j]!), expected, `Halton ${i}, base ${bases[j]}`);
    }
  }
  for (const { base, permutations, values } of scrambled) {
    assert.is(permutations.length, digitCount(base));
    for (const [i, expected] of values.entries()) {
      close(radicalInverse(i, base, permutations), expected, `scrambled ${i}, base ${base}`);
    }
  }
}

export function compareSearch(vectors: OptunaVectors): void {
  const space = spaceOf(vectors);
  for (const study of vectors.search) {
    const name = `${study.trials.length} trials, ${study.direction}`;
    const trials = trialsOf(study);
    const split = splitTrials(trials, study.direction);
    const numbers = (some: readonly Trial[]): readonly number[] => some.map(({ number }) => number);
    assert.equal(numbers(split.good), study.good, name);
    assert.equal(numbers(split.rest), study.rest, name);
    const finished = trials.filter(({ state }) => state === 'complete' || state === 'pruned');
    const named = groupsOf(space, finished).map((group) =>
      group.map((parameter) => parameter.name),
    );
    const sorted = (groups: readonly (readonly string[])[]): readonly string[] =>
      groups.map((group) => group.join(' ')).sort();
    assert.equal(sorted(named), sorted(study.groups.map(({ names }) => names)), name);
    for (const group of study.groups) compareDensities(vectors, split, group, name);
  }
}

function compareDensities(
  { dimensions }: OptunaVectors,
  { good, rest }: ReturnType<typeof splitTrials>,
  group: StoredGroup,
  name: string,
): void {
  const { names } = group;
  const estimate = (trials: readonly Trial[]): ReturnType<typeof parzen> =>
    parzen(
      names.map((key) => dimensions[key]!),
      trials
        .filter(({ point }) => names.every((key) => point[key] !== undefined))
        .map(({ point }) => names.map((key) => point[key]!)),
    );
  const [below, above] = [estimate(good), estimate(rest)];
  assert.is(above.weights.length, group.weights.length, name);
  for (const [i, weight] of group.weights.entries()) close(above.weights[i]!, weight, name);
  for (const [i, row] of group.rows.entries()) {
    close(below.logDensity(row), group.good[i]!, `${name}, ${names}, good at ${row}`);
    close(above.logDensity(row), group.rest[i]!, `${name}, ${names}, rest at ${row}`);
  }
}

export function compareImportance(vectors: OptunaVectors): void {
  const space = spaceOf(vectors);
  for (const study of vectors.importance) {
    const found = importance(space, study.direction, trialsOf(study));
    const name = `importance, ${study.trials.length} trials`;
    assert.equal([...found.keys()].sort(), Object.keys(study.importance).sort(), name);
    for (const [key, expected] of Object.entries(study.importance)) {
      close(found.get(key)!, expected, `${name}, ${key}`);
    }
  }
}

const hyperbandOfVectors = hyperband({ least: 1, most: 27, eta: 3, study: 's' });

const rules: Readonly<Record<string, PruneRule>> = {
  median: percentileRule(),
  'median from step 3, every 2': percentileRule({ startup: 4, warmup: 3, every: 2 }),
  'percentile 25': percentileRule({ percentile: 25, startup: 3, least: 2 }),
  'halving 3': halvingRule({ least: 1, eta: 3 }),
  'halving 4 from 2': halvingRule({ least: 2, eta: 4, skip: 1 }),
  hyperband: hyperbandOfVectors.rule,
  wilcoxon: wilcoxonRule(),
};

/** Returns how many decisions were compared and how many of them ended a trial. */
export function comparePruning({ pruners }: OptunaVectors): { decisions: number; ended: number } {
  let decisions = 0;
  let ended = 0;
  for (const { name, direction, trials: stored, budgets, brackets } of pruners) {
    const rule = rules[name];
    assert.ok(rule, name);
    const trials: Trial[] = [];
    for (const [number, { value, reports }] of stored.entries()) {
      const told = reports.map(([step, at]) => ({ step, value: at ?? Number.NaN }));
      for (const [i, [step, , expected]] of reports.entries()) {
        const trial: Trial = { number, state: 'running', point: {}, reports: told.slice(0, i + 1) };
        const where = `${name}, ${direction}, trial ${number}, step ${step}`;
        assert.is(rule({ direction, trials, trial }), expected, where);
        decisions++;
        if (expected) ended++;
      }
      const state = value === null ? ('pruned' as const) : ('complete' as const);
      trials.push({
        number,
        state,
        point: {},
        reports: told,
        ...(value === null ? {} : { value }),
      });
    }
    if (budgets !== undefined) assert.equal(hyperbandOfVectors.budgets, budgets);
    const own = brackets?.map((_, number) => hyperbandOfVectors.bracketOf(number));
    assert.equal(own, brackets);
  }
  return { decisions, ended };
}

export function compareSignedRank({ signed_rank }: OptunaVectors): void {
  for (const { differences, p } of signed_rank) {
    close(signedRankP(differences), p, `signed rank of ${differences}`);
  }
}
