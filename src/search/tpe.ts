import type { Random } from '../util/random.ts';
import { parzen } from './parzen.ts';
import { valueAtFraction } from './random-point.ts';
import {
  choosePoint,
  isSingle,
  type Parameter,
  type Point,
  type Space,
  singleValue,
} from './space.ts';
import { type Direction, signOf, type Trial } from './trial.ts';

/** Finished trials before the search begins; until then points are random. */
const startup = 10;
/** Points drawn from the good trials, of which the most promising is taken. */
const candidates = 24;

/** How many of n finished trials are the good ones: a tenth, at most 25. */
export function goodCount(n: number): number {
  return Math.min(Math.ceil(0.1 * n), 25);
}

/**
 * The good trials and the rest, each in order of number. Good are the best complete ones, then, where
 * they are too few, the pruned ones that came farthest. Running trials belong to the rest, as if their
 * values were known to be bad: so parallel trials keep apart (constant liar). Failed ones do not count.
 */
export function splitTrials(
  trials: readonly Trial[],
  direction: Direction,
): { readonly good: readonly Trial[]; readonly rest: readonly Trial[] } {
  const sign = signOf(direction);
  const used = trials.filter((trial) => trial.state !== 'failed');
  const count = goodCount(used.filter((trial) => trial.state !== 'running').length);
  const complete = used
    .filter((trial) => trial.state === 'complete')
    .sort((a, b) => sign * (a.value! - b.value!) || a.number - b.number);
  const pruned = used
    .filter((trial) => trial.state === 'pruned')
    .sort((a, b) => comparePruned(a, b, sign) || a.number - b.number);
  const best = new Set([...complete, ...pruned].slice(0, count));
  const ordered = [...used].sort((a, b) => a.number - b.number);
  return {
    good: ordered.filter((trial) => best.has(trial)),
    rest: ordered.filter((trial) => !best.has(trial)),
  };
}

/**
 * The next point by the tree-structured Parzen estimator as Optuna 5 defines it: draw from the density of
 * the good trials, take the draw with the largest ratio to the density of the rest. Parameters that always
 * occur together are drawn together; a conditional space falls into such groups (`group` of Optuna).
 */
export function tpePoint(
  space: Space,
  direction: Direction,
  trials: readonly Trial[],
  random: Random,
): Point {
  const finished = trials.filter(({ state }) => state === 'complete' || state === 'pruned');
  const drawn: Record<string, number> = {};
  const isRandom = finished.length < startup;
  if (!isRandom) {
    const split = splitTrials(trials, direction);
    for (const group of groupsOf(space, finished))
      Object.assign(drawn, drawGroup(group, split, random));
  }
  return choosePoint(space, (parameter) => {
    const { name, dimension } = parameter;
    if (isSingle(dimension)) return singleValue(dimension);
    if (isRandom) return valueAtFraction(dimension, random.next());
    // Never seen so far: no trial is an observation, only the prior is left.
    return drawn[name] ?? drawGroup([parameter], { good: [], rest: [] }, random)[name]!;
  });
}

/** The parameters of the space, parted so that in each trial either all of a group occur or none. */
export function groupsOf(space: Space, trials: readonly Trial[]): readonly Space[] {
  let groups: (readonly string[])[] = [];
  for (const { point } of trials) {
    let left = new Set(Object.keys(point));
    const next: string[][] = [];
    for (const group of groups) {
      next.push(group.filter((name) => left.has(name)));
      next.push(group.filter((name) => !left.has(name)));
      left = new Set([...left].filter((name) => !group.includes(name)));
    }
    next.push([...left]);
    groups = next.filter((group) => group.length > 0);
  }
  return groups
    .map((names) =>
      space.filter(({ name, dimension }) => names.includes(name) && !isSingle(dimension)),
    )
    .filter((group) => group.length > 0);
}

function drawGroup(
  group: readonly Parameter[],
  { good, rest }: ReturnType<typeof splitTrials>,
  random: Random,
): Point {
  const dimensions = group.map(({ dimension }) => dimension);
  const rows = (trials: readonly Trial[]): readonly (readonly number[])[] =>
    trials
      .filter(({ point }) => group.every(({ name }) => point[name] !== undefined))
      .map(({ point }) => group.map(({ name }) => point[name]!));
  const below = parzen(dimensions, rows(good));
  const above = parzen(dimensions, rows(rest));
  let best: readonly number[] = [];
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < candidates; i++) {
    const row = below.draw(random);
    const ratio = below.logDensity(row) - above.logDensity(row);
    if (i === 0 || ratio > largest) {
      largest = ratio;
      best = row;
    }
  }
  return Object.fromEntries(group.map(({ name }, j) => [name, best[j]!]));
}

/** Farther first, then the better last value; no value last of those as far, no report last of all. */
function comparePruned(a: Trial, b: Trial, sign: 1 | -1): number {
  const last = ({ reports = [] }: Trial): readonly [number, number] => {
    const report = reports.at(-1);
    if (report === undefined) return [1, 0];
    return [
      -report.step,
      Number.isNaN(report.value) ? Number.POSITIVE_INFINITY : sign * report.value,
    ];
  };
  const [stepA, valueA] = last(a);
  const [stepB, valueB] = last(b);
  return stepA - stepB || (valueA === valueB ? 0 : valueA - valueB);
}
