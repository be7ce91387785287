import { Type } from 'typebox';
import { readCorpus } from '../artifacts/corpus.ts';
import { decoderPackages } from '../audio/decoders.ts';
import { defineStage } from '../engine/stage.ts';

/** What a corpus holds and what of it will bite. */
export const analyze = defineStage({
  kind: 'analyze',
  version: 2,
  summary:
    'Measures every clip of a corpus and says what will bite: confounds, faults, duplicates, gaps.',
  params: Type.Object(
    {
      alpha: Type.Number({
        exclusiveMinimum: 0,
        exclusiveMaximum: 1,
        default: 0.05,
        description: 'Level of the tests that the smallest difference is computed for.',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: { corpus: { type: 'corpus', summary: 'The recordings' } },
  outputs: {
    analysis: { type: 'analysis', summary: 'Tables, warnings in words, chart specs (Vega-Lite)' },
  },
  tier: 'pooled',
  dependencies: [...decoderPackages, 'ml-matrix'],
  each: {
    over: 'corpus',
    items: (input) => {
      const digests = new Set(readCorpus(input).utterances.map(({ audio }) => audio));
      return [...digests].sort().map((digest) => ({ digest }));
    },
    async open() {
      const { createMeasurer } = await import('./analyze/clip.ts');
      return createMeasurer();
    },
    async combine(context, shards, rows) {
      const { combineClips } = await import('./analyze/combine.ts');
      combineClips(context, shards, rows);
    },
  },
});
