import type { Point } from './space.ts';

export type Direction = 'minimise' | 'maximise';

/** A value on the way: after a fold or an epoch. NaN: undefined. */
export interface Report {
  readonly step: number;
  readonly value: number;
}

/** What a sampler or a rule for pruning knows of one trial. */
export interface Trial {
  /** From 0; the order in which trials were asked for. */
  readonly number: number;
  readonly state: 'complete' | 'pruned' | 'failed' | 'running';
  readonly point: Point;
  /** The objective; only of a complete trial. */
  readonly value?: number;
  /** In rising order of steps. */
  readonly reports?: readonly Report[];
}

/** 1 to minimise, −1 to maximise: times the value, smaller is better. */
export function signOf(direction: Direction): 1 | -1 {
  return direction === 'minimise' ? 1 : -1;
}

/** The better of two values; one that is NaN never is. */
export function isBetter(direction: Direction, a: number, b: number): boolean {
  return direction === 'minimise' ? a < b : a > b;
}

/** The complete trial with the best value, the first of equals. */
export function bestTrial(direction: Direction, trials: readonly Trial[]): Trial | undefined {
  let best: Trial | undefined;
  for (const trial of trials) {
    if (trial.state !== 'complete' || trial.value === undefined || Number.isNaN(trial.value))
      continue;
    if (best?.value === undefined || isBetter(direction, trial.value, best.value)) best = trial;
  }
  return best;
}

/**
 * What trial `number` may see: trials up to number − parallel as they ended, later ones as running. Then
 * the sequence is the same whatever finished first, with any number of jobs up to `parallel`.
 */
export function visibleTo(
  number: number,
  parallel: number,
  trials: readonly Trial[],
): readonly Trial[] {
  return trials
    .filter((trial) => trial.number < number)
    .map((trial) =>
      trial.number <= number - parallel
        ? trial
        : { number: trial.number, state: 'running' as const, point: trial.point },
    );
}
