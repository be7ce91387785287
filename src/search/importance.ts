import { logNormalMass } from './normal.ts';
import { type Column, mixture, type NumericColumn } from './parzen.ts';
import { isSingle, type NumericDimension, type Parameter, type Space } from './space.ts';
import { type Direction, signOf, type Trial } from './trial.ts';

/** Cells of the grid on which densities are compared, at most. */
const cells = 50;
/** The share of trials that count as good. */
const goodShare = 0.1;
/** Fewer trials with (or without) a parameter say nothing of it. */
const fewest = 2;
/** Keeps a ratio of densities finite. */
const floor = 1e-12;

/**
 * How much each parameter mattered for being among the best tenth of the complete trials, in sum 1, most
 * important first: PED-ANOVA as Optuna 5 defines it, also for conditional parameters. It compares the
 * density of the good trials over a parameter with that of all of them,
 * Σ_x p_all(x) · (p_good(x) / p_all(x) − 1)². Equal shares where nothing can be said.
 */
export function importance(
  space: Space,
  direction: Direction,
  trials: readonly Trial[],
): ReadonlyMap<string, number> {
  const sign = signOf(direction);
  const complete = trials.filter(
    ({ state, value }) => state === 'complete' && Number.isFinite(value),
  );
  const losses = complete.map(({ value = Number.NaN }) => sign * value);
  const bar = [...losses].sort((a, b) => a - b)[Math.ceil(goodShare * losses.length) - 1];
  const good = new Set(complete.filter((_, i) => bar !== undefined && losses[i]! <= bar));
  const raw = space
    .filter(({ name }) => complete.some(({ point }) => point[name] !== undefined))
    .map((parameter) => {
      const value = complete.length < 2 ? 0 : divergence(parameter, complete, good);
      return [parameter.name, value] as const;
    });
  const sum = raw.reduce((total, [, value]) => total + value, 0);
  return new Map(
    raw
      .map(([name, value]) => [name, sum === 0 ? 1 / raw.length : value / sum] as const)
      .sort((a, b) => b[1] - a[1]),
  );
}

/** Of the trials that have the parameter, weighed by how many of the good and of all do. */
function divergence(
  { name, dimension }: Parameter,
  complete: readonly Trial[],
  good: ReadonlySet<Trial>,
): number {
  const having = complete.filter(({ point }) => point[name] !== undefined);
  const best = having.filter((trial) => good.has(trial));
  if (isSingle(dimension) || having.length < fewest || best.length === 0) return 0;
  const valuesOf = (some: readonly Trial[]): readonly number[] =>
    some.map(({ point }) => point[name]!);
  const [ofGood, ofAll] = [best, having].map((some) => {
    const values = valuesOf(some);
    return dimension.kind === 'choice'
      ? choiceDensity(dimension.choices.length, values)
      : numericDensity(dimension, values);
  });
  let sum = 0;
  for (const [cell, all] of (ofAll ?? []).entries()) {
    const p = all + floor;
    sum += p * ((ofGood![cell]! + floor) / p - 1) ** 2;
  }
  return ((best.length / good.size) ** 2 / (having.length / complete.length)) * sum;
}

/** The chance of each choice: a kernel for each that occurs, as often as it does, and the prior. */
function choiceDensity(count: number, values: readonly number[]): readonly number[] {
  const counts = countCells(count, values);
  const seen = counts.flatMap((n, cell) => (n > 0 ? [cell] : []));
  const base = 1 / (seen.length + 1);
  const chances = seen.map((cell) =>
    counts.map((_, choice) => (base + (choice === cell ? 1 : 0)) / (base * count + 1)),
  );
  chances.push(counts.map(() => 1 / count));
  const choices = counts.map((_, choice) => choice);
  const column: Column = { dimension: { kind: 'choice', choices }, chances };
  return densityOn(counts, seen, column);
}

/** The mass of each cell of a grid over the dimension, with kernels as wide as Scott's rule says. */
function numericDensity(dimension: NumericDimension, values: readonly number[]): readonly number[] {
  const scale = dimension.log ? Math.log : (x: number): number => x;
  const count = cellCount(dimension);
  const low = scale(dimension.low);
  const width = (scale(dimension.high) - low) / (count - 1);
  // The middle between two cells belongs to the lower one.
  const counts = countCells(
    count,
    values.map((value) => {
      const cell = Math.ceil((scale(value) - low) / width - 0.5);
      return Math.min(Math.max(cell, 0), count - 1);
    }),
  );
  const seen = counts.flatMap((n, cell) => (n > 0 ? [cell] : []));
  const grid = { kind: 'int', low: 0, high: count - 1, log: false, step: 1 } as const;
  const deviation = scottDeviation(
    seen,
    seen.map((cell) => counts[cell]!),
  );
  const means = [...seen, (count - 1) / 2];
  const deviations = [...seen.map(() => deviation), count];
  const logMasses = means.map((mean, k) =>
    logNormalMass((-0.5 - mean) / deviations[k]!, (count - 0.5 - mean) / deviations[k]!),
  );
  const column: NumericColumn = { dimension: grid, means, deviations, logMasses };
  return densityOn(counts, seen, column);
}

function cellCount({ kind, low, high, log, step }: NumericDimension): number {
  if (kind === 'int' && log)
    return Math.min(Math.ceil(Math.log(high - low + 1) / Math.log(2)) + 1, cells);
  return step === 0 ? cells : Math.min(Math.round((high - low) / step) + 1, cells);
}

function countCells(count: number, places: readonly number[]): readonly number[] {
  const counts = new Array<number>(count).fill(0);
  for (const place of places) counts[place]! += 1;
  return counts;
}

function densityOn(
  counts: readonly number[],
  seen: readonly number[],
  column: Column,
): readonly number[] {
  const raw = [...seen.map((cell) => counts[cell]!), 1];
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  const density = mixture(
    raw.map((weight) => weight / total),
    [column],
  );
  return counts.map((_, cell) => Math.exp(density.logDensity([cell])));
}

/** 1.059 · min(IQR / 1.34, σ) · n^(−1/5) of weighted cells in rising order; 90 % of a kernel fits a cell at the least. */
function scottDeviation(places: readonly number[], weights: readonly number[]): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = places.reduce((sum, place, i) => sum + place * weights[i]!, 0) / total;
  const squares = places.reduce((sum, place, i) => sum + (place - mean) ** 2 * weights[i]!, 0);
  const sigma = Math.sqrt(squares / Math.max(1, total - 1));
  let sum = 0;
  const upTo = weights.map((weight) => {
    sum += weight;
    return sum;
  });
  const first = upTo.findIndex((reached) => reached >= Math.floor(total / 4));
  const beyond = upTo.findIndex((reached) => reached > Math.floor((total * 3) / 4));
  const spread = places[beyond < 0 ? places.length - 1 : beyond]! - places[first]!;
  return Math.max(1.059 * Math.min(spread / 1.34, sigma) * total ** -0.2, 0.5 / 1.64);
}
