import type { Features } from '../../artifacts/features.ts';
import type { Posterior } from '../../artifacts/fold.ts';
import { bandAxisOf, decibelOf } from '../../artifacts/mel-definition.ts';
import type { Role } from '../../engine/artifact.ts';
import { TaskError } from '../../engine/stage.ts';
import { type ClipStore, openClipStore } from '../../model/feed/clip-store.ts';
import type { LoadClips } from '../../model/feed/clips.ts';
import { fitNormaliser, type Normaliser } from '../../model/feed/normaliser.ts';
import { createPreparation } from '../../model/feed/preparation.ts';
import { createTrainingFeed } from '../../model/feed/training-feed.ts';
import { wholeClips } from '../../model/feed/whole-clips.ts';
import { initialise } from '../../model/language/initialise.ts';
import type { ModelPlan } from '../../model/language/model-plan.ts';
import { classWeights } from '../../model/logreg.ts';
import { trainable } from '../../model/lower/lower-model.ts';
import { openPredictor } from '../../model/onnx/predictor.ts';
import { openTraining } from '../../model/onnx/training.ts';
import type { Checkpoint, Weights } from '../../model/train/checkpoint.ts';
import { type Averaging, fitNetwork, type Watched } from '../../model/train/fit.ts';
import type { Epoch } from '../../model/train/history.ts';
import { initialState } from '../../model/train/initial-state.ts';
import { createRecallCounter } from '../../model/train/recall.ts';
import type { Schedule } from '../../model/train/schedule.ts';
import { createRandom, hashSeed } from '../../util/random.ts';
import { toPolicy } from '../augment/to-policy.ts';
import type { NetworkParams } from './train-network.ts';

interface Side {
  readonly ids: readonly string[];
  readonly classes: readonly number[];
}

export interface FoldTask {
  readonly params: NetworkParams;
  readonly seed: number;
  readonly plan: ModelPlan;
  readonly features: Pick<Features, 'bands' | 'frames' | 'definition' | 'policy'>;
  readonly fit: Side;
  readonly validate: Side;
  readonly test: readonly string[];
  /** Reads clips in a role. */
  readonly load: (role: Role) => LoadClips;
  readonly from?: Checkpoint;
  readonly constantBands: (bands: readonly number[]) => void;
  readonly keep: (checkpoint: Checkpoint) => void;
  readonly watch: (seen: Watched) => void;
  readonly line: (text: string) => void;
}

export interface TrainedFold {
  readonly weights: Weights;
  readonly history: readonly Epoch[];
  readonly normaliser: Normaliser | undefined;
  readonly posteriors: readonly Posterior[];
}

/** Prepared clips beyond this are read again whenever they are needed. */
const residentBytes = 512e6;

/** Prediction pads to few lengths, and keeps what a batch takes in memory in bounds. */
const predicting = { batchSize: 16, batchFrames: 8192, multiple: 64 };

export async function trainFold(task: FoldTask): Promise<TrainedFold> {
  const { params, plan, features, fit: training, validate, load, seed } = task;
  const shape = { channels: 1, bands: features.bands };
  const { level } = params;
  const classes = params.labels.length;
  const frames = (id: string): number => features.frames(id);
  const decibel = decibelOf(features.definition);
  const floor = params.floor_db === null || decibel === null ? null : params.floor_db * decibel;
  if (floor === null && params.floor_db !== null) {
    task.line('floor_db is not applied: these features are no logarithm of a power');
  }
  const raw = { ...shape, floor, level };
  const normaliser =
    params.normalise === 'none'
      ? undefined
      : fitNormaliser(training.ids, shape, createPreparation(raw), frames, load('fit'));
  if (normaliser !== undefined && normaliser.constant.length > 0) {
    task.constantBands(normaliser.constant);
  }
  const preparation = createPreparation({ ...raw, ...(normaliser && { normaliser }) });
  const open = (ids: readonly string[], role: Role): ClipStore =>
    openClipStore({
      ...{ ...shape, ids, frames, preparation, budget: residentBytes },
      load: load(role),
    });

  const weightOf = classWeights(training.classes, classes, params.class_weights);
  const feed = createTrainingFeed({
    ...{ ...shape, classes, seed },
    policy: toPolicy(features.policy),
    axis: bandAxisOf(features.definition),
    examples: training.ids.map((id, i) => {
      const own = training.classes[i] ?? 0;
      return { id, class: own, weight: weightOf[own] ?? 1 };
    }),
    clips: open(training.ids, 'fit'),
    cropFrames: params.crop_frames,
    batchSize: params.batch_size,
  });
  if (feed.stepsPerEpoch === 0) {
    const { length } = training.ids;
    throw new TaskError(
      `the fold has ${length} training clips, fewer than batch_size ${params.batch_size}`,
      { hint: `Set batch_size to ${length} or less.` },
    );
  }
  if (params.crop_frames < plan.minimumFrames) {
    throw new TaskError(
      `the architecture needs ${plan.minimumFrames} frames, and crops have ${params.crop_frames}`,
      { hint: `Set crop_frames to ${plan.minimumFrames} or more.` },
    );
  }

  const model = trainable(plan);
  const predict = async (
    weights: Weights,
    clips: ClipStore,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, readonly number[]>> => {
    const predictor = await openPredictor(model, weights, { threads: params.threads });
    const out = new Map<string, readonly number[]>();
    const options = { ...shape, ...predicting, clips, minimumFrames: plan.minimumFrames };
    try {
      for (const batch of wholeClips(ids, options)) {
        const rows = await predictor.predict(batch, batch);
        for (const [n, id] of batch.ids.entries()) {
          out.set(id, [...rows.subarray(n * classes, (n + 1) * classes)]);
        }
      }
    } finally {
      await predictor.close();
    }
    return out;
  };

  const validation = validate.ids.length > 0 ? open(validate.ids, 'validate') : undefined;
  const session = await openTraining(
    model,
    {
      ...{ batchSize: params.batch_size, frames: params.crop_frames },
      ...{ weightDecay: params.weight_decay, gradientClip: params.gradient_clip },
      ...{ labelSmoothing: params.label_smoothing, focalGamma: params.focal_gamma },
      optimiser:
        params.optimiser === 'adamw'
          ? { kind: 'adamw', betas: pairOf(params.betas), epsilon: 1e-8 }
          : { kind: 'sgd', momentum: params.momentum, nesterov: params.nesterov },
    },
    task.from?.state ??
      initialState(plan, initialise(plan, createRandom(hashSeed(seed, 'weights')))),
    { threads: params.threads },
  );
  let fitted: Awaited<ReturnType<typeof fitNetwork>>;
  try {
    fitted = await fitNetwork(
      {
        ...{ classes, epochs: params.epochs, stepsPerEpoch: feed.stepsPerEpoch, seed },
        learningRate: params.learning_rate,
        schedule: scheduleOf(params),
        averaging: averagingOf(params),
        patience: params.early_stopping?.patience ?? null,
      },
      {
        session,
        batches: feed.batches,
        keep: task.keep,
        watch: task.watch,
        ...(validation !== undefined && {
          validate: async (weights) => score(await predict(weights, validation, validate.ids)),
        }),
      },
      task.from,
    );
  } finally {
    await session.close();
  }
  const { weights, history } = fitted;
  const last = history.at(-1);
  task.line(`${history.length} epochs, training loss ${last?.trainLoss.toFixed(3) ?? ''}`);

  const posteriors: Posterior[] = [];
  const add = async (role: 'validate' | 'test', clips: ClipStore, ids: readonly string[]) => {
    const found = await predict(weights, clips, ids);
    for (const id of ids) posteriors.push({ id, role, posterior: found.get(id) ?? [] });
  };
  if (validation !== undefined) await add('validate', validation, validate.ids);
  await add('test', open(task.test, 'test'), task.test);
  return { weights, history, normaliser, posteriors };

  /** Mean cross-entropy and UAR on the validation clips. */
  function score(found: ReadonlyMap<string, readonly number[]>) {
    const recall = createRecallCounter(classes);
    let loss = 0;
    for (const [i, id] of validate.ids.entries()) {
      const posterior = found.get(id) ?? [];
      const truth = validate.classes[i] ?? 0;
      recall.add(posterior, truth);
      loss -= Math.log(Math.max(posterior[truth] ?? 0, Number.MIN_VALUE));
    }
    return { loss: loss / validate.ids.length, uar: recall.uar() };
  }
}

function pairOf([a = 0, b = 0]: readonly number[]): readonly [number, number] {
  return [a, b];
}

function scheduleOf({ schedule }: NetworkParams): Schedule {
  const { kind, warmup, div, final_div, factor, patience } = schedule;
  switch (kind) {
    case 'one_cycle':
      return { kind, warmup, div, finalDiv: final_div };
    case 'plateau':
      return { kind, factor, patience };
    default:
      return { kind };
  }
}

function averagingOf({ ema, swa }: NetworkParams): Averaging {
  if (swa !== null) return { kind: 'swa', start: swa };
  return ema === null ? { kind: 'none' } : { kind: 'ema', decay: ema };
}
