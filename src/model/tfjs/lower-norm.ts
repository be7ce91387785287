import type { Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import type { NormLayer } from '../language/layer.ts';
import { countKept, kept } from './coverage.ts';
import { batchNorm } from './fused.ts';
import type { Named } from './lower-plan.ts';
import { cleaned, keptTensor, maps, type Signal, withValue } from './signal.ts';
import type { TensorFlow } from './tensorflow.ts';

/** ε of every norm, and how far a running statistic moves to that of a batch: PyTorch's defaults. */
const epsilon = 1e-5;
const momentum = 0.1;

/**
 * γ (x − μ) / √(σ² + ε) + β, γ and β per channel, σ² biased.
 *
 * batch: over batch, bands and frames, padding included, as `torch.nn.BatchNorm2d` does; running
 * statistics when predicting. instance: over bands and those frames of a clip that count. layer: over
 * the channels of every point.
 */
export function lowerNorm(
  tf: TensorFlow,
  layer: NormLayer,
  signal: Signal,
  model: Named,
  updates: Map<string, Tensor>,
): Signal {
  const scale = model.parameter(layer.weight.name) as Tensor1D;
  const shift = model.parameter(layer.bias.name) as Tensor1D;
  const affine = (x: Tensor): Tensor => tf.add(tf.mul(x, scale), shift);
  if (layer.over === 'instance') {
    const { value, clean } = standardised(tf, signal);
    return { value: affine(value), coverage: signal.coverage, clean };
  }
  const value =
    layer.over === 'layer'
      ? affine(overChannels(tf, signal.value))
      : batch(tf, layer, signal.value, { scale, shift, model, updates });
  return { value, coverage: signal.coverage, clean: !signal.coverage };
}

function batch(
  tf: TensorFlow,
  { running }: NormLayer,
  x: Tensor,
  {
    scale,
    shift,
    model,
    updates,
  }: {
    readonly scale: Tensor1D;
    readonly shift: Tensor1D;
    readonly model: Named;
    readonly updates: Map<string, Tensor>;
  },
): Tensor {
  const { mean: meanName, variance: varianceName } = running!;
  const [oldMean, oldVariance] = [model.buffer(meanName), model.buffer(varianceName)];
  if (!model.training) {
    return tf.batchNorm(x, oldMean as Tensor1D, oldVariance as Tensor1D, shift, scale, epsilon);
  }
  const [clips, channels] = [x.shape[0]!, scale.size];
  const planes = x.rank === 2 ? tf.reshape(x, [clips, 1, 1, channels]) : x;
  const found = batchNorm(tf, planes as Tensor4D, { scale, shift, epsilon });
  const moved = (old: Tensor, to: Tensor): Tensor =>
    tf.add(tf.mul(old, 1 - momentum), tf.mul(to, momentum));
  updates.set(meanName, moved(oldMean, found.mean));
  updates.set(varianceName, moved(oldVariance, found.variance));
  return tf.reshape(found.output, x.shape);
}

/** Of instance norm, before γ and β. */
function standardised(tf: TensorFlow, signal: Signal): Signal {
  const { coverage } = signal;
  if (!coverage) {
    const x = maps(signal);
    const d = tf.sub(x, tf.mean(x, [1, 2], true));
    const variance = tf.mean(tf.square(d), [1, 2], true);
    return withValue(signal, tf.mul(d, tf.rsqrt(tf.add(variance, epsilon))));
  }
  const counts = keptTensor(tf, coverage);
  const x = maps(cleaned(tf, signal));
  const bands = x.shape[1];
  const points = tf.tensor4d(
    countKept(coverage, kept(coverage)).map((frames) => frames * bands),
    [coverage.clips, 1, 1, 1],
  );
  const mean = tf.div(tf.sum(x, [1, 2], true), points);
  const d = tf.mul(tf.sub(x, mean), counts);
  const variance = tf.div(tf.sum(tf.square(d), [1, 2], true), points);
  return { value: tf.mul(d, tf.rsqrt(tf.add(variance, epsilon))), coverage, clean: false };
}

/** Of layer norm, before γ and β. */
function overChannels(tf: TensorFlow, x: Tensor): Tensor {
  const d = tf.sub(x, tf.mean(x, -1, true));
  return tf.mul(d, tf.rsqrt(tf.add(tf.mean(tf.square(d), -1, true), epsilon)));
}
