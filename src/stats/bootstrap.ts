import { groupBy } from '../util/group-by.ts';
import type { Random } from '../util/random.ts';
import type { Scored } from './predictions.ts';
import { tabulate, type ValueName, valueNames, valuesOf } from './values.ts';

/** A value per draw, for each name. NaN where a draw leaves it undefined. */
export type Draws = Readonly<Record<ValueName, Float64Array>>;

/**
 * Values under resampling of clips: drawn with replacement within each true class, as many as the class
 * has. One draw serves all seeds, and the value of a draw is its mean over seeds. Draw n takes the same
 * clips for all sets of predictions on the same clips and the same `random`, so that differences of
 * two sets' draws are paired.
 *
 * @param resamples number of draws
 */
export function bootstrap(
  predictions: readonly Scored[],
  classes: number,
  { resamples, random }: { readonly resamples: number; readonly random: Random },
): Draws {
  const clips = [...groupBy(predictions, (one) => one.id)]
    .map(([id, rows]) => ({ id, truth: rows[0]!.truth }))
    .sort((a, b) => a.truth - b.truth || (a.id < b.id ? -1 : 1));
  const place = new Map(clips.map(({ id }, index) => [id, index]));
  const seeds = [...groupBy(predictions, (one) => one.seed).values()].map((rows) => ({
    table: tabulate(rows, classes),
    clip: Int32Array.from(rows, (row) => place.get(row.id)!),
  }));
  const strata = [...groupBy(clips.keys(), (index) => clips[index]!.truth).values()];

  const draws = Object.fromEntries(
    valueNames.map((name) => [name, new Float64Array(resamples)]),
  ) as Record<ValueName, Float64Array>;
  const times = new Int32Array(clips.length);
  for (let draw = 0; draw < resamples; draw++) {
    times.fill(0);
    for (const members of strata) {
      for (let i = 0; i < members.length; i++) {
        times[members[random.integer(members.length)]!]!++;
      }
    }
    for (const { table, clip } of seeds) {
      const values = valuesOf(table, (row) => times[clip[row]!]!);
      for (const name of valueNames) draws[name][draw]! += values[name] / seeds.length;
    }
  }
  return draws;
}
