import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { TrainingOptions } from '../engine.ts';
import type { TensorFlow } from './tensorflow.ts';

/**
 * L = Σᵢ wᵢ ℓᵢ / Σᵢ wᵢ with ℓ = −Σ_k t_k (1 − p_k)^γ ln p_k, p = softmax(logits) and
 * t = (1 − s) target + s / K: cross-entropy with soft targets, label smoothing s (Szegedy 2016) and
 * the focal factor (Lin 2017), γ = 0 for none.
 */
export function crossEntropy(
  tf: TensorFlow,
  {
    logits,
    target,
    weight,
  }: { readonly logits: Tensor2D; readonly target: Tensor2D; readonly weight: Tensor1D },
  { labelSmoothing, focalGamma }: Pick<TrainingOptions, 'labelSmoothing' | 'focalGamma'>,
): Scalar {
  const classes = logits.shape[1];
  const smooth =
    labelSmoothing === 0
      ? target
      : tf.add(tf.mul(target, 1 - labelSmoothing), labelSmoothing / classes);
  const logP = tf.logSoftmax(logits);
  // 1 − p loses its last digits near p = 1, where the factor is next to nothing anyway.
  const focal = (): Tensor => tf.pow(tf.maximum(tf.sub(1, tf.exp(logP)), 1e-7), focalGamma);
  const terms = focalGamma === 0 ? tf.mul(smooth, logP) : tf.mul(tf.mul(smooth, focal()), logP);
  const losses = tf.neg(tf.sum(terms, 1));
  return tf.div(tf.sum(tf.mul(losses, weight)), tf.sum(weight));
}
