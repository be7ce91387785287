import { roundHalfEven } from '../util/round-half-even.ts';

/** What a choice may be: any YAML value; two are the same where their JSON is. */
export type Choice = unknown;

/** Real numbers from `low` to `high`, both included; evenly in ln x with `log`; low + k · step with `step`. */
export interface FloatDimension {
  readonly kind: 'float';
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  /** 0: every number between. */
  readonly step: number;
}

/** Whole numbers low, low + step, … up to `high`; evenly in ln x with `log`, where the step is 1. */
export interface IntDimension {
  readonly kind: 'int';
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly step: number;
}

/** One of a list, without an order. */
export interface ChoiceDimension {
  readonly kind: 'choice';
  readonly choices: readonly Choice[];
}

export type NumericDimension = FloatDimension | IntDimension;
export type Dimension = NumericDimension | ChoiceDimension;

/** Holds where every named parameter is active and has one of the values listed for it. */
export type Condition = Readonly<Record<string, readonly Choice[]>>;

export interface Parameter {
  readonly name: string;
  readonly dimension: Dimension;
  /** The parameter exists only where this holds; it names parameters that come before. */
  readonly when?: Condition;
}

export type Space = readonly Parameter[];

/** A value of each active parameter as a number: itself, or the index of the choice. */
export type Point = Readonly<Record<string, number>>;

/** The interval that a dimension fills, in ln x with `log`; half a step wider than its ends. */
export function interval(dimension: NumericDimension): readonly [low: number, high: number] {
  const low = dimension.low - dimension.step / 2;
  const high = dimension.high + dimension.step / 2;
  return dimension.log ? [Math.log(low), Math.log(high)] : [low, high];
}

/** The value of the dimension nearest to `value`. */
export function snap(dimension: NumericDimension, value: number): number {
  const { low, high, step } = dimension;
  const stepped = step === 0 ? value : low + roundHalfEven((value - low) / step) * step;
  return Math.min(Math.max(stepped, low), high);
}

/** Whether there is nothing to choose. */
export function isSingle(dimension: Dimension): boolean {
  return dimension.kind === 'choice'
    ? dimension.choices.length === 1
    : dimension.low === dimension.high;
}

/** The only value of a dimension without a choice. */
export function singleValue(dimension: Dimension): number {
  return dimension.kind === 'choice' ? 0 : dimension.low;
}

/** What the number of a point stands for. */
function valueAt(dimension: Dimension, number: number): Choice {
  return dimension.kind === 'choice' ? dimension.choices[number] : number;
}

/** The number that stands for a value; undefined where the dimension does not hold it. */
export function numberOf(dimension: Dimension, value: Choice): number | undefined {
  if (dimension.kind === 'choice') {
    const text = JSON.stringify(value);
    const index = dimension.choices.findIndex((choice) => JSON.stringify(choice) === text);
    return index < 0 ? undefined : index;
  }
  if (typeof value !== 'number' || value < dimension.low || value > dimension.high)
    return undefined;
  const near = snap(dimension, value);
  return Math.abs(near - value) <= 1e-9 * Math.max(1, Math.abs(value)) ? near : undefined;
}

/**
 * Asks for a number of each active parameter in the order of the space, so that a condition is decided by
 * what was chosen before.
 */
export function choosePoint(space: Space, choose: (parameter: Parameter) => number): Point {
  const point: Record<string, number> = {};
  for (const parameter of space) {
    if (isActive(space, parameter, point)) point[parameter.name] = choose(parameter);
  }
  return point;
}

/** The values of a point, as a spec would write them. */
export function valuesOf(space: Space, point: Point): Readonly<Record<string, Choice>> {
  const values: Record<string, Choice> = {};
  for (const { name, dimension } of space) {
    const number = point[name];
    if (number !== undefined) values[name] = valueAt(dimension, number);
  }
  return values;
}

export function isActive(space: Space, { when }: Parameter, point: Point): boolean {
  if (when === undefined) return true;
  return Object.entries(when).every(([name, wanted]) => {
    const number = point[name];
    const dimension = space.find((parameter) => parameter.name === name)?.dimension;
    if (number === undefined || dimension === undefined) return false;
    return wanted.some((value) => numberOf(dimension, value) === number);
  });
}
