import type { Features } from '../../artifacts/features.ts';
import type { Posterior } from '../../artifacts/fold.ts';
import { bandAxisOf } from '../../artifacts/mel-definition.ts';
import type { RowTable } from '../../dsp/augment/crop.ts';
import type { Role } from '../../engine/artifact.ts';
import { type Engine, openEngine } from '../../model/engines.ts';
import type { ClipStore } from '../../model/feed/clip-store.ts';
import type { LoadClips } from '../../model/feed/clips.ts';
import type { Normaliser } from '../../model/feed/normaliser.ts';
import { createTrainingFeed, type TrainingFeed } from '../../model/feed/training-feed.ts';
import { wholeClips } from '../../model/feed/whole-clips.ts';
import { windowsOf } from '../../model/feed/windows.ts';
import { initialise } from '../../model/language/initialise.ts';
import type { ModelPlan } from '../../model/language/model-plan.ts';
import { classWeights } from '../../model/logreg.ts';
import type { Standardiser } from '../../model/standardise.ts';
import type { Checkpoint, Weights } from '../../model/train/checkpoint.ts';
import { type Fitted, fitNetwork, type Watched } from '../../model/train/fit.ts';
import { initialState } from '../../model/train/initial-state.ts';
import { createRecallCounter } from '../../model/train/recall.ts';
import { createRandom, hashSeed } from '../../util/random.ts';
import { toPolicy } from '../augment/to-policy.ts';
import { drawEnrolments, type EnrolmentDraw, fitSpeakers } from './enrolment.ts';
import { type FoldClips, openFoldClips } from './fold-clips.ts';
import { openFoldSide, type SideRow } from './fold-side.ts';
import type { NetworkParams } from './train-network.ts';
import { averagingOf, scheduleOf, stepOptions } from './training-options.ts';

interface Side {
  readonly ids: readonly string[];
  readonly classes: readonly number[];
}

export interface FoldTask {
  readonly params: NetworkParams;
  readonly seed: number;
  readonly plan: ModelPlan;
  readonly features: Pick<Features, 'channels' | 'bands' | 'frames' | 'definition' | 'policy'>;
  readonly fit: Side;
  readonly validate: Side;
  readonly test: readonly string[];
  /** Reads clips in a role. */
  readonly load: (role: Role) => LoadClips;
  /** Numbers per clip that join the pooled vector. */
  readonly functionals?: Pick<Features, 'load'>;
  readonly from?: Checkpoint;
  readonly keep: (checkpoint: Checkpoint) => void;
  readonly watch: (seen: Watched) => void;
  readonly line: (text: string) => void;
}

export interface TrainedFold extends Fitted {
  readonly normaliser: Normaliser | undefined;
  /** Of the side input. */
  readonly standardiser: Standardiser | undefined;
  /** With enrolment: deviation of the side input within speakers. */
  readonly within: Float64Array | undefined;
  /** In the unit of the features; null where nothing is raised. */
  readonly floor: number | null;
  readonly draws: number;
  readonly posteriors: readonly Posterior[];
}

/** Trains on the training clips, then opens the scored ones, once. */
export async function trainFold(task: FoldTask): Promise<TrainedFold> {
  const { params, features, fit: training, validate, test, load, line } = task;
  const clips = openFoldClips({ params, features, training: training.ids, load, line });
  const store = clips.open(training.ids, 'fit');
  const speakers =
    params.enrolment === null
      ? undefined
      : fitSpeakers(training.ids, params.speakers, store, clips.shape, task.seed);
  const validation =
    validate.ids.length > 0 && speakers === undefined
      ? clips.open(validate.ids, 'validate')
      : undefined;

  const side =
    task.functionals === undefined
      ? undefined
      : openFoldSide(task.functionals, training.ids, speakers && params.speakers);
  const feed = feedOf(task, clips, store, { tables: speakers?.tables, side: side?.training });
  const validated = validation && {
    clips: validation,
    ids: validate.ids,
    side: side?.open(validate.ids, 'validate')(),
  };
  const fitted = await train(task, clips, feed, validated);
  const { weights, history } = fitted;
  line(`${history.length} epochs, training loss ${history.at(-1)?.trainLoss.toFixed(3) ?? ''}`);

  const posteriors: Posterior[] = [];
  const add = async (role: 'validate' | 'test', draw: number, kept: Kept): Promise<void> => {
    const found = await predict(task, clips, weights, kept);
    for (const id of kept.ids) posteriors.push({ id, role, draw, posterior: found.get(id) ?? [] });
  };
  if (validated !== undefined) await add('validate', 1, validated);
  const tested = clips.open(test, 'test');
  const sides = side?.open(test, 'test');
  if (speakers === undefined || params.enrolment === null) {
    await add('test', 1, { clips: tested, ids: test, side: sides?.() });
    return { ...fitted, ...kept(1) };
  }
  // Statistics of unlabelled clips are another use of them than to score them, and recorded as such.
  const open = (ids: readonly string[]): ClipStore => clips.open(ids, 'apply');
  const given = { ids: test, speakers: params.speakers, open };
  const rows = clips.shape.channels * clips.shape.bands;
  const draws = drawEnrolments(params.enrolment, given, speakers, rows);
  for (const draw of draws) {
    const { scored, table } = draw;
    await add('test', draw.draw, { clips: tested, ids: scored, side: sides?.(draw), table });
  }
  return { ...fitted, ...kept(draws.length) };

  function kept(count: number): Omit<TrainedFold, keyof Fitted> {
    const { normaliser, floor } = clips;
    const { standardiser, within } = side ?? {};
    return { normaliser, floor, standardiser, within, draws: count, posteriors };
  }
}

/** Clips that were kept from training, ready to be predicted. */
interface Kept {
  readonly clips: ClipStore;
  readonly ids: readonly string[];
  readonly side: SideRow | undefined;
  readonly table?: EnrolmentDraw['table'];
}

/** Random crops of the training clips, by the policy that came with the features. */
function feedOf(
  { params, features, fit: training, seed }: FoldTask,
  { shape }: FoldClips,
  clips: ClipStore,
  given: {
    readonly tables: ReadonlyMap<string, readonly RowTable[]> | undefined;
    readonly side: SideRow | undefined;
  },
): TrainingFeed {
  const { crop_frames: cropFrames, batch_size: batchSize } = params;
  const classes = params.labels.length;
  const weightOf = classWeights(training.classes, classes, params.class_weights);
  return createTrainingFeed({
    ...{ ...shape, classes, seed, clips, cropFrames, batchSize },
    policy: toPolicy(features.policy),
    axis: bandAxisOf(features.definition),
    examples: training.ids.map((id, i) => {
      const own = training.classes[i] ?? 0;
      const ofSpeaker = given.tables?.get(params.speakers[id] ?? '');
      return {
        ...{ id, class: own, weight: weightOf[own] ?? 1 },
        ...(ofSpeaker !== undefined && { tables: ofSpeaker }),
        ...(given.side !== undefined && { side: given.side(id) }),
      };
    }),
  });
}

function engineOf({ engine, device, threads, backend_folder }: NetworkParams): Promise<Engine> {
  return openEngine({ engine, device, threads, folder: backend_folder });
}

async function train(
  task: FoldTask,
  clips: FoldClips,
  feed: TrainingFeed,
  validation: Kept | undefined,
): Promise<Fitted> {
  const { params, plan, seed, validate } = task;
  const classes = params.labels.length;
  const engine = await engineOf(params);
  const session = await engine.openTraining(
    plan,
    stepOptions(params),
    task.from?.state ??
      initialState(plan, initialise(plan, createRandom(hashSeed(seed, 'weights')))),
  );
  try {
    return await fitNetwork(
      {
        ...{ classes, epochs: params.epochs, stepsPerEpoch: feed.stepsPerEpoch, seed },
        stopAfter: params.stop_after,
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
          validate: async (weights) =>
            score(await predict(task, clips, weights, validation), validate, classes),
        }),
      },
      task.from,
    );
  } finally {
    await session.close();
  }
}

/** Prediction pads to few lengths, and keeps what a batch takes in memory in bounds. */
const predicting = { batchSize: 16, batchFrames: 8192, multiple: 64 };

/** Posteriors by id: of whole clips, or the mean over their windows. */
async function predict(
  { params, plan }: FoldTask,
  { shape }: FoldClips,
  weights: Weights,
  { clips, ids, side, table }: Kept,
): Promise<ReadonlyMap<string, readonly number[]>> {
  const classes = params.labels.length;
  const engine = await engineOf(params);
  const predictor = await engine.openPredictor(plan, weights);
  const sums = new Map<string, { readonly sum: readonly number[]; readonly count: number }>();
  const options = { ...shape, ...predicting, clips, minimumFrames: plan.minimumFrames };
  const windows = params.windows && windowsOf(params.crop_frames, params.windows.overlap);
  try {
    for (const batch of wholeClips(ids, {
      ...{ ...options, ...(table && { table }), ...(side && { side }) },
      ...(windows && { windows }),
    })) {
      const rows = await predictor.predict(batch, batch);
      for (const [n, id] of batch.ids.entries()) {
        const own = rows.subarray(n * classes, (n + 1) * classes);
        const known = sums.get(id);
        sums.set(id, {
          sum: Array.from(own, (p, k) => p + (known?.sum[k] ?? 0)),
          count: (known?.count ?? 0) + 1,
        });
      }
    }
  } finally {
    await predictor.close();
  }
  return new Map([...sums].map(([id, { sum, count }]) => [id, sum.map((p) => p / count)]));
}

/** Mean cross-entropy and UAR on the validation clips. */
function score(
  found: ReadonlyMap<string, readonly number[]>,
  { ids, classes: truths }: Side,
  classes: number,
): { readonly loss: number; readonly uar: number } {
  const recall = createRecallCounter(classes);
  let loss = 0;
  for (const [i, id] of ids.entries()) {
    const posterior = found.get(id) ?? [];
    const truth = truths[i] ?? 0;
    recall.add(posterior, truth);
    loss -= Math.log(Math.max(posterior[truth] ?? 0, Number.MIN_VALUE));
  }
  return { loss: loss / ids.length, uar: recall.uar() };
}
