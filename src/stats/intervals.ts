import type { Random } from '../util/random.ts';
import type { Confusion } from './confusion.ts';
import { mean, standardDeviation } from './moments.ts';
import { groupBy, type Scored } from './predictions.ts';
import { quantile } from './quantile.ts';
import { type MetricName, metricNames, scores } from './scores.ts';
import { studentQuantile } from './student-t.ts';

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * "These speakers": what the value would have been with other clips of the same speakers. Clips are
 * drawn with replacement within each true class, as many as the class has; one draw serves all
 * seeds, and the value of a draw is its mean over seeds. Percentile interval (Efron 1979).
 *
 * @param level coverage in (0, 1)
 * @param resamples number of draws, 2000 by default in `evaluate`
 */
export function theseSpeakers(
  predictions: readonly Scored[],
  classes: number,
  options: { readonly level: number; readonly resamples: number; readonly random: Random },
): Readonly<Record<MetricName, Interval>> {
  const seeds = [...new Set(predictions.map((one) => one.seed))].sort((a, b) => a - b);
  const clips = [...groupBy(predictions, (one) => one.id).values()];
  const byClass = [...groupBy(clips, (rows) => rows[0]!.truth).values()];
  const place = new Map(seeds.map((seed, index) => [seed, index]));
  const strata = byClass.map((members) =>
    members.map((rows) =>
      rows.map((row) => ({
        seed: place.get(row.seed)!,
        cell: row.truth * classes + row.predicted,
      })),
    ),
  );

  const draws = Object.fromEntries(
    metricNames.map((name) => [name, new Float64Array(options.resamples)]),
  ) as Record<MetricName, Float64Array>;
  const counts = seeds.map(() => new Float64Array(classes * classes));
  for (let draw = 0; draw < options.resamples; draw++) {
    for (const count of counts) count.fill(0);
    for (const members of strata) {
      for (let i = 0; i < members.length; i++) {
        const rows = members[options.random.integer(members.length)]!;
        for (const row of rows) counts[row.seed]![row.cell]!++;
      }
    }
    for (const count of counts) {
      const values = scores(square(count, classes));
      for (const name of metricNames) draws[name][draw]! += values[name] / seeds.length;
    }
  }
  const tail = (1 - options.level) / 2;
  return Object.fromEntries(
    metricNames.map((name) => [
      name,
      { low: quantile(draws[name], tail), high: quantile(draws[name], 1 - tail) },
    ]),
  ) as Record<MetricName, Interval>;
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

function square(counts: Float64Array, classes: number): Confusion {
  return Array.from({ length: classes }, (_, k) =>
    Array.from(counts.subarray(k * classes, (k + 1) * classes)),
  );
}
