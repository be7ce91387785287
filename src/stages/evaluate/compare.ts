import type { Comparison, Ranking } from '../../artifacts/metrics.ts';
import { holm } from '../../stats/holm.ts';
import { newSpeakers, theseSpeakers } from '../../stats/intervals.ts';
import type { ShareName } from '../../stats/metrics/index.ts';
import { meanScore, sortedGroups } from './groups.ts';
import { type PairedTest, prepareTest, type TestName, type TestOptions } from './paired-tests.ts';
import type { ScoredSet } from './ranking.ts';

export interface CompareOptions extends TestOptions {
  /** Coverage of intervals; tests reject below 1 − level. */
  readonly level: number;
  readonly tests: readonly TestName[];
}

interface Planned {
  readonly a: ScoredSet;
  readonly b: ScoredSet;
  /** Ready to run, why not, or null where only the difference is wanted. */
  readonly test: { readonly name: TestName; readonly ready: PairedTest | string } | null;
}

/**
 * Every ranked set against the reference of its ranking. All tests of an evaluation are one family. A
 * test whose smallest reachable p, times the size of the family, exceeds 1 − level is refused
 * before anything of it is computed; Holm corrects those that ran.
 */
export function compare(
  sets: readonly ScoredSet[],
  rankings: readonly Ranking[],
  options: CompareOptions,
): readonly Comparison[] {
  const planned = pairs(sets, rankings).flatMap(({ a, b }): Planned[] =>
    options.tests.length === 0
      ? [{ a, b, test: null }]
      : options.tests.map((name) => ({
          ...{ a, b },
          test: { name, ready: prepareTest(name, a, b, options) },
        })),
  );
  const family = planned.filter(({ test }) => test && typeof test.ready !== 'string').length;
  const rows = planned.map((one) => comparison(one, family, options));
  const ran = rows.filter(({ p }) => p !== null);
  const corrected = holm(ran.map(({ p }) => p ?? 1));
  return rows.map((row) => {
    const place = ran.indexOf(row);
    return place < 0 ? row : { ...row, p_holm: corrected[place] ?? null };
  });
}

function pairs(
  sets: readonly ScoredSet[],
  rankings: readonly Ranking[],
): readonly { readonly a: ScoredSet; readonly b: ScoredSet }[] {
  return rankings.flatMap(({ reference, sets: members }) => {
    const ranked = new Set(members.map(({ set }) => set));
    const b = sets.find(({ set }) => set.name === reference);
    return sets.flatMap((a) => (b && a !== b && ranked.has(a.set.name) ? [{ a, b }] : []));
  });
}

function comparison({ a, b, test }: Planned, family: number, options: CompareOptions): Comparison {
  const ready = typeof test?.ready === 'object' ? test.ready : undefined;
  const metric = ready?.metric ?? options.metric;
  const refused =
    typeof test?.ready === 'string'
      ? test.ready
      : ready && tooFew(ready, family, 1 - options.level);
  return {
    ...{ a: a.set.name, b: b.set.name, metric },
    ...difference(a, b, metric, options),
    ...{ test: test?.name ?? null, unit: ready?.unit ?? null, n: ready?.n ?? null },
    ...{ statistic: null, draws: null, p: null, mid_p: null, p_holm: null },
    ...{ smallest_p: ready?.smallest ?? null, family: ready ? family : null },
    refused: refused ?? null,
    ...(refused === undefined && ready?.run()),
  };
}

/** Why a test cannot find anything, whatever the predictions. */
function tooFew(
  { unit, n, smallest }: PairedTest,
  family: number,
  alpha: number,
): string | undefined {
  if (smallest * family <= alpha + 1e-12) return undefined;
  const short = (value: number): string => String(Number(value.toPrecision(4)));
  const times = family === 1 ? '' : ` × ${family} tests = ${short(smallest * family)}`;
  return `${n} ${unit}s reach p = ${short(smallest)} at best,${times} > ${short(alpha)}`;
}

/** Value of a less value of b, with the interval of the paired draws and, where both have one, over speakers. */
function difference(
  a: ScoredSet,
  b: ScoredSet,
  metric: ShareName,
  { level, classes }: CompareOptions,
): Pick<Comparison, 'difference' | 'low' | 'high' | 'level' | 'new_speakers'> {
  const value = ({ set }: ScoredSet): number => set.values[metric]?.value ?? Number.NaN;
  const whole = value(a) - value(b);
  const paired = a.draws[metric].map((draw, i) => {
    const apart = draw - (b.draws[metric][i] ?? Number.NaN);
    // Equal values that were summed in another order are equal.
    return Math.abs(apart) < 1e-12 ? 0 : apart;
  });
  const { low, high } = theseSpeakers(paired, level) ?? { low: Number.NaN, high: Number.NaN };
  const toNew = a.set.values[metric]?.new_speakers && b.set.values[metric]?.new_speakers;
  const other = sortedGroups(b.rows, (row) => row.speaker);
  const perSpeaker = [...sortedGroups(a.rows, (row) => row.speaker)].map(
    ([speaker, rows]) =>
      meanScore(rows, classes, metric) - meanScore(other.get(speaker) ?? [], classes, metric),
  );
  return {
    ...{ difference: whole, low, high, level },
    new_speakers: (toNew && newSpeakers(perSpeaker, level)) ?? null,
  };
}
