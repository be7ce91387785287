import type { Random } from '../util/random.ts';
import { logNormalMass, logPeak } from './normal.ts';
import { type Dimension, interval, type NumericDimension, snap } from './space.ts';

/** A density over several dimensions: Σ_k w_k Π_d k_kd(x_d). Rows hold one number for each dimension. */
export interface Mixture {
  /** Of each kernel, in sum 1; the last one is the prior. */
  readonly weights: readonly number[];
  readonly columns: readonly Column[];
  /** ln of the density (mass, where a dimension is discrete) at a row. */
  logDensity(row: readonly number[]): number;
  /** A row: one kernel for all dimensions, then each from its part of that kernel. */
  draw(random: Random): readonly number[];
}

/** The kernels of one dimension. */
export type Column = NumericColumn | ChoiceColumn;

/** Normal distributions cut at the ends of the dimension's interval; in ln x with `log`. */
export interface NumericColumn {
  readonly dimension: NumericDimension;
  readonly means: readonly number[];
  readonly deviations: readonly number[];
  /** ln of the mass of each kernel within the interval. */
  readonly logMasses: readonly number[];
}

/** A chance of each choice for each kernel. */
export interface ChoiceColumn {
  readonly dimension: Dimension & { readonly kind: 'choice' };
  readonly chances: readonly (readonly number[])[];
}

/** Weights of observations in order of age: the last 25 count 1, older ones fall linearly to 1/n. */
export function ageWeights(n: number): readonly number[] {
  const old = Math.max(0, n - 25);
  return Array.from({ length: n }, (_, i) => {
    if (i >= old) return 1;
    return old === 1 ? 1 / n : 1 / n + ((1 - 1 / n) * i) / (old - 1);
  });
}

/**
 * Optuna 5's Parzen estimator (multivariate, prior weight 1, magic clip, endpoints not considered):
 * a kernel at each observation, in order of age, and a wide one as prior.
 * A numeric kernel is as wide as the farther of its neighbours (the ends of the interval beside the
 * first and last where there is one observation; the only neighbour where there are more), between
 * (high − low) / min(100, n + 2) and high − low.
 */
export function parzen(
  dimensions: readonly Dimension[],
  rows: readonly (readonly number[])[],
): Mixture {
  const raw = rows.length === 0 ? [1] : [...ageWeights(rows.length), 1];
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  const columns = dimensions.map((dimension, j) => {
    const values = rows.map((row) => row[j]!);
    return dimension.kind === 'choice'
      ? choiceColumn(dimension, values)
      : numericColumn(dimension, values);
  });
  return mixture(
    raw.map((weight) => weight / total),
    columns,
  );
}

/** The mixture of kernels whose columns are given. */
export function mixture(weights: readonly number[], columns: readonly Column[]): Mixture {
  const logWeights = weights.map(Math.log);
  const densities = columns.map((column) =>
    'chances' in column ? ofChoice(column) : ofNumber(column),
  );
  return {
    weights,
    columns,
    logDensity(row) {
      const logs = Float64Array.from(logWeights);
      for (const [j, add] of densities.entries()) add(row[j]!, logs);
      return logSumExp(logs);
    },
    draw(random) {
      const kernel = pick(weights, random);
      return columns.map((column) => {
        if ('chances' in column) return pick(column.chances[kernel]!, random);
        const { dimension } = column;
        const [low, high] = interval(dimension);
        // Rejection is exact; with the mean inside and the deviation at most the width, one in three is kept.
        let z: number;
        do z = column.means[kernel]! + column.deviations[kernel]! * random.normal();
        while (z < low || z > high);
        return snap(dimension, dimension.log ? Math.exp(z) : z);
      });
    },
  };
}

/** Adds the log density at a value to the sum of each kernel. */
type AddDensity = (value: number, logs: Float64Array) => void;

function ofChoice({ chances }: ChoiceColumn): AddDensity {
  const table = chances.map((row) => row.map(Math.log));
  return (value, logs) => {
    for (let k = 0; k < logs.length; k++) logs[k]! += table[k]![value]!;
  };
}

function ofNumber({ dimension, means, deviations, logMasses }: NumericColumn): AddDensity {
  const scale = dimension.log ? Math.log : (x: number): number => x;
  const { step } = dimension;
  if (step === 0) {
    const factors = deviations.map((deviation, k) => logPeak(deviation) - logMasses[k]!);
    return (value, logs) => {
      const x = scale(value);
      for (let k = 0; k < logs.length; k++) {
        const z = (x - means[k]!) / deviations[k]!;
        logs[k]! += factors[k]! - (z * z) / 2;
      }
    };
  }
  // Candidates share values: the masses of a cell are worked out once.
  const known = new Map<number, Float64Array>();
  const massesAt = (value: number): Float64Array => {
    const left = scale(value - step / 2);
    const right = scale(value + step / 2);
    return Float64Array.from(means, (mean, k) => {
      const deviation = deviations[k]!;
      return logNormalMass((left - mean) / deviation, (right - mean) / deviation) - logMasses[k]!;
    });
  };
  return (value, logs) => {
    const masses = known.get(value) ?? massesAt(value);
    known.set(value, masses);
    for (let k = 0; k < logs.length; k++) logs[k]! += masses[k]!;
  };
}

function choiceColumn(
  dimension: ChoiceColumn['dimension'],
  values: readonly number[],
): ChoiceColumn {
  const count = dimension.choices.length;
  const base = 1 / (values.length + 1);
  const prior = Array.from({ length: count }, () => 1 / count);
  const rows = values.map((value) =>
    prior.map((_, choice) => (base + (choice === value ? 1 : 0)) / (base * count + 1)),
  );
  return { dimension, chances: [...rows, prior] };
}

function numericColumn(dimension: NumericDimension, values: readonly number[]): NumericColumn {
  const [low, high] = interval(dimension);
  const means = values.map((value) => (dimension.log ? Math.log(value) : value));
  const widest = high - low;
  const narrowest = widest / Math.min(100, values.length + 2);
  const deviations = spacings(means, low, high).map((spacing) =>
    Math.min(Math.max(spacing, narrowest), widest),
  );
  means.push(0.5 * (low + high));
  deviations.push(widest);
  const logMasses = means.map((mean, k) => {
    const deviation = deviations[k]!;
    return logNormalMass((low - mean) / deviation, (high - mean) / deviation);
  });
  return { dimension, means, deviations, logMasses };
}

/** The distance of each mean to the farther of its neighbours. */
function spacings(means: readonly number[], low: number, high: number): readonly number[] {
  const n = means.length;
  const order = [...means.keys()].sort((a, b) => means[a]! - means[b]!);
  const spacing = new Array<number>(n).fill(0);
  for (let i = 0; i < n; i++) {
    const here = means[order[i]!]!;
    const left = here - (i === 0 ? low : means[order[i - 1]!]!);
    const right = (i === n - 1 ? high : means[order[i + 1]!]!) - here;
    const outer = n > 1 ? (i === 0 ? right : i === n - 1 ? left : undefined) : undefined;
    spacing[order[i]!] = outer ?? Math.max(left, right);
  }
  return spacing;
}

/** An index with the chances given. */
function pick(chances: readonly number[], random: Random): number {
  let left = random.next();
  for (let i = 0; i < chances.length - 1; i++) {
    left -= chances[i]!;
    if (left < 0) return i;
  }
  return chances.length - 1;
}

function logSumExp(logs: Float64Array): number {
  const largest = logs.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  if (largest === Number.NEGATIVE_INFINITY) return largest;
  let sum = 0;
  for (const value of logs) sum += Math.exp(value - largest);
  return largest + Math.log(sum);
}
