import { createRandom, hashSeed } from '../util/random.ts';
import { shuffledGrid } from './grid.ts';
import { haltonPoint } from './halton.ts';
import { randomPoint } from './random-point.ts';
import type { Point, Space } from './space.ts';
import { tpePoint } from './tpe.ts';
import { type Direction, type Trial, visibleTo } from './trial.ts';

export const samplers = ['tpe', 'random', 'halton', 'grid'] as const;

export interface Study {
  readonly space: Space;
  readonly sampler: (typeof samplers)[number];
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
  switch (sampler) {
    case 'random':
      return randomPoint(space, random);
    case 'halton':
      return haltonPoint(space, seed, number);
    case 'grid':
      return shuffledGrid(space, seed)?.[number];
    case 'tpe':
      return tpePoint(space, direction, visibleTo(number, parallel, trials), random);
  }
}
