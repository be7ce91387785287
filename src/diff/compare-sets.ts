import type { MetricSet, Metrics } from '../artifacts/metrics.ts';
import type { Models } from '../artifacts/models.ts';
import { scoredPredictions } from '../artifacts/predictions.ts';
import { numberWithProtocol } from '../artifacts/stated-number.ts';
import { argmax } from '../model/argmax.ts';
import { compare } from '../stages/evaluate/compare.ts';
import { measure } from '../stages/evaluate/measure.ts';
import { rank, type ScoredSet } from '../stages/evaluate/ranking.ts';
import { idsOf, rowsOf } from '../stages/evaluate/rows.ts';
import { mean } from '../stats/moments.ts';
import type { Scored } from '../stats/predictions.ts';
import { groupBy } from '../util/group-by.ts';
import type { Flip, SetDiff } from './types.ts';

/** A set of a recorded evaluation and the predictions that it was computed from. */
export interface RecordedSet {
  readonly set: MetricSet;
  /** Of the evaluation that it is in. */
  readonly metrics: Metrics;
  readonly models: Models;
}

/** Same as the default of `evaluate`. */
const level = 0.95;

/**
 * B against A: the difference with the interval of paired draws and one permutation test, as `evaluate`
 * computes them for two sets of one run, then clip by clip.
 */
export function compareSets(a: RecordedSet, b: RecordedSet): SetDiff {
  const { labels } = a.models.description;
  const sameRole = a.set.protocol.role === b.set.protocol.role;
  const [first, second] = [a, b].map(({ set, models }) => {
    const own = set.protocol.role ?? 'test';
    return rowsOf(scoredPredictions(models.predictions, own), labels, own);
  });
  if (first === undefined || second === undefined) throw new Error('two sets');
  const [idsA, idsB] = [idsOf(first), idsOf(second)];
  const [setA, setB] = [new Set(idsA), new Set(idsB)];
  const onlyA = idsA.filter((id) => !setB.has(id));
  const onlyB = idsB.filter((id) => !setA.has(id));
  const sameLabels = labels.join('\n') === b.models.description.labels.join('\n');
  const together = sameLabels && sameRole && onlyA.length + onlyB.length === 0;
  const flips = sameLabels ? flipsOf(first, second, labels) : [];
  const right = ({ truth }: Flip, predicted: string): boolean => predicted === truth;
  return {
    ...{ a: a.set, b: b.set, onlyA, onlyB },
    stated: { a: statedOf(a), b: statedOf(b) },
    sameFolds: foldsOf(first) === foldsOf(second),
    comparison: together ? difference(a, b, first, second) : null,
    perClass: Object.fromEntries(
      (together ? labels : []).map((label) => [
        label,
        { a: recallOf(a.set, label), b: recallOf(b.set, label) },
      ]),
    ),
    gained: flips.filter((flip) => right(flip, flip.b)),
    lost: flips.filter((flip) => right(flip, flip.a)),
  };
}

function difference(
  a: RecordedSet,
  b: RecordedSet,
  rowsA: readonly Scored[],
  rowsB: readonly Scored[],
): SetDiff['comparison'] {
  const { labels } = a.models.description;
  const scored = (name: string, { set }: RecordedSet, rows: readonly Scored[]): ScoredSet => ({
    set: { ...set, name },
    rows,
    draws: measure(rows, {
      ...{
        labels,
        level,
        resamples: 2000,
        seed: 0,
        sex: new Map(),
        corpora: new Map(),
        heldOut: [],
        validation: [],
      },
      speakersDisjoint: set.protocol.disjoint.includes('speaker'),
    }).draws,
  });
  const sets = [scored('a', a, rowsA), scored('b', b, rowsB)];
  const [found] = compare(sets, rank(sets, 'uar', sets[0]), {
    ...{ metric: 'uar' as const, level, unit: null, classes: labels.length },
    ...{ tests: ['permutation' as const], seed: 0 },
  });
  return found ?? null;
}

function statedOf({ set, metrics }: RecordedSet): string {
  return numberWithProtocol(set, metrics).sentence;
}

function recallOf(set: MetricSet, label: string): number | null {
  return set.per_class[label]?.recall ?? null;
}

function foldsOf(rows: readonly Scored[]): string {
  return [...new Set(rows.map(({ id, fold }) => `${id}\n${fold}`))].sort().join('\n');
}

/** Clips of both sets that exactly one of them gets right. */
function flipsOf(
  a: readonly Scored[],
  b: readonly Scored[],
  labels: readonly string[],
): readonly Flip[] {
  const other = groupBy(b, (row) => row.id);
  return [...groupBy(a, (row) => row.id)]
    .flatMap(([id, rowsA]): readonly Flip[] => {
      const [row] = rowsA;
      const rowsB = other.get(id);
      if (row === undefined || rowsB === undefined) return [];
      const [meanA, meanB] = [rowsA, rowsB].map((rows) =>
        labels.map((_, k) => mean(rows.map(({ posterior }) => posterior[k] ?? 0))),
      ) as [number[], number[]];
      const [predictedA, predictedB] = [argmax(meanA), argmax(meanB)];
      if ((predictedA === row.truth) === (predictedB === row.truth)) return [];
      const name = (k: number): string => labels[k] ?? '';
      return [
        {
          ...{ id, speaker: row.speaker, truth: name(row.truth) },
          ...{ a: name(predictedA), b: name(predictedB) },
          ...{ trueA: meanA[row.truth] ?? 0, trueB: meanB[row.truth] ?? 0 },
        },
      ];
    })
    .sort(
      (x, y) => Math.abs(y.trueB - y.trueA) - Math.abs(x.trueB - x.trueA) || (x.id < y.id ? -1 : 1),
    );
}
