import { readCorpus } from '../artifacts/corpus.ts';
import { writeFeatures } from '../artifacts/features.ts';
import type { FeatureRows } from '../artifacts/features-index.ts';
import { decoderPackages } from '../audio/decoders.ts';
import { functionalNames } from '../dsp/functionals/functionals.ts';
import type { Digest } from '../engine/digest.ts';
import { defineStage, type ItemRows, type TaskContext } from '../engine/stage.ts';
import {
  checkFunctionalsParams,
  type FunctionalsParams,
  functionalsParams,
} from './functionals/params.ts';

/**
 * Voice numbers per clip. They come from the sound alone, by a spectrum of their own: so they are the
 * same whatever front end a network sees, and one input is enough. They are features of one frame, so that
 * whoever opens them is held to the ids of its role, and a classifier can be trained on them as they are.
 */
export const functionals = defineStage({
  kind: 'functionals',
  version: 2,
  summary:
    'Computes 15 numbers about the voice in each clip: pitch, voicing, energy, timing and spectral tilt.',
  params: functionalsParams,
  inputs: { corpus: { type: 'corpus', summary: 'The recordings' } },
  outputs: { features: { type: 'features', summary: 'One row per utterance, 15 named columns' } },
  tier: 'pooled',
  dependencies: decoderPackages,
  check: checkFunctionalsParams,
  each: {
    over: 'corpus',
    items: (input) => {
      const digests = new Set(readCorpus(input).utterances.map(({ audio }) => audio));
      return [...digests].sort().map((digest) => ({ digest }));
    },
    async open(params) {
      const { createVoiceReader } = await import('./functionals/clip.ts');
      return createVoiceReader(params);
    },
    combine,
  },
});

function combine(
  context: TaskContext<FunctionalsParams>,
  shards: Parameters<typeof writeFeatures>[2],
  rows: ReadonlyMap<Digest, ItemRows>,
): void {
  const { utterances } = readCorpus(context.input('corpus'));
  let silent = 0;
  const index = utterances.map(({ id, audio }): FeatureRows => {
    const found = rows.get(audio);
    if (found === undefined) throw new Error(`no row for the audio of "${id}"`);
    if (found.meta?.['voiced'] === 0) silent++;
    return { id, shard: found.shard, offset: found.offset, frames: found.rows };
  });
  if (silent > 0) {
    context.log(
      `warning: ${silent} clips have no voiced frame; an average voice’s pitch stands in its place`,
    );
  }
  writeFeatures(
    context.output('features'),
    {
      format: 'affekt.features/1',
      kind: 'functionals',
      params: context.params,
      bands: functionalNames.length,
      columns: functionalNames,
      rate: null,
      frames_per_second: null,
    },
    shards,
    index,
  );
}
