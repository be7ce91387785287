import { ask, type Study } from './ask.ts';
import type { PruneRule } from './prune/rule.ts';
import { type Choice, choosePoint, numberOf, type Point, type Space } from './space.ts';
import { type Report, type Trial, visibleTo } from './trial.ts';

/** How a trial ended. */
export interface Ending {
  readonly state: 'complete' | 'pruned' | 'failed';
  readonly value?: number;
  readonly reports?: readonly Report[];
}

/** A trial that is to be made. */
export interface AskedTrial {
  readonly number: number;
  /** Undefined: the values that the spec has, where the space does not hold them. */
  readonly point: Point | undefined;
  /** The last trial whose ending it may know, and what it was chosen by; −1: none. */
  readonly sees: number;
  /** Whether to end it after the last of these reports. */
  shouldPrune(reports: readonly Report[]): boolean;
}

export interface SweepOptions {
  readonly study: Study;
  /** How many trials to make. A longer sweep begins with the trials of a shorter one. */
  readonly trials: number;
  /** Trial 0: the values to start from, by parameter; without, the sampler chooses it too. */
  readonly start?: Readonly<Record<string, Choice>>;
  readonly prune?: PruneRule;
  /** So many failed trials end the sweep: no later one is asked for. Default: never. */
  readonly mostFailed?: number;
  readonly evaluate: (trial: AskedTrial) => Promise<Ending>;
}

export interface SweptTrial extends Ending {
  readonly number: number;
  readonly point: Point | undefined;
  readonly sees: number;
}

/**
 * Makes the trials of a study, up to `study.parallel` of them at once: trial n is asked for as soon as
 * every trial up to n − parallel has ended, whatever the later ones do. So the trials are the same in
 * whatever order they end and when they are replayed from what is known; a trial that never ends holds back
 * those that would see it and no others. Ends early where a grid is used up or too many trials failed.
 */
export async function sweep(options: SweepOptions): Promise<readonly SweptTrial[]> {
  const { study, trials: count, mostFailed = Number.POSITIVE_INFINITY } = options;
  const { space, direction, parallel } = study;
  const points: (Point | undefined)[] = [];
  const ended: Promise<SweptTrial>[] = [];
  const known: SweptTrial[] = [];
  for (let number = 0; number < count; number++) {
    const sees = number - parallel;
    const last = ended[sees];
    if (last !== undefined) known.push(await last);
    if (known.filter(({ state }) => state === 'failed').length >= mostFailed) break;
    const seen = visibleTo(number, parallel, trialsOf(known, points));
    const isStart = number === 0 && options.start !== undefined;
    // A start comes before the grid, not instead of one of its points.
    const shift = options.start !== undefined && study.sampler === 'grid' ? 1 : 0;
    const point = isStart ? pointAt(space, options.start ?? {}) : ask(study, seen, number - shift);
    if (point === undefined && !isStart) break;
    points.push(point);
    const over = seen.filter(({ state }) => state !== 'running');
    const shouldPrune = (reports: readonly Report[]): boolean => {
      const trial: Trial = { number, state: 'running', point: point ?? {}, reports };
      return options.prune?.({ direction, trials: over, trial }) ?? false;
    };
    const asked = { number, point, sees: Math.max(sees, -1) };
    const ending = options.evaluate({ ...asked, shouldPrune });
    const trial = ending.then((found): SweptTrial => ({ ...asked, ...found }));
    // One that throws while an earlier one is awaited must not end the process.
    trial.catch(() => undefined);
    ended.push(trial);
  }
  return Promise.all(ended);
}

/** The point that the values are; undefined where the space does not hold one of them. */
function pointAt(space: Space, values: Readonly<Record<string, Choice>>): Point | undefined {
  let outside = false;
  const point = choosePoint(space, ({ name, dimension }) => {
    const number = numberOf(dimension, values[name]);
    if (number === undefined) outside = true;
    return number ?? Number.NaN;
  });
  return outside ? undefined : point;
}

/** A trial outside the space teaches a sampler nothing: it is left out. */
function trialsOf(
  known: readonly SweptTrial[],
  points: readonly (Point | undefined)[],
): readonly Trial[] {
  return points.flatMap((point, number): readonly Trial[] => {
    if (point === undefined) return [];
    const { state = 'running', value, reports } = known[number] ?? {};
    return [
      {
        number,
        state,
        point,
        ...(value === undefined ? {} : { value }),
        ...(reports === undefined ? {} : { reports }),
      },
    ];
  });
}
