import type { Study, StudyTrial } from '../artifacts/study.ts';
import { type Dimension, readSpace } from '../search/index.ts';
import type { Json } from '../util/json.ts';

/** A searched param as an axis from 0 to 1. */
export interface ParamAxis {
  /** `stage.param`. */
  readonly name: string;
  /** Whether the places between two values mean something. */
  readonly numeric: boolean;
  /** Whether it is a list of choices, at whose places trials lie on one another. */
  readonly listed: boolean;
  /** Undefined where the trial does not have the param. */
  place(trial: Pick<StudyTrial, 'set'>): number | undefined;
  readonly ticks: readonly Tick[];
}

export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** The axes of a space, in its order. A range is as wide as trial 0, the spec itself, needs it. */
export function paramAxes(study: Study, trials: readonly StudyTrial[]): readonly ParamAxis[] {
  return readSpace(study.space).space.map(({ name, dimension }) => {
    const values = trials.map(({ set }) => set[name]).filter((one) => one !== undefined);
    return dimension.kind === 'choice'
      ? choiceAxis(name, dimension.choices as readonly Json[], values)
      : rangeAxis(name, dimension, values);
  });
}

/** Choices stand evenly apart: numbers by size, all else as written. */
function choiceAxis(name: string, choices: readonly Json[], values: readonly Json[]): ParamAxis {
  const words = [...new Map([...choices, ...values].map((one) => [valueWord(one), one])).entries()];
  const numeric = words.every(([, one]) => typeof one === 'number');
  if (numeric) words.sort(([, a], [, b]) => Number(a) - Number(b));
  const at = (index: number): number => (words.length === 1 ? 0.5 : index / (words.length - 1));
  const places = new Map(words.map(([word], index) => [word, at(index)]));
  return {
    ...{ name, numeric, listed: true },
    place: ({ set }) => {
      const value = set[name];
      return value === undefined ? undefined : places.get(valueWord(value));
    },
    ticks: words.map(([word], index) => ({ at: at(index), text: shorten(word, 16) })),
  };
}

function rangeAxis(
  name: string,
  dimension: Exclude<Dimension, { kind: 'choice' }>,
  values: readonly Json[],
): ParamAxis {
  const numbers = values.filter((one) => typeof one === 'number');
  const usable = dimension.log ? numbers.filter((one) => one > 0) : numbers;
  const low = usable.reduce((a, b) => Math.min(a, b), dimension.low);
  const high = usable.reduce((a, b) => Math.max(a, b), dimension.high);
  const scale = dimension.log ? Math.log : (x: number): number => x;
  const width = scale(high) - scale(low);
  const place = (value: number): number =>
    width === 0 ? 0.5 : (scale(value) - scale(low)) / width;
  return {
    ...{ name, numeric: true, listed: false },
    place: ({ set }) => {
      const value = set[name];
      return typeof value === 'number' && (!dimension.log || value > 0) ? place(value) : undefined;
    },
    ticks: between(low, high, dimension.log).map((value) => ({
      at: place(value),
      text: numberWord(value),
    })),
  };
}

/** Both ends, and what is round between them: powers of ten of a logarithm, or the middle. */
function between(low: number, high: number, log: boolean): readonly number[] {
  if (low === high) return [low];
  if (!log) return [low, (low + high) / 2, high];
  const first = Math.ceil(Math.log10(low * 1.5));
  const last = Math.floor(Math.log10(high / 1.5));
  const powers = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => 10 ** (first + i));
  return [low, ...(powers.length > 0 ? powers : [middleOf(low, high)]), high];
}

/** The geometric mean, in two digits. */
function middleOf(low: number, high: number): number {
  return Number(Math.sqrt(low * high).toPrecision(2));
}

/** A value as a spec writes it; numbers with four digits. */
export function valueWord(value: Json): string {
  if (typeof value === 'number') return numberWord(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function numberWord(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** As many characters as there is room for. */
export function shorten(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}
