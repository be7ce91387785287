import { readCorpus } from '../artifacts/corpus.ts';
import { writeFeatures } from '../artifacts/features.ts';
import type { FeatureRows } from '../artifacts/features-index.ts';
import { decoderPackages } from '../audio/decoders.ts';
import type { Digest } from '../engine/digest.ts';
import { defineStage, type ItemRows, type TaskContext } from '../engine/stage.ts';
import { checkMelspecParams, type MelspecParams, melspecParams } from './melspec/params.ts';

/** Log-mel spectrogram per utterance. */
export const melspec = defineStage({
  kind: 'melspec',
  version: 2,
  summary:
    'Computes a mel spectrogram per utterance, as librosa defines it: in dB, as a logarithm, as it is, or with PCEN.',
  params: melspecParams,
  inputs: { corpus: { type: 'corpus', summary: 'The recordings' } },
  outputs: { features: { type: 'features', summary: 'Frames × mel bands per utterance' } },
  tier: 'pooled',
  dependencies: decoderPackages,
  otherNames: { sr: 'sample_rate', window_length: 'win_length', dynamic_range: 'top_db' },
  check: checkMelspecParams,
  each: {
    over: 'corpus',
    items: (input) => {
      const digests = new Set(readCorpus(input).utterances.map(({ audio }) => audio));
      return [...digests].sort().map((digest) => ({ digest }));
    },
    async open(params) {
      const { createClipReader } = await import('./melspec/clip.ts');
      return createClipReader(params);
    },
    combine,
  },
});

function combine(
  context: TaskContext<MelspecParams>,
  shards: Parameters<typeof writeFeatures>[2],
  rows: ReadonlyMap<Digest, ItemRows>,
): void {
  const { params } = context;
  const { utterances } = readCorpus(context.input('corpus'));
  const index = utterances.map(({ id, audio }): FeatureRows => {
    const found = rows.get(audio);
    if (found === undefined) throw new Error(`no rows for the audio of "${id}"`);
    return { id, shard: found.shard, offset: found.offset, frames: found.rows };
  });
  const rates = new Set([...rows.values()].map(({ meta }) => Number(meta?.['rate'])));
  const [first] = rates;
  const rate =
    params.sample_rate !== 'native'
      ? params.sample_rate
      : rates.size === 1
        ? (first ?? null)
        : null;
  if (rate === null) {
    context.log(
      `warning: clips have different rates (${[...rates].sort((a, b) => a - b).join(', ')} Hz), so a frame lasts differently in each`,
    );
  } else {
    const lower = [...rates].filter((source) => source < rate).sort((a, b) => a - b);
    if (lower.length > 0) {
      context.log(
        `warning: some clips have a rate of ${lower.join(', ')} Hz, below ${rate} Hz: they have nothing in the upper bands`,
      );
    }
  }
  const empty = new Set([...rows.values()].map(({ meta }) => Number(meta?.['empty'])));
  const worst = Math.max(...empty);
  if (worst > 0) {
    context.log(
      `warning: ${worst} of ${params.n_mels} mel bands are narrower than a frequency bin and always empty; lower n_mels or raise n_fft`,
    );
  }
  writeFeatures(
    context.output('features'),
    {
      format: 'affekt.features/1',
      kind: 'melspec',
      params,
      bands: params.n_mels,
      rate,
      frames_per_second: rate === null ? null : rate / params.hop_length,
    },
    shards,
    index,
  );
}
