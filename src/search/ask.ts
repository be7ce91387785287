import { createRandom, hashSeed, type Random } from '../util/random.ts';
import { shuffledGrid } from './grid.ts';
import { haltonPoint } from './halton.ts';
import { randomPoint } from './random-point.ts';
import type { Point, Space } from './space.ts';
import { tpePoint } from './tpe.ts';
import { type Direction, type Trial, visibleTo } from './trial.ts';

/** What a sampler may look at. */
export interface Asked {
  readonly space: Space;
  readonly direction: Direction;
  readonly seed: number;
  /** Of the trial, from 0. */
  readonly number: number;
  /** Of this trial alone. */
  readonly random: Random;
  /** The trials that this one may see. */
  readonly seen: () => readonly Trial[];
}

export interface Sampler {
  /** What points come from, within a sentence: in the docs of `tune` and in reports. */
  readonly words: string;
  /** A pure function to the next point; undefined where there is none left. */
  readonly next: (asked: Asked) => Point | undefined;
}

/** The one table of samplers. A new one is a file and an entry here. */
const table = {
  tpe: {
    words: 'a tree-structured Parzen estimator (TPE, as Optuna 5 defines it)',
    next: ({ space, direction, seen, random }) => tpePoint(space, direction, seen(), random),
  },
  random: {
    words: 'random points',
    next: ({ space, random }) => randomPoint(space, random),
  },
  halton: {
    words: 'a scrambled Halton sequence',
    next: ({ space, seed, number }) => haltonPoint(space, seed, number),
  },
  grid: {
    words: 'a grid',
    next: ({ space, seed, number }) => shuffledGrid(space, seed)?.[number],
  },
} as const satisfies Readonly<Record<string, Sampler>>;

export type SamplerName = keyof typeof table;

export const samplers = Object.keys(table) as readonly SamplerName[];

/** The words of a sampler; of one that this version does not know, its name. */
export function samplerWords(name: string): string {
  return (table as Readonly<Record<string, Sampler>>)[name]?.words ?? name;
}

export interface Study {
  readonly space: Space;
  readonly sampler: SamplerName;
  readonly direction: Direction;
  /** Any whole number: the same seed gives the same trials. */
  readonly seed: number;
  /** How many trials may run at once, ≥ 1: trial n is chosen from how trials up to n − parallel ended. */
  readonly parallel: number;
}

/**
 * The point of trial `number`, a pure function of the study and of the trials before it: what later ones
 * did does not matter, nor how those that it must not see yet ended. Undefined where a grid is used up.
 *
 * @param trials at least those with numbers below `number` that it may see (`visibleTo`), in any order;
 *   those that run with their points
 */
export function ask(study: Study, trials: readonly Trial[], number: number): Point | undefined {
  const { space, sampler, direction, seed, parallel } = study;
  const random = createRandom(hashSeed('trial', seed, number));
  const seen = (): readonly Trial[] => visibleTo(number, parallel, trials);
  return table[sampler].next({ space, direction, seed, number, random, seen });
}
