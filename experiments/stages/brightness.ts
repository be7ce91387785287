import { readFileSync } from 'node:fs';
import {
  decodeMono,
  decoderPackages,
  defineStage,
  dsp,
  readCorpus,
  TaskError,
  Type,
  writeFeatures,
} from 'affekt';

const columns = ['centroid', 'roll_off'] as const;

const mean = (values: Float32Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** How bright each clip sounds: an own stage that listens, clip by clip, so that five new clips cost five clips. */
export default defineStage({
  kind: 'brightness',
  version: 1,
  summary: 'Mean spectral centroid and roll-off of each clip, in Hz.',
  tier: 'pooled',
  dependencies: decoderPackages,
  params: Type.Object(
    {
      share: Type.Number({
        minimum: 0.5,
        maximum: 0.99,
        default: 0.85,
        description: 'Of the roll-off.',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: { corpus: { type: 'corpus', summary: 'The recordings.' } },
  outputs: { features: { type: 'features', summary: 'One row per clip, two named columns.' } },
  each: {
    over: 'corpus',
    items: (input) =>
      [...new Set(readCorpus(input).utterances.map(({ audio }) => audio))]
        .sort()
        .map((digest) => ({ digest })),
    open:
      async ({ share }) =>
      async (item, path) => {
        const sound = await decodeMono(readFileSync(path));
        if (!sound.ok)
          throw new TaskError(`cannot read a clip: ${sound.error.message}`, { hint: item.digest });
        const { samples, sampleRate } = sound.value;
        const frames = { nFft: 1024, winLength: 1024, hopLength: 256, window: 'hann' } as const;
        const tracks = dsp.spectralTracks(
          samples,
          { ...frames, center: true, padMode: 'constant', sampleRate },
          { centroid: dsp.centroid, rollOff: dsp.rollOff(share) },
        );
        return {
          data: Float32Array.of(mean(tracks.centroid), mean(tracks.rollOff)),
          columns: columns.length,
        };
      },
    combine(context, shards, rows) {
      const index = readCorpus(context.input('corpus')).utterances.map(({ id, audio }) => {
        const found = rows.get(audio);
        if (found === undefined) throw new Error(`no row for the sound of ${id}`);
        return { id, shard: found.shard, offset: found.offset, frames: found.rows };
      });
      const definition = {
        format: 'affekt.features/1',
        kind: 'brightness',
        params: context.params,
        bands: columns.length,
        columns,
        ...{ rate: null, frames_per_second: null },
      } as const;
      writeFeatures(context.output('features'), definition, shards, index);
    },
  },
});
