import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import type { PoolTimeLayer } from '../language/layer.ts';
import { type Coverage, countKept, kept } from './coverage.ts';
import { greatest } from './greatest.ts';
import type { Named } from './lower-plan.ts';
import { maps, type Signal, vector } from './signal.ts';
import type { TensorFlow } from './tensorflow.ts';

/** Smallest variance whose root is taken, so that the gradient of a constant channel is finite. */
const leastVariance = 1e-4;

/** So far below any score or feature that it never counts, and small enough to add exactly. */
const never = 1e4;

/**
 * One vector per clip from h_t [channels], t over the T frames that count.
 *
 * mean: Σ h_t / T. statistics: the mean, then √max(Σ (h_t − mean)² / T, 10⁻⁴). max: the largest h_t.
 * attention: Σ a_t h_t with a = softmax over t of vᵀ tanh(W h_t + b).
 */
export function lowerPoolTime(
  tf: TensorFlow,
  layer: PoolTimeLayer,
  signal: Signal,
  parameter: Named['parameter'],
): Signal {
  const { coverage } = signal;
  const [clips, , frames, channels] = maps(signal).shape;
  const h = tf.reshape(signal.value, [clips, frames, channels]) as Tensor3D;
  const flat = (pooled: Tensor): Tensor2D => tf.reshape(pooled, [clips, channels]);
  /** Σ w_t x_t with weights [N, 1, frames]. */
  const pool = (weights: Tensor, x: Tensor3D): Tensor => tf.matMul(weights, x);
  /** 0 for a frame that counts, else far below 0: [N, frames]. */
  const bar =
    coverage &&
    tf.tensor2d(
      kept(coverage).map((counts) => (counts - 1) * never),
      [clips, frames],
    );
  const weights = () => tf.tensor3d(equalWeights(clips, frames, coverage), [clips, 1, frames]);
  switch (layer.by) {
    case 'max': {
      const counted = bar ? tf.add(h, tf.reshape(bar, [clips, frames, 1])) : h;
      return vector(flat(greatest(tf, counted, 1)));
    }
    case 'attention': {
      const scores = scoresOf(tf, layer, h, parameter);
      const shares = tf.softmax(bar ? tf.add(scores, bar) : scores);
      return vector(flat(pool(tf.reshape(shares, [clips, 1, frames]), h)));
    }
    case 'mean':
      return vector(flat(pool(weights(), h)));
    case 'statistics': {
      const equal = weights();
      const mean = pool(equal, h);
      const variance = pool(equal, tf.square(tf.sub(h, mean)));
      const deviation = tf.sqrt(tf.maximum(variance, leastVariance));
      return vector(tf.concat2d([flat(mean), flat(deviation)], 1));
    }
  }
}

/** 1 / T for the frames that count, else 0: clips × frames. All 0 where no frame counts. */
function equalWeights(clips: number, frames: number, coverage: Coverage | undefined): Float32Array {
  if (!coverage) return new Float32Array(clips * frames).fill(1 / frames);
  const counts = kept(coverage);
  const totals = countKept(coverage, counts);
  return counts.map((counted, i) => counted / totals[Math.floor(i / frames)]!);
}

/** [N, frames] */
function scoresOf(
  tf: TensorFlow,
  { attention }: PoolTimeLayer,
  h: Tensor3D,
  parameter: Named['parameter'],
): Tensor {
  const { hidden, score } = attention!;
  const [clips, frames, channels] = h.shape;
  const rows = tf.reshape(h, [clips * frames, channels]) as Tensor2D;
  const product = tf.matMul(rows, parameter(hidden.weight.name), false, true);
  const seen = tf.tanh(tf.add(product, parameter(hidden.bias!.name))) as Tensor2D;
  return tf.reshape(tf.matMul(seen, parameter(score.name), false, true), [clips, frames]);
}
