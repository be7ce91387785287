import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type {
  ActivationLayer,
  ConvLayer,
  DenseWeights,
  DropoutLayer,
  FrequencyLayer,
  Layer,
  PoolLayer,
  SqueezeExciteLayer,
} from '../language/layer.ts';
import type { ModelPlan } from '../language/model-plan.ts';
import { convolve } from './convolve.ts';
import { countKept, coverageOf, kept } from './coverage.ts';
import { relu } from './fused.ts';
import { greatest } from './greatest.ts';
import { lowerNorm } from './lower-norm.ts';
import { lowerPoolTime } from './lower-pool-time.ts';
import { cleaned, maps, next, type Signal, vector, withValue } from './signal.ts';
import type { TensorFlow } from './tensorflow.ts';

/** What layers ask a model for. */
export interface Named {
  parameter(name: string): Tensor;
  buffer(name: string): Tensor;
  /** Statistics of the batch instead of running ones, and dropout. */
  readonly training: boolean;
}

export interface PlanInputs extends Named {
  /** [N, bands, frames, channels]. */
  readonly x: Tensor4D;
  /** N × frames: 1 where a frame belongs to the clip, 0 where it pads. */
  readonly mask: Float32Array;
  /** [N, side], if the model has a side input. */
  readonly side?: Tensor2D;
  /**
   * Numbers uniform in [0, 1), fresh at every call, in the order of channels, bands and frames in which
   * all engines draw them.
   */
  noise(shape: readonly number[]): Tensor;
}

/**
 * Computes a model by the rules of `lowerModel`: the logits of a clip do not depend on how far its
 * batch is padded. Frames beyond its end are set to 0 wherever a layer would look at them, and each
 * layer keeps just the frames that it would give for the clip alone.
 */
export function lowerPlan(
  tf: TensorFlow,
  plan: Pick<ModelPlan, 'layers'>,
  inputs: PlanInputs,
): {
  /** [N, classes]. */
  readonly logits: Tensor2D;
  /** New values of buffers, by name; empty when predicting. */
  readonly bufferUpdates: ReadonlyMap<string, Tensor>;
} {
  const { x, mask } = inputs;
  const coverage = coverageOf(mask, x.shape[0]);
  const start: Signal = { value: x, coverage, clean: coverage === undefined };
  const bufferUpdates = new Map<string, Tensor>();
  const logits = lowerAll({ tf, inputs, bufferUpdates }, plan.layers, start).value as Tensor2D;
  return { logits, bufferUpdates };
}

interface Lowering {
  readonly tf: TensorFlow;
  readonly inputs: PlanInputs;
  readonly bufferUpdates: Map<string, Tensor>;
}

function lowerAll(lowering: Lowering, layers: readonly Layer[], start: Signal): Signal {
  return layers.reduce((signal, layer) => lower(lowering, layer, signal), start);
}

function lower(lowering: Lowering, layer: Layer, signal: Signal): Signal {
  const { tf, inputs, bufferUpdates } = lowering;
  switch (layer.kind) {
    case 'conv':
      return lowerConv(lowering, layer, signal);
    case 'norm':
      return lowerNorm(tf, layer, signal, inputs, bufferUpdates);
    case 'activation':
      return withValue(signal, activate(tf, layer, signal.value));
    case 'pool':
      return lowerPool(tf, layer, signal);
    case 'dropout':
      return inputs.training ? drop(lowering, layer, signal) : signal;
    case 'squeeze_excite':
      return gate(lowering, layer, cleaned(tf, signal));
    case 'frequency':
      return withValue(signal, endFrequency(tf, layer, maps(signal)));
    case 'pool_time':
      return lowerPoolTime(tf, layer, signal, inputs.parameter);
    case 'side':
      return vector(tf.concat([signal.value, inputs.side!], 1));
    case 'dense':
      return vector(dense(lowering, layer.weights, signal.value));
    case 'residual': {
      const body = lowerAll(lowering, layer.body, signal);
      const past = lowerAll(lowering, layer.shortcut, signal);
      const value = tf.add(body.value, past.value);
      return { value, coverage: body.coverage, clean: body.clean && past.clean };
    }
    case 'parallel': {
      const branches = layer.branches.map((branch) => lowerAll(lowering, branch, signal));
      const clean = branches.every((branch) => branch.clean);
      const value = tf.concat4d(branches.map(maps), 3);
      return { value, coverage: branches[0]!.coverage, clean };
    }
  }
}

function lowerConv({ tf, inputs }: Lowering, layer: ConvLayer, signal: Signal): Signal {
  const { padding, windows, kernel, weight, bias } = layer;
  // Without zeros at the border no frame that counts sees one that does not.
  const from = padding[1] > 0 ? cleaned(tf, signal) : signal;
  const value = convolve(tf, maps(from), inputs.parameter(weight.name) as Tensor4D, layer);
  return next(signal, {
    value: bias ? tf.add(value, inputs.parameter(bias.name)) : value,
    window: windows[1],
    clean: from.clean && kernel[1] === 1 && !bias,
  });
}

function lowerPool(
  tf: TensorFlow,
  { of, size, stride, windows }: PoolLayer,
  signal: Signal,
): Signal {
  const pool = of === 'max' ? tf.maxPool : tf.avgPool;
  return next(signal, {
    value: pool(maps(signal), [...size], [...stride], 'valid'),
    window: windows[1],
    clean: signal.clean && size[1] === 1,
  });
}

function activate(tf: TensorFlow, { of }: ActivationLayer, x: Tensor): Tensor {
  switch (of) {
    case 'relu':
      return relu(tf, x);
    case 'gelu':
      return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
    case 'silu':
      return tf.mul(x, tf.sigmoid(x));
  }
}

/** Each value, or each channel, is 0 with probability `rate`; the others grow by 1 / (1 − rate). */
function drop({ tf, inputs }: Lowering, layer: DropoutLayer, signal: Signal): Signal {
  const { rate, spatial } = layer;
  if (rate === 0) return signal;
  const { value } = signal;
  const noise =
    value.rank === 2
      ? inputs.noise(value.shape)
      : tf.transpose(inputs.noise(channelsFirst(value.shape, spatial)), [0, 2, 3, 1]);
  const scale = tf.mul(tf.cast(tf.greater(noise, rate), 'float32'), 1 / (1 - rate));
  return withValue(signal, tf.mul(value, scale));
}

function channelsFirst(shape: readonly number[], spatial: boolean): readonly number[] {
  const [clips, bands, frames, channels] = shape as readonly [number, number, number, number];
  return spatial ? [clips, channels, 1, 1] : [clips, channels, bands, frames];
}

function gate(lowering: Lowering, layer: SqueezeExciteLayer, signal: Signal): Signal {
  const { tf } = lowering;
  const { coverage } = signal;
  const x = maps(signal);
  const [clips, bands, , channels] = x.shape;
  const sum = (points: Float32Array): Tensor =>
    tf.div(tf.sum(x, [1, 2]), tf.tensor2d(points, [clips, 1]));
  const means = coverage
    ? sum(countKept(coverage, kept(coverage)).map((frames) => frames * bands))
    : tf.mean(x, [1, 2]);
  const hidden = relu(tf, dense(lowering, layer.reduce, means));
  const open = tf.sigmoid(dense(lowering, layer.expand, hidden));
  return withValue(signal, tf.mul(x, tf.reshape(open, [clips, 1, 1, channels])));
}

function endFrequency(tf: TensorFlow, { by }: FrequencyLayer, x: Tensor4D): Tensor {
  const [clips, bands, frames, channels] = x.shape;
  if (by === 'mean') return tf.mean(x, 1, true);
  if (by === 'max') return greatest(tf, x, 1);
  // A channel's bands stay together.
  return tf.reshape(tf.transpose(x, [0, 2, 3, 1]), [clips, 1, frames, channels * bands]);
}

function dense({ tf, inputs }: Lowering, { weight, bias }: DenseWeights, x: Tensor): Tensor {
  const product = tf.matMul(x as Tensor2D, inputs.parameter(weight.name) as Tensor2D, false, true);
  return bias ? tf.add(product, inputs.parameter(bias.name)) : product;
}
