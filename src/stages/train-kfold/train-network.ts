import { readFileSync, writeFileSync } from 'node:fs';
import { type Static, Type } from 'typebox';
import type { Features } from '../../artifacts/features.ts';
import { columnsOf } from '../../artifacts/features-definition.ts';
import { writeFold } from '../../artifacts/fold.ts';
import type { InputArtifact, Role } from '../../engine/artifact.ts';
import { defineStage, type Figures, TaskError } from '../../engine/stage.ts';
import { blockSchema } from '../../model/language/block.ts';
import { planModel } from '../../model/language/plan-model.ts';
import { encodeSafetensors, type Tensor } from '../../model/safetensors.ts';
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
} from '../../model/train/checkpoint.ts';
import { Diverged, type Watched } from '../../model/train/fit.ts';
import { formatHistory } from '../../model/train/history.ts';
import { processorClass } from '../../util/processor.ts';
import { checkpointFile } from './checkpoint-file.ts';
import { type TrainedFold, trainFold } from './network-fold.ts';
import { openFoldFeatures } from './open-fold-features.ts';
import { slow } from './resolve-backend.ts';
import { labelled, roleParams } from './roles.ts';
import { trainingParams } from './training-params.ts';

const params = Type.Object(
  {
    ...roleParams,
    speakers: Type.Record(Type.String(), Type.String(), {
      default: {},
      description: 'Speaker by id of every clip; with enrolment only.',
    }),
    architecture: Type.Array(blockSchema, { description: 'The blocks of the network.' }),
    class_weights: Type.Enum(['balanced', 'none'], {
      default: 'balanced',
      description: 'Weight of a class in the loss: n / (K n_k), or 1.',
    }),
    ...trainingParams,
    stop_after: Type.Union([Type.Null(), Type.Integer({ minimum: 1 })], {
      default: null,
      description: 'Stop after so many epochs, and keep all that the rest depends on.',
    }),
    backend: Type.String({
      default: '',
      description: 'With engine tfjs: what it computes with, and in which version.',
    }),
    backend_folder: Type.String({
      default: '',
      'x-affekt': 'unhashed',
      description: 'Where that is installed; empty for plain JavaScript.',
    }),
  },
  { additionalProperties: false },
);

export type NetworkParams = Static<typeof params>;

/**
 * One fold of a network: statistics of the training clips, training on random crops of them, and the
 * posteriors of whole clips. The scored clips are opened once, after the training.
 */
export const trainNetwork = defineStage({
  kind: 'train-network',
  version: 3,
  summary: 'Trains a network for one fold and seed.',
  params,
  inputs: {
    features: { type: 'features', summary: 'Features of the clips of this fold' },
    functionals: {
      type: 'features',
      summary: 'Numbers per clip that join the pooled vector',
      optional: true,
    },
    from: { type: 'fold', summary: 'The same training, stopped earlier', optional: true },
  },
  outputs: { fold: { type: 'fold', summary: 'Weights, history and posteriors' } },
  tier: 'own',
  internal: true,
  random: true,
  dependencies: ['onnxruntime-node'],
  // What tfjs computes with is the param backend, as resolved.
  dependenciesOf: ({ engine }) => (engine === 'onnx' ? ['onnxruntime-node'] : []),
  slots: (given) => given.threads,
  async run(context) {
    const { params: given, seed, signal } = context;
    const { labels, test } = given;
    const fit = labelled(given.fit, labels);
    const validate = labelled(given.validate, labels);
    const ids = [...fit.ids, ...validate.ids, ...test];
    const features = openFoldFeatures(context.input('features'), ids);
    requireFrames(features, ids);
    const functionals = context.has('functionals')
      ? openFunctionals(context.input('functionals'), ids)
      : undefined;
    const sizes = {
      ...{ channels: features.channels, bands: features.bands, classes: labels.length },
      side: functionals === undefined ? 0 : columnsOf(functionals.definition),
    };
    const plan = planModel(given.architecture, sizes);
    if (!plan.ok) throw new Error(`the architecture was checked, yet ${plan.error[0]?.message}`);

    const load = (role: Role) => (wanted: readonly string[]) => finite(features.load(role, wanted));
    const checkpoint = checkpointFile(context.checkpoint(), plan.value, await machineOf(given));
    const speed = createSpeed();
    if (given.backend !== '') context.log(`engine tfjs: ${given.backend}`);
    if (given.engine === 'tfjs' && given.backend_folder === '') context.log(`warning: ${slow}`);
    const stopped = context.has('from') ? readStopped(context.input('from'), fit.ids) : undefined;
    let reached = checkpoint.read() ?? stopped;
    if (reached !== undefined) context.log(`goes on after epoch ${reached.history.length}`);
    try {
      const fold = await trainFold({
        ...{ params: given, seed, plan: plan.value, features, fit, validate, test, load },
        ...(reached === undefined ? {} : { from: reached }),
        ...(functionals === undefined ? {} : { functionals }),
        keep(kept) {
          reached = kept;
          checkpoint.write(kept);
          signal.throwIfAborted();
        },
        watch(seen) {
          signal.throwIfAborted();
          context.progress(seen.epochs, given.stop_after ?? given.epochs, {
            ...figuresOf(seen),
            ...speed(seen.clips),
          });
        },
        line: (text) => context.log(text),
      });
      const output = context.output('fold');
      writeFold(output, { labels, draws: fold.draws, posteriors: fold.posteriors });
      writeFileSync(output.path('history.csv'), formatHistory(fold.history));
      writeFileSync(output.path('weights.safetensors'), encodeSafetensors(tensorsOf(fold)));
      // Not at the top: kinds are loaded at every start, and it loads the runtime.
      const { modelFile } = await import('./model-file.ts');
      const file = modelFile({ params: given, plan: plan.value, fold, features, functionals });
      writeFileSync(output.path('model.onnx'), file);
      if (given.stop_after !== null && reached !== undefined)
        writeFileSync(output.path(stoppedFile), encodeCheckpoint(reached));
    } catch (error) {
      if (error instanceof Error && error.name === 'NoDevice') {
        const instead = given.device === 'cpu' ? '' : 'Use device: cpu; ';
        throw new TaskError(error.message, {
          hint: `${instead}affekt doctor tells which engines and devices there are.`,
          machine: true,
        });
      }
      if (!(error instanceof Diverged)) throw error;
      throw new TaskError(error.message, {
        hint: 'Lower learning_rate, or set gradient_clip. Features that are not finite would have been refused.',
      });
    }
  },
});

/** Beside the weights of a training that stopped, for the task that goes on. */
const stoppedFile = 'checkpoint';

function readStopped(fold: InputArtifact, fit: readonly string[]): Checkpoint {
  // Its weights have learned them.
  fold.consume('fit', fit);
  return decodeCheckpoint(readFileSync(fold.path(stoppedFile)));
}

/** What the last bits of a training hang on beside its params: two halves of two machines are neither's. */
async function machineOf({ engine, device }: NetworkParams): Promise<string> {
  if (engine !== 'onnx' || device !== 'cpu') return processorClass();
  const { probeBlock } = await import('../../model/onnx/probe-block.ts');
  return `${processorClass()}; blocks of ${await probeBlock()} channels`;
}

/** One row per clip; anything else is no side input. */
function openFunctionals(input: InputArtifact, ids: readonly string[]): Features {
  const opened = openFoldFeatures(input, ids);
  const long = ids.find((id) => opened.frames(id) !== 1);
  if (long === undefined) return opened;
  throw new TaskError(`the functionals of "${long}" have ${opened.frames(long)} rows, not one`, {
    hint: 'Wire functionals to a stage that gives one row per clip: uses: functionals.',
  });
}

function figuresOf({ trainLoss, trainUar, validationUar }: Watched): Figures {
  return {
    loss: trainLoss,
    uar: trainUar,
    ...(validationUar !== null && { 'validation uar': validationUar }),
  };
}

/** Training clips per second since the last call, for whoever watches. */
function createSpeed(): (clips: number) => Figures {
  let last = performance.now();
  return (clips) => {
    const before = last;
    last = performance.now();
    return clips === 0 ? {} : { 'clips/s': (clips * 1000) / (last - before) };
  };
}

function requireFrames(features: Features, ids: readonly string[]): void {
  const empty = ids.find((id) => features.frames(id) < 1);
  if (empty === undefined) return;
  throw new TaskError(`the features of "${empty}" have no frames`, {
    hint: 'Look at that clip: it may be empty. Drop it with labels, or from the table.',
  });
}

function finite(clips: ReturnType<Features['load']>): ReturnType<Features['load']> {
  for (const [id, { data }] of clips) {
    if (data.every(Number.isFinite)) continue;
    throw new TaskError(`the features of "${id}" hold values that are not finite`, {
      hint: 'Look at that clip: it may be damaged. Drop it with labels, or from the table.',
    });
  }
  return clips;
}

/** Everything that a prediction needs, by name. */
function tensorsOf({
  weights,
  normaliser,
  standardiser,
}: TrainedFold): Readonly<Record<string, Tensor>> {
  const pair = (name: string, mean: Float64Array, scale: Float64Array) => ({
    [`${name}.mean`]: { shape: [mean.length], data: mean },
    [`${name}.scale`]: { shape: [scale.length], data: scale },
  });
  return {
    ...weights.parameters,
    ...weights.buffers,
    ...(normaliser && pair('normaliser', normaliser.mean, normaliser.deviation)),
    ...(standardiser && pair('functionals', standardiser.mean, standardiser.scale)),
  };
}
