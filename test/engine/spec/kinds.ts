import { Type } from 'typebox';
import { type ArtifactType, defineArtifact } from '../../../src/engine/artifact.ts';
import { defineStage, type StageKind } from '../../../src/engine/stage.ts';

/** Small kinds in the shape of the real ones: a corpus, features, a split, models, an evaluation. */
const closed = { additionalProperties: false };
const rest = { version: 1, tier: 'inline', run: () => {} } as const;

const corpus = { type: 'corpus', summary: 'Recordings.' };
const features = { type: 'features', summary: 'Frames by bands.' };
const models = { type: 'models', summary: 'Trained models.' };

const fetch = defineStage({
  ...rest,
  kind: 'fetch',
  summary: 'Brings a corpus in.',
  params: Type.Object(
    {
      dataset: Type.Union([Type.String({ minLength: 1 }), Type.Null()], {
        default: null,
        description: 'A corpus by name.',
      }),
      files: Type.Union([Type.String(), Type.Null()], {
        default: null,
        description: 'Own files.',
        'x-affekt': 'path',
      }),
      labels: Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]), {
        default: {},
        description: 'Labels by name in the table.',
      }),
      token: Type.Union(
        [Type.Unsafe<{ secret: string }>({ type: 'string', 'x-affekt': 'secret' }), Type.Null()],
        { default: null, description: 'Access token.' },
      ),
    },
    closed,
  ),
  inputs: {},
  outputs: { corpus },
  check: ({ dataset, files }) =>
    dataset !== null && files !== null
      ? [{ path: ['files'], message: 'files has no effect with dataset', hint: 'Take one out.' }]
      : [],
});

const analyze = defineStage({
  ...rest,
  kind: 'analyze',
  summary: 'Looks at a corpus.',
  params: Type.Object({}, closed),
  inputs: { corpus },
  outputs: { analysis: { type: 'analysis', summary: 'Tables.' } },
});

const denoise = defineStage({
  ...rest,
  kind: 'denoise',
  summary: 'Cleans a corpus.',
  params: Type.Object(
    {
      method: Type.Enum(['logmmse', 'spectral-gate', 'none'], {
        default: 'logmmse',
        description: 'How.',
      }),
      loudness: Type.Union([Type.Number({ minimum: -70, maximum: 0 }), Type.Null()], {
        default: null,
        description: 'Target level in LUFS.',
      }),
    },
    closed,
  ),
  inputs: { corpus },
  outputs: { corpus },
});

const melspec = defineStage({
  ...rest,
  kind: 'melspec',
  summary: 'Log-mel spectrograms.',
  params: Type.Object(
    {
      sample_rate: Type.Integer({ minimum: 1000, default: 16000, description: 'Rate in Hz.' }),
      n_mels: Type.Integer({ minimum: 1, maximum: 512, default: 64, description: 'Bands.' }),
      scale: Type.Union([Type.Literal('db'), Type.Literal('ln'), Type.Literal('pcen')], {
        default: 'db',
        description: 'Scale.',
      }),
      htk: Type.Boolean({ default: false, description: 'HTK formula.' }),
      trim_db: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()], {
        default: null,
        description: 'Trim below this.',
      }),
    },
    closed,
  ),
  inputs: { corpus },
  outputs: { features },
});

const train = defineStage({
  ...rest,
  kind: 'train',
  summary: 'Trains one model per fold.',
  params: Type.Object(
    {
      architecture: Type.String({ description: 'Name of the architecture.' }),
      epochs: Type.Integer({ minimum: 1, default: 30, description: 'Epochs.' }),
      betas: Type.Tuple([Type.Number(), Type.Number()], {
        default: [0.9, 0.999],
        description: 'Moments.',
      }),
      split: Type.Union(
        [
          Type.Object(
            {
              scheme: Type.Literal('leave-one-speaker-out'),
              validation_speakers: Type.Integer({ minimum: 0, default: 0, description: 'Kept.' }),
            },
            closed,
          ),
          Type.Object(
            {
              scheme: Type.Literal('stratified-k-fold'),
              folds: Type.Integer({ minimum: 2, default: 5, description: 'Folds.' }),
            },
            closed,
          ),
        ],
        { default: { scheme: 'leave-one-speaker-out' }, description: 'Split.' },
      ),
    },
    closed,
  ),
  inputs: {
    features,
    corpus,
    functionals: { type: 'table', summary: 'Numbers per clip.', optional: true },
  },
  outputs: { models },
});

const evaluate = defineStage({
  ...rest,
  kind: 'evaluate',
  summary: 'Scores models.',
  params: Type.Object({}, closed),
  inputs: { models: { ...models, many: true }, corpus },
  outputs: { evaluation: { type: 'evaluation', summary: 'Metrics.' } },
});

const merge = defineStage({
  ...rest,
  kind: 'merge',
  summary: 'Joins two corpora.',
  params: Type.Object({}, closed),
  inputs: { left: corpus, right: corpus },
  outputs: { corpus },
});

const pair = defineStage({
  ...rest,
  kind: 'pair',
  summary: 'Two outputs of one type.',
  params: Type.Object({}, closed),
  inputs: { corpus },
  outputs: { quiet: corpus, loud: corpus },
});

const command = defineStage({
  ...rest,
  kind: 'command',
  summary: 'Runs a program.',
  params: Type.Object(
    {
      run: Type.String({ minLength: 1, description: 'Command line.' }),
      outputs: Type.Record(Type.String(), Type.String(), { default: {}, description: 'Types.' }),
    },
    closed,
  ),
  inputs: {},
  openInputs: true,
  outputs: {},
  outputsOf: ({ outputs }) =>
    Object.fromEntries(Object.entries(outputs).map(([k, type]) => [k, { type, summary: k }])),
});

const fold = defineStage({
  ...rest,
  kind: 'fold',
  summary: 'One fold.',
  params: Type.Object({}, closed),
  inputs: {},
  outputs: {},
  internal: true,
});

export const kinds: Readonly<Record<string, StageKind>> = Object.fromEntries(
  [fetch, analyze, denoise, melspec, train, evaluate, merge, pair, command, fold].map((kind) => [
    kind.kind,
    kind,
  ]),
);

const type = (name: string, sink = false): ArtifactType =>
  defineArtifact({ type: name, summary: name, sink, validate: () => [] });

export const artifacts: Readonly<Record<string, ArtifactType>> = Object.fromEntries(
  [
    ...['corpus', 'features', 'split', 'models'].map((name) => type(name)),
    ...['analysis', 'evaluation', 'file', 'directory', 'table'].map((name) => type(name, true)),
  ].map((one) => [one.type, one]),
);
