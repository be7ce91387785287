import { Type } from 'typebox';
import { type FeatureMatrix, mapFeatures, readFeaturesDefinition } from '../artifacts/features.ts';
import { deltaModes, delta as differentiate } from '../dsp/cepstrum/delta.ts';
import { defineStage, TaskError } from '../engine/stage.ts';

const params = Type.Object(
  {
    order: Type.Union([Type.Literal(1), Type.Literal(2)], {
      default: 2,
      description:
        'Derivatives to add: 1 is the slope (delta), 2 slope and curvature (delta-delta).',
    }),
    width: Type.Integer({
      minimum: 3,
      maximum: 99,
      default: 9,
      description: 'Frames that a derivative looks at; an odd number.',
    }),
    mode: Type.Enum([...deltaModes], {
      default: 'interp',
      description:
        'At the ends of a clip: continue the fitted polynomial (interp, for clips of at least width frames), or the last frame (nearest).',
    }),
    stack: Type.Enum(['channels', 'bands'], {
      default: 'channels',
      description:
        'Where the derivatives go: channels of their own, which a convolution sees as a picture has colours, or more bands of one channel.',
    }),
  },
  { additionalProperties: false },
);

/** Features and their derivatives along time. A stage of its own: log-mel and MFCC have them alike. */
export const delta = defineStage({
  kind: 'delta',
  version: 1,
  summary: 'Adds to features how they change along time: librosa’s delta features.',
  params,
  inputs: { features: { type: 'features', summary: 'Features of several frames per utterance' } },
  outputs: {
    features: { type: 'features', summary: 'The same, and their derivatives beside them' },
  },
  tier: 'pooled',
  check: ({ width }) =>
    width % 2 === 1
      ? []
      : [
          {
            path: ['width'],
            message: `width ${width} is even, so it has no frame in its middle`,
            hint: `Use ${width - 1} or ${width + 1}.`,
          },
        ],
  run(context) {
    const { order, width, mode, stack } = context.params;
    const input = context.input('features');
    const of = readFeaturesDefinition(input);
    if ((of.channels ?? 1) > 1) {
      throw new TaskError(`these features have ${of.channels} channels already`, {
        hint: 'Wire delta to a stage that gives one: melspec or mfcc.',
      });
    }
    if (input.files['policy.json'] !== undefined) {
      throw new TaskError('these features are augmented already', {
        hint: 'Put augment after delta.',
      });
    }
    const orders = ([1, 2] as const).slice(0, order);
    const compute = (id: string, matrix: FeatureMatrix): Float32Array => {
      if (mode === 'interp' && matrix.frames < width) {
        throw new TaskError(
          `"${id}" has ${matrix.frames} frames, fewer than the width of ${width}`,
          {
            hint: 'Use mode: nearest, a smaller width, or a smaller hop_length.',
          },
        );
      }
      const own = { width, mode };
      return sideBySide(
        [matrix.data, ...orders.map((n) => differentiate(matrix, { ...own, order: n }))],
        matrix.bands,
      );
    };
    const parts = orders.length + 1;
    const { rate, frames_per_second } = of;
    mapFeatures(
      input,
      context.output('features'),
      {
        ...{ format: 'affekt.features/1', kind: 'delta', params: context.params },
        ...(stack === 'channels'
          ? { bands: of.bands, channels: parts }
          : { bands: of.bands * parts }),
        ...{ rate, frames_per_second, of },
      },
      compute,
    );
  },
});

/** Joins matrices of equal shape frame by frame. */
function sideBySide(matrices: readonly Float32Array[], bands: number): Float32Array {
  const [first] = matrices;
  const frames = (first?.length ?? 0) / bands;
  const width = matrices.length * bands;
  const out = new Float32Array(frames * width);
  for (const [n, matrix] of matrices.entries()) {
    for (let t = 0; t < frames; t++) {
      out.set(matrix.subarray(t * bands, (t + 1) * bands), t * width + n * bands);
    }
  }
  return out;
}
