import { hashSeed } from '../../util/random.ts';
import type { Batch, Tensors, TrainingSession } from '../engine.ts';
import type { Checkpoint, Weights } from './checkpoint.ts';
import type { Epoch } from './history.ts';
import { createRecallCounter } from './recall.ts';
import { learningRate, type Schedule } from './schedule.ts';

/** How the weights that predict come about from those of single steps. */
export type Averaging =
  | { readonly kind: 'none' }
  /**
   * θ̄ ← d θ̄ + (1 − d) θ after every step, from 0 and divided by 1 − dᵗ, as Adam corrects its moments:
   * weights after t steps, not the initial ones, whatever t is.
   */
  | { readonly kind: 'ema'; readonly decay: number }
  /** The mean over the epochs from `start` on, a part of all epochs (Izmailov et al. 2018). */
  | { readonly kind: 'swa'; readonly start: number };

export interface FitOptions {
  readonly classes: number;
  /** Of the schedule. */
  readonly epochs: number;
  /** Where this part of the training ends; null: with the schedule. */
  readonly stopAfter: number | null;
  readonly stepsPerEpoch: number;
  /** Peak learning rate. */
  readonly learningRate: number;
  readonly schedule: Schedule;
  readonly averaging: Averaging;
  /** Epochs without a better validation UAR after which a training ends; null: never. */
  readonly patience: number | null;
  readonly seed: number;
}

export interface FitParts {
  readonly session: TrainingSession;
  /** The batches of one epoch, the same whenever they are asked for. */
  readonly batches: (epoch: number) => AsyncIterable<Batch>;
  /** Scores weights on clips that are kept from training; absent where there are none. */
  readonly validate?: (
    weights: Weights,
  ) => Promise<{ readonly loss: number; readonly uar: number }>;
  /** After every epoch. What it throws ends the training. */
  readonly keep: (checkpoint: Checkpoint) => void;
  /** After every epoch and, with `clips` since the last call, some steps in between. */
  readonly watch: (seen: Watched) => void;
}

export interface Watched {
  /** Epochs, with the part of the current one: whole where one has ended. */
  readonly epochs: number;
  readonly trainLoss: number;
  readonly trainUar: number;
  readonly validationUar: number | null;
  readonly clips: number;
}

export interface Fitted {
  readonly weights: Weights;
  readonly history: readonly Epoch[];
}

/** A training that cannot go on: its loss or its weights left the numbers. */
export class Diverged extends Error {
  override readonly name = 'Diverged';
}

/**
 * Trains until the last epoch, or `stopAfter`, or until validation no longer gains. Goes on from `from`, whose state
 * the session must have; all that is random hangs on the seed, the epoch and the step alone, so a
 * training that was interrupted between epochs ends in the same bits.
 */
export async function fitNetwork(
  options: FitOptions,
  parts: FitParts,
  from?: Checkpoint,
): Promise<Fitted> {
  const { session, validate } = parts;
  const history: Epoch[] = [...(from?.history ?? [])];
  let best = from?.best ?? null;
  const last = Math.min(options.stopAfter ?? options.epochs, options.epochs);
  while (history.length < last && !isOver(history, options.patience)) {
    const seen = await trainEpoch(options, parts, history);
    const state = session.state();
    const weights = { parameters: state.averageParameters, buffers: state.averageBuffers };
    // The loss is that before a step: of the last one it does not say what came of it.
    if (!areFinite(weights.parameters) || !areFinite(weights.buffers)) {
      throw new Diverged(`the weights became infinite or NaN in epoch ${seen.epoch}`);
    }
    const scores = await validate?.(weights);
    history.push({
      ...seen,
      validationLoss: scores?.loss ?? null,
      validationUar: scores?.uar ?? null,
    });
    if (options.patience !== null && bestEpoch(history) === history.length) best = weights;
    parts.keep({ state, history, best });
    parts.watch({
      epochs: history.length,
      trainLoss: seen.trainLoss,
      trainUar: seen.trainUar,
      validationUar: scores?.uar ?? null,
      clips: 0,
    });
  }
  if (best !== null) return { weights: best, history };
  const { averageParameters, averageBuffers } = session.state();
  return { weights: { parameters: averageParameters, buffers: averageBuffers }, history };
}

/** Steps between two words to whoever watches. */
const watchSteps = 10;

async function trainEpoch(
  options: FitOptions,
  { session, batches, watch }: FitParts,
  history: readonly Epoch[],
): Promise<Omit<Epoch, 'validationLoss' | 'validationUar'>> {
  const { classes, epochs, stepsPerEpoch, schedule, seed } = options;
  const epoch = history.length + 1;
  const first = history.length * stepsPerEpoch;
  const recall = createRecallCounter(classes);
  let losses = 0;
  let done = 0;
  let clips = 0;
  let rate = 0;
  for await (const batch of batches(epoch)) {
    const step = first + done;
    rate = learningRate(schedule, options.learningRate, step, epochs * stepsPerEpoch, history);
    const { loss, logits } = await session.step(batch, {
      learningRate: rate,
      averageWeight: averageWeight(options, step),
      dropoutSeed: hashSeed(seed, 'dropout', step),
    });
    if (!Number.isFinite(loss)) {
      throw new Diverged(`the loss became ${loss} in epoch ${epoch}, step ${done + 1}`);
    }
    losses += loss;
    const size = batch.weight.length;
    for (let i = 0; i < size; i++) {
      const row = i * classes;
      recall.add(logits.subarray(row, row + classes), largest(batch.target, row, classes));
    }
    done++;
    clips += size;
    if (done % watchSteps === 0) {
      const trainLoss = losses / done;
      const validationUar = history.at(-1)?.validationUar ?? null;
      watch({
        // An epoch ends when its weights are scored and kept, not with its last step.
        ...{ epochs: history.length + done / (stepsPerEpoch + 1) },
        ...{ trainLoss, trainUar: recall.uar() },
        ...{ validationUar, clips },
      });
      clips = 0;
    }
  }
  return {
    epoch,
    step: first + done,
    learningRate: rate,
    trainLoss: losses / done,
    trainUar: recall.uar(),
  };
}

/** The weight of `step` (from 0) in the running average. */
function averageWeight({ averaging, epochs, stepsPerEpoch }: FitOptions, step: number): number {
  switch (averaging.kind) {
    case 'none':
      return 1;
    case 'ema':
      // Without the correction a short training would predict by the weights it began with.
      return (1 - averaging.decay) / (1 - averaging.decay ** (step + 1));
    case 'swa': {
      const start = Math.min(epochs - 1, Math.floor(averaging.start * epochs));
      const epoch = Math.floor(step / stepsPerEpoch);
      const isLast = (step + 1) % stepsPerEpoch === 0;
      // Before the start the average follows the weights, so that it predicts from the first epoch on.
      if (epoch < start) return isLast ? 1 : 0;
      return isLast ? 1 / (epoch - start + 1) : 0;
    }
  }
}

/** The epoch with the greatest validation UAR, the first of equal ones; 0 without any. */
function bestEpoch(history: readonly Epoch[]): number {
  let best = 0;
  let most = Number.NEGATIVE_INFINITY;
  for (const { epoch, validationUar } of history) {
    if (validationUar === null || validationUar <= most) continue;
    most = validationUar;
    best = epoch;
  }
  return best;
}

function isOver(history: readonly Epoch[], patience: number | null): boolean {
  return patience !== null && history.length > 0 && history.length - bestEpoch(history) >= patience;
}

function areFinite(tensors: Tensors): boolean {
  return Object.values(tensors).every(({ data }) => data.every(Number.isFinite));
}

function largest(values: ArrayLike<number>, from: number, count: number): number {
  let top = 0;
  for (let k = 1; k < count; k++) if (values[from + k]! > values[from + top]!) top = k;
  return top;
}
