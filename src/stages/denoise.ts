import { audioFile, readCorpus, type Utterance, writeCorpus } from '../artifacts/corpus.ts';
import { decoderPackages } from '../audio/decoders.ts';
import { defineStage, type Item, itemId } from '../engine/stage.ts';
import { checkDenoiseParams, denoiseParams } from './denoise/params.ts';

/** Clean sound for every clip, each by itself; who speaks and how is left as it is. */
export const denoise = defineStage({
  kind: 'denoise',
  version: 1,
  summary: 'Takes noise out of every clip, cuts silent ends, brings clips to one level.',
  params: denoiseParams,
  inputs: { corpus: { type: 'corpus', summary: 'The recordings' } },
  outputs: {
    corpus: { type: 'corpus', summary: 'The same clips with clean sound, at their own rates' },
  },
  tier: 'pooled',
  dependencies: decoderPackages,
  otherNames: { noisereduce: 'spectral_gate', lufs: 'loudness', trim: 'trim_db' },
  check: checkDenoiseParams,
  each: {
    over: 'corpus',
    makes: 'files',
    items: (input) => readCorpus(input).utterances.map(itemOf),
    async open(params) {
      const { createCleaner } = await import('./denoise/clip.ts');
      return createCleaner(params);
    },
    combine(context, files) {
      const { info, utterances } = readCorpus(context.input('corpus'));
      const output = context.output('corpus');
      const clean = utterances.map((one): Utterance => {
        const made = files.get(itemId(itemOf(one)));
        if (made === undefined) throw new Error(`no sound for "${one.id}"`);
        output.link(audioFile(made.digest, made.extension), made.digest);
        const { rate, duration } = made.meta as { rate: number; duration: number };
        return { ...one, audio: made.digest, rate, duration };
      });
      writeCorpus(output, { info, utterances: clean });
    },
  },
});

function itemOf({ audio }: Utterance): Item {
  return { digest: audio };
}
