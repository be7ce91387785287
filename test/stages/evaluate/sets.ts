import type { MetricSet } from '../../../src/artifacts/metrics.ts';
import { measure } from '../../../src/stages/evaluate/measure.ts';
import type { ScoredSet } from '../../../src/stages/evaluate/ranking.ts';
import type { Scored } from '../../../src/stats/predictions.ts';
import { row } from '../../util/paired-jobs.ts';

export const labels = ['anger', 'joy'];

/**
 * Ten clips of each speaker, five of each class, the first `right` of them right; fold = speaker. The
 * posterior of a clip is 0.8 for what is predicted.
 */
export function clipsOf(right: readonly number[], seed = 1): Scored[] {
  return right.flatMap((hits, s) =>
    Array.from({ length: 10 }, (_, i): Scored => {
      const truth = i % 2;
      const predicted = i < hits ? truth : 1 - truth;
      const posterior = predicted === 0 ? [0.8, 0.2] : [0.2, 0.8];
      const speaker = String(s + 1);
      return row({
        id: `${speaker}-${i}`,
        speaker,
        fold: s + 1,
        seed,
        truth,
        predicted,
        posterior,
      });
    }),
  );
}

const protocol: MetricSet['protocol'] = {
  corpus: { name: 'made-up', manifest: '', pinned: true },
  scheme: 'leave-one-speaker-out',
  folds: 6,
  groups: ['speaker'],
  validation_speakers: 0,
  disjoint: ['speaker'],
  shared: ['text'],
  selection: 'none',
  stamps: [],
  sentence: '',
};

/** A set of models that made these predictions. */
export function setOf(
  name: string,
  rows: readonly Scored[],
  own: Partial<MetricSet['protocol']> = {},
): ScoredSet {
  const { measured, draws } = measure(rows, {
    ...{
      labels,
      level: 0.95,
      resamples: 200,
      seed: 1,
      sex: new Map(),
      corpora: new Map(),
      heldOut: [],
    },
    ...{ speakersDisjoint: true, validation: [] },
  });
  const set: MetricSet = {
    name,
    variant: {},
    n: {
      utterances: new Set(rows.map(({ id }) => id)).size,
      speakers: new Set(rows.map(({ speaker }) => speaker)).size,
      folds: 6,
      seeds: new Set(rows.map(({ seed }) => seed)).size,
    },
    protocol: { ...protocol, ...own },
    ...measured,
    controls: { chance: { uar: 0.5 } },
  };
  return { set, rows, draws };
}
