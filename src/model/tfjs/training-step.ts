import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { createRandom } from '../../util/random.ts';
import type { Batch, StepOptions, TrainingOptions } from '../engine.ts';
import { sizeOf } from '../graph/shape.ts';
import type { ModelPlan } from '../language/model-plan.ts';
import { ratesAt } from '../onnx/optimiser.ts';
import type { StateName } from '../onnx/training-graph.ts';
import { inputOf } from './input.ts';
import { crossEntropy } from './loss.ts';
import { lowerPlan } from './lower-plan.ts';
import { clipGradient, update } from './optimiser.ts';
import { joinVector, splitVector } from './split-vector.ts';
import { released, type TensorFlow } from './tensorflow.ts';

/** A training's state as vectors; a model without buffers has none of them. */
export type Vectors = Readonly<Record<StateName, Tensor>>;

export interface StepInputs {
  readonly batch: Batch;
  readonly options: StepOptions;
  /** Of this step, from 1. */
  readonly number: number;
  readonly vectors: Vectors;
  /** 1 where weight decay applies, else 0. */
  readonly decayed: Tensor;
}

export interface Stepped {
  readonly loss: Scalar;
  readonly norm: Tensor;
  readonly logits: Tensor2D;
  readonly vectors: Vectors;
}

/** One step: forward, loss, backward, clipping, optimiser, running statistics, averages. */
export function trainingStep(
  tf: TensorFlow,
  plan: ModelPlan,
  training: TrainingOptions,
  { batch, options, number, vectors, decayed }: StepInputs,
): Stepped {
  const { loss, logits, gradient, buffers } = differentiate(tf, plan, training, {
    ...{ batch, vectors, dropoutSeed: options.dropoutSeed },
  });
  const { norm, clipped } = clipGradient(tf, gradient, training.gradientClip);
  const updated = update(
    tf,
    { ...vectors, decayed, gradient: clipped },
    ratesAt(number, options.learningRate, training),
    training.optimiser,
  );
  const average = (old: Tensor, value: Tensor): Tensor =>
    tf.add(old, tf.mul(tf.sub(value, old), options.averageWeight));
  return {
    ...{ loss, norm, logits },
    vectors: {
      ...updated,
      averageParameters: average(vectors.averageParameters, updated.parameters),
      buffers,
      averageBuffers: average(vectors.averageBuffers, buffers),
    },
  };
}

/** Loss, its gradient in all parameters, and what else the way forward gives. */
function differentiate(
  tf: TensorFlow,
  plan: ModelPlan,
  training: TrainingOptions,
  {
    batch,
    vectors,
    dropoutSeed,
  }: {
    readonly batch: Batch;
    readonly vectors: Pick<Vectors, 'parameters' | 'buffers'>;
    readonly dropoutSeed: number;
  },
): {
  readonly loss: Scalar;
  readonly logits: Tensor2D;
  readonly gradient: Tensor;
  readonly buffers: Tensor;
} {
  const size = { count: training.batchSize, frames: training.frames };
  const inputs = inputOf(tf, plan.input, batch, size);
  const target = tf.tensor2d(batch.target, [size.count, plan.input.classes]);
  const weight = tf.tensor1d(batch.weight);
  const buffer = finder(plan.buffers, splitVector(tf, vectors.buffers, plan.buffers));
  const noise = noiseOf(tf, dropoutSeed);
  let seen: { readonly logits: Tensor2D; readonly buffers: Tensor } | undefined;
  const forward = (...weights: Tensor[]): Scalar => {
    const parameter = finder(plan.parameters, weights);
    const model = { ...inputs, parameter, buffer, noise, training: true };
    const { logits, bufferUpdates } = lowerPlan(tf, plan, model);
    const moved = plan.buffers.map(({ name }) => bufferUpdates.get(name) ?? buffer(name));
    seen = { logits: tf.keep(logits), buffers: tf.keep(joinVector(tf, moved)) };
    return crossEntropy(tf, { logits, target, weight }, training);
  };
  const weights = splitVector(tf, vectors.parameters, plan.parameters);
  const { value, grads } = tf.valueAndGrads(forward)(weights);
  return {
    loss: value as Scalar,
    logits: released(tf, seen!.logits),
    buffers: released(tf, seen!.buffers),
    gradient: joinVector(tf, grads),
  };
}

function finder(
  specs: readonly { readonly name: string }[],
  tensors: readonly Tensor[],
): (name: string) => Tensor {
  const named = new Map(specs.map(({ name }, i) => [name, tensors[i]!]));
  return (name) => {
    const found = named.get(name);
    if (!found) throw new Error(`the model has no tensor ${name}`);
    return found;
  };
}

/** Uniform numbers in the order in which every engine draws them. */
function noiseOf(tf: TensorFlow, seed: number): (shape: readonly number[]) => Tensor {
  const random = createRandom(seed);
  return (shape) => {
    const numbers = new Float32Array(sizeOf(shape));
    for (let i = 0; i < numbers.length; i++) numbers[i] = random.next();
    return tf.tensor(numbers, [...shape]);
  };
}
