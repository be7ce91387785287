import type { GradSaveFunc, Tensor, Tensor1D, Tensor4D } from '@tensorflow/tfjs-core';
import { nativeBackend, released, type TensorFlow } from './tensorflow.ts';

// Gradients that TensorFlow.js composes from many passes over a tensor. On its native backends they
// are kernels of TensorFlow instead, which makes a training step twice as fast; elsewhere they are left
// to TensorFlow.js.

/** max(x, 0). */
export function relu(tf: TensorFlow, x: Tensor): Tensor {
  const native = nativeBackend(tf);
  if (!native) return tf.relu(x);
  const { binding } = native;
  const type = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
  return tf.customGrad((given, save) => {
    const value = tf.relu(given as Tensor);
    (save as GradSaveFunc)([value]);
    const gradFunc = (dy: Tensor, [y]: Tensor[]): Tensor =>
      native.executeMultipleOutputs('ReluGrad', [type], [dy, y!], 1)[0]!;
    return { value, gradFunc };
  })(x);
}

export interface Normalised {
  readonly output: Tensor4D;
  readonly mean: Tensor;
  /** Unbiased: n − 1 in the denominator, or 1 where n is 1. */
  readonly variance: Tensor;
}

/**
 * γ (x − μ) / √(σ² + ε) + β with mean μ and biased variance σ² of each channel (the last axis) over
 * all other axes. Mean and variance carry no gradient of their own.
 */
export function batchNorm(
  tf: TensorFlow,
  x: Tensor4D,
  {
    scale,
    shift,
    epsilon,
  }: { readonly scale: Tensor1D; readonly shift: Tensor1D; readonly epsilon: number },
): Normalised {
  const native = nativeBackend(tf);
  if (!native) {
    const { mean, variance } = tf.moments(x, [0, 1, 2]);
    const slope = tf.mul(scale, tf.rsqrt(tf.add(variance, epsilon)));
    const output = tf.add(tf.mul(tf.sub(x, mean), slope), shift) as Tensor4D;
    const count = x.size / scale.size;
    return { output, mean, variance: tf.mul(variance, count / Math.max(1, count - 1)) };
  }
  const { binding } = native;
  const attributes = [
    { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'U', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
    { name: 'epsilon', type: binding.TF_ATTR_FLOAT, value: epsilon },
    { name: 'data_format', type: binding.TF_ATTR_STRING, value: 'NHWC' },
    { name: 'is_training', type: binding.TF_ATTR_BOOL, value: true },
  ];
  let statistics: readonly [Tensor, Tensor] | undefined;
  const output = tf.customGrad((...given) => {
    const [image, gamma, beta, save] = given as [Tensor, Tensor, Tensor, GradSaveFunc];
    // In training the kernel reads no statistics.
    const inputs = [image, gamma, beta, tf.zeros([0]), tf.zeros([0])];
    const made = native.executeMultipleOutputs('FusedBatchNormV3', attributes, inputs, 6);
    const [value, mean, variance, ...reserved] = made as [Tensor, Tensor, Tensor, ...Tensor[]];
    statistics = [tf.keep(mean), tf.keep(variance)];
    save([image, gamma, ...reserved]);
    const gradFunc = (dy: Tensor, saved: Tensor[]): Tensor[] =>
      native
        .executeMultipleOutputs('FusedBatchNormGradV3', attributes, [dy, ...saved], 5)
        .slice(0, 3);
    return { value, gradFunc };
  })(x, scale, shift) as Tensor4D;
  const [mean, variance] = statistics!;
  return { output, mean: released(tf, mean), variance: released(tf, variance) };
}
