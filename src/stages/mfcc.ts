import { type Static, Type } from 'typebox';
import { mapFeatures, readFeaturesDefinition } from '../artifacts/features.ts';
import type { FeaturesDefinition } from '../artifacts/features-definition.ts';
import { createMfcc } from '../dsp/cepstrum/mfcc.ts';
import { defineStage, TaskError } from '../engine/stage.ts';

const params = Type.Object(
  {
    n_mfcc: Type.Integer({
      minimum: 1,
      maximum: 512,
      default: 20,
      description: 'Coefficients to keep, the lowest ones; at most the bands of the spectrogram.',
    }),
    lifter: Type.Number({
      minimum: 0,
      default: 0,
      description: 'L of the factor 1 + L/2 sin(π (k + 1) / L) of coefficient k; 0 takes none.',
    }),
  },
  { additionalProperties: false },
);

/** Cepstral coefficients of a spectrogram. A stage of its own: the spectrogram is shared, and any will do. */
export const mfcc = defineStage({
  kind: 'mfcc',
  version: 1,
  summary:
    'Turns the bands of every frame of a log-mel spectrogram into cepstral coefficients, as librosa does.',
  params,
  inputs: { features: { type: 'features', summary: 'A spectrogram of melspec' } },
  outputs: { features: { type: 'features', summary: 'Frames × coefficients per utterance' } },
  tier: 'pooled',
  run(context) {
    const { n_mfcc, lifter } = context.params;
    const input = context.input('features');
    const of = readFeaturesDefinition(input);
    requireSpectrogram(of, context.params);
    if (input.files['policy.json'] !== undefined) {
      throw new TaskError('these features are augmented already, in a way that suits bands', {
        hint: 'Put augment after mfcc.',
      });
    }
    const transform = createMfcc(of.bands, { count: n_mfcc, lifter });
    const { rate, frames_per_second } = of;
    mapFeatures(
      input,
      context.output('features'),
      {
        ...{ format: 'affekt.features/1', kind: 'mfcc', params: context.params, bands: n_mfcc },
        ...{ rate, frames_per_second, of },
      },
      (_, matrix) => transform(matrix).data,
    );
  },
});

function requireSpectrogram(of: FeaturesDefinition, { n_mfcc }: Static<typeof params>): void {
  if (of.kind !== 'melspec') {
    throw new TaskError(
      `mfcc needs a spectrogram of melspec, and these are features of ${of.kind}`,
      {
        hint: 'Wire it to a melspec stage: in: mel.',
      },
    );
  }
  if (of.params['scale'] === 'power') {
    throw new TaskError('mfcc needs a logarithm, and these bands are powers (scale: power)', {
      hint: 'Use scale: db in melspec; top_db: 80 is librosa’s default for MFCC.',
    });
  }
  if (n_mfcc > of.bands) {
    throw new TaskError(`n_mfcc ${n_mfcc} is more than the ${of.bands} bands of the spectrogram`, {
      hint: `Use at most ${of.bands}, or raise n_mels of melspec.`,
    });
  }
}
