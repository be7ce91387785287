import { mean, standardDeviation } from './moments.ts';
import { quantile } from './quantile.ts';
import { studentQuantile } from './student-t.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * "These speakers": the middle `level` of the draws of a bootstrap over clips (percentile interval, Efron
 * 1979), what the value would have been with other clips of the same speakers. `undefined` where a
 * draw leaves the value undefined.
 */
export function theseSpeakers(draws: Float64Array, level: number): Interval | undefined {
  if (draws.some(Number.isNaN)) return undefined;
  const tail = (1 - level) / 2;
  return { low: quantile(draws, tail), high: quantile(draws, 1 - tail) };
}

/**
 * "New speakers": mean ± t · sd / √G over the values of G speakers, G − 1 degrees of freedom.
 * `undefined` below two speakers. Not clipped to [0, 1]: a bound outside says how little G tells.
 */
export function newSpeakers(
  perSpeaker: readonly number[],
  level: number,
): (Interval & { readonly mean: number; readonly df: number }) | undefined {
  const df = perSpeaker.length - 1;
  if (df < 1) return undefined;
  const centre = mean(perSpeaker);
  const half =
    (studentQuantile(1 - (1 - level) / 2, df) * standardDeviation(perSpeaker)) /
    Math.sqrt(perSpeaker.length);
  return { mean: centre, low: centre - half, high: centre + half, df };
}
