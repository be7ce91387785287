import type { Tensor } from '@tensorflow/tfjs-core';
import type { AdamW, Sgd, TrainingOptions } from '../engine.ts';
import type { ratesAt } from '../onnx/optimiser.ts';
import type { TensorFlow } from './tensorflow.ts';

/** All parameters as one vector, and what belongs to them. */
interface Vectors {
  /** θ. */
  readonly parameters: Tensor;
  readonly gradient: Tensor;
  readonly firstMoment: Tensor;
  readonly secondMoment: Tensor;
  /** 1 where weight decay applies, else 0. */
  readonly decayed: Tensor;
}

type Updated = Pick<Vectors, 'parameters' | 'firstMoment' | 'secondMoment'>;

type Rates = ReturnType<typeof ratesAt>;

/** One step of `AdamW` or `Sgd`, as their comments define it, in the order of `onnx/optimiser.ts`. */
export function update(
  tf: TensorFlow,
  vectors: Vectors,
  rates: Rates,
  optimiser: TrainingOptions['optimiser'],
): Updated {
  return optimiser.kind === 'adamw'
    ? adamW(tf, vectors, rates, optimiser)
    : sgd(tf, vectors, rates, optimiser);
}

function adamW(tf: TensorFlow, vectors: Vectors, rates: Rates, { betas, epsilon }: AdamW): Updated {
  const { parameters, gradient } = vectors;
  const kept = tf.mul(parameters, tf.sub(1, tf.mul(vectors.decayed, rates.decay)));
  const first = tf.add(tf.mul(vectors.firstMoment, betas[0]), tf.mul(gradient, 1 - betas[0]));
  const square = tf.mul(tf.square(gradient), 1 - betas[1]);
  const second = tf.add(tf.mul(vectors.secondMoment, betas[1]), square);
  const spread = tf.add(tf.mul(tf.sqrt(second), rates.correction), epsilon);
  const change = tf.mul(tf.div(first, spread), rates.size);
  return { parameters: tf.sub(kept, change), firstMoment: first, secondMoment: second };
}

function sgd(tf: TensorFlow, vectors: Vectors, rates: Rates, { momentum, nesterov }: Sgd): Updated {
  const { parameters, secondMoment } = vectors;
  const pull = tf.mul(tf.mul(parameters, vectors.decayed), rates.decay);
  const gradient = tf.add(vectors.gradient, pull);
  const first = tf.add(tf.mul(vectors.firstMoment, momentum), gradient);
  const direction = nesterov ? tf.add(gradient, tf.mul(first, momentum)) : first;
  const change = tf.mul(direction, rates.size);
  return { parameters: tf.sub(parameters, change), firstMoment: first, secondMoment };
}

/** The L2 norm of the whole gradient, and the gradient scaled so that its norm is at most `limit`. */
export function clipGradient(
  tf: TensorFlow,
  gradient: Tensor,
  limit: number | null,
): { readonly norm: Tensor; readonly clipped: Tensor } {
  const norm = tf.sqrt(tf.sum(tf.square(gradient)));
  if (limit === null) return { norm, clipped: gradient };
  // min(1, limit / (‖g‖ + 10⁻⁶)) as in torch.nn.utils.clip_grad_norm_.
  const factor = tf.minimum(tf.div(limit, tf.add(norm, 1e-6)), 1);
  return { norm, clipped: tf.mul(gradient, factor) };
}
