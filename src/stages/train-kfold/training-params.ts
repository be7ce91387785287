import { isDeepStrictEqual } from 'node:util';
import { type Static, Type } from 'typebox';

const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(
  inner: T,
  options: { readonly default: Static<T> | null; readonly description: string },
) => Type.Union([Type.Null(), inner], options);

const fraction = { minimum: 0, exclusiveMaximum: 1 };

/** Of the schedules that have params. */
export const scheduleDefaults = {
  warmup: 0.15,
  div: 10,
  final_div: 100,
  factor: 0.1,
  patience: 10,
};

/** Of what another param may make ineffective. */
export const trainingDefaults = {
  betas: [0.9, 0.999],
  momentum: 0.9,
  nesterov: true,
  ema: 0.99,
  /** Of enrolment. */
  draws: 5,
};

/** How a network is fed and trained. The same params stand in `train-kfold` and in the task of one fold. */
export const trainingParams = {
  engine: Type.Enum(['onnx', 'tfjs'], {
    default: 'onnx',
    description:
      'What computes: onnx is ONNX Runtime; tfjs is TensorFlow.js on the best backend that is installed (docs/engines.md).',
  }),
  device: Type.Enum(['cpu', 'webgpu', 'cuda'], {
    default: 'cpu',
    description:
      'Where it computes. Only cpu gives the same bits every time; webgpu comes with ONNX Runtime and needs a graphics adapter, cuda needs its provider, or tfjs-node-gpu, installed (affekt doctor).',
  }),
  threads: Type.Integer({
    minimum: 1,
    maximum: 64,
    default: 1,
    description:
      'Threads of one fold. Folds run side by side, so 1 is fastest; another number gives other last digits.',
  }),
  level: Type.Enum(['scalar', 'band', 'none'], {
    default: 'scalar',
    description:
      'What is subtracted from each clip: its mean over all bands and frames, the mean of each band, or nothing.',
  }),
  floor_db: orNull(Type.Number({ exclusiveMinimum: 0 }), {
    default: 80,
    description:
      'Values further below the clip’s loudest are raised to this, in dB; null raises none.',
  }),
  normalise: Type.Enum(['band', 'none'], {
    default: 'band',
    description: 'Mean 0 and deviation 1 of each band over the frames of the training clips.',
  }),
  crop_frames: Type.Integer({
    minimum: 1,
    maximum: 100_000,
    default: 96,
    description:
      'Length of the random crops that a network is trained on, in frames. Whole clips are scored, if windows says nothing else.',
  }),
  windows: orNull(
    Type.Object(
      {
        overlap: Type.Number({
          ...fraction,
          default: 0.5,
          description: 'Part of a window that the next one sees, too.',
        }),
      },
      { additionalProperties: false },
    ),
    {
      default: null,
      description:
        'Score a clip by the mean of the posteriors of its windows of crop_frames, the last of which ends with the clip; null scores it whole.',
    },
  ),
  epochs: Type.Integer({ minimum: 1, default: 30, description: 'Passes over the training clips.' }),
  batch_size: Type.Integer({
    minimum: 2,
    default: 16,
    description: 'Crops per step; those that are left at the end of an epoch wait for the next.',
  }),
  optimiser: Type.Enum(['adamw', 'sgd'], {
    default: 'adamw',
    description: 'AdamW (Loshchilov & Hutter 2019), or SGD with momentum.',
  }),
  learning_rate: Type.Number({
    exclusiveMinimum: 0,
    default: 3e-3,
    description: 'Its greatest value over the schedule.',
  }),
  betas: Type.Array(Type.Number(fraction), {
    minItems: 2,
    maxItems: 2,
    default: trainingDefaults.betas,
    description: 'Decay of the two moments of adamw.',
  }),
  momentum: Type.Number({
    ...fraction,
    default: trainingDefaults.momentum,
    description: 'Momentum of sgd.',
  }),
  nesterov: Type.Boolean({
    default: trainingDefaults.nesterov,
    description: 'Nesterov’s momentum for sgd.',
  }),
  weight_decay: Type.Number({
    minimum: 0,
    default: 0.02,
    description: 'Of tensors with more than one axis; biases and norms have none.',
  }),
  gradient_clip: orNull(Type.Number({ exclusiveMinimum: 0 }), {
    default: 2,
    description: 'Greatest norm of the whole gradient; null leaves it alone.',
  }),
  schedule: Type.Object(
    {
      kind: Type.Enum(['one_cycle', 'cosine', 'constant', 'plateau'], {
        default: 'one_cycle',
        description:
          'one_cycle rises and falls along cosines; cosine falls to 0; plateau falls when the validation loss stands still.',
      }),
      warmup: Type.Number({
        minimum: 0,
        maximum: 1,
        default: scheduleDefaults.warmup,
        description: 'Part of all steps in which one_cycle rises.',
      }),
      div: Type.Number({
        minimum: 1,
        default: scheduleDefaults.div,
        description: 'one_cycle starts at learning_rate / div.',
      }),
      final_div: Type.Number({
        minimum: 1,
        default: scheduleDefaults.final_div,
        description: 'one_cycle ends at its start / final_div.',
      }),
      factor: Type.Number({
        exclusiveMinimum: 0,
        exclusiveMaximum: 1,
        default: scheduleDefaults.factor,
        description: 'plateau multiplies the rate by it.',
      }),
      patience: Type.Integer({
        minimum: 0,
        default: scheduleDefaults.patience,
        description: 'Epochs without a better loss that plateau bears.',
      }),
    },
    { additionalProperties: false, default: {}, description: 'How the learning rate moves.' },
  ),
  label_smoothing: Type.Number({
    ...fraction,
    default: 0.1,
    description: 'Part of the target that is spread over all classes.',
  }),
  focal_gamma: Type.Number({
    minimum: 0,
    default: 0,
    description: 'γ of the focal loss (Lin et al. 2017); 0 is cross-entropy.',
  }),
  ema: orNull(Type.Number(fraction), {
    default: trainingDefaults.ema,
    description: 'Decay per step of the running average of the weights that predict; null is none.',
  }),
  swa: orNull(Type.Number(fraction), {
    default: null,
    description:
      'Predict by the plain mean of the weights after each epoch from this part of all epochs on, instead of ema.',
  }),
  enrolment: orNull(
    Type.Object(
      {
        clips: Type.Union([Type.Integer({ minimum: 1 }), Type.Literal('all')], {
          default: 10,
          description:
            'Clips of a new speaker, without labels, that its band statistics are estimated from, at most half of what it has; only the others are scored. all takes every clip, those that are scored too.',
        }),
        draws: Type.Integer({
          minimum: 1,
          default: trainingDefaults.draws,
          description: 'How often other clips are drawn; each draw is scored by itself.',
        }),
      },
      { additionalProperties: false },
    ),
    {
      default: null,
      description:
        'Adapt to new speakers by statistics of unlabelled clips. Every number is stamped enrolled (k=…) or transductive, and none is a headline.',
    },
  ),
  early_stopping: orNull(
    Type.Object(
      {
        patience: Type.Integer({
          minimum: 1,
          default: 8,
          description: 'Epochs without a better validation UAR.',
        }),
      },
      { additionalProperties: false },
    ),
    {
      default: null,
      description:
        'Stop when the UAR of the validation speakers stands still, and keep the best epoch; needs split.validation_speakers.',
    },
  ),
} as const;

const schema = Type.Object(trainingParams);

export type TrainingParams = Static<typeof schema>;

/** Names of what differs from its default. */
export function changedTraining(params: TrainingParams): readonly string[] {
  const schedule = { kind: 'one_cycle', ...scheduleDefaults };
  const defaults = Object.entries<object>(trainingParams).map(
    ([name, own]) =>
      [name, name === 'schedule' ? schedule : 'default' in own && own.default] as const,
  );
  return defaults
    .filter(([name, own]) => !isDeepStrictEqual(params[name as keyof TrainingParams], own))
    .map(([name]) => name);
}
