import type { Tensors } from '../../src/model/engine.ts';
import { tf } from './tfjs.ts';

/** One convolution of a reference model; see `reference-models.ts`. */
interface Layer {
  readonly stride: number;
  readonly pool: 1 | 2;
  readonly early: boolean;
}

interface Design {
  readonly layers: readonly Layer[];
  readonly epsilon: number;
  readonly head: 'mean' | 'statistics';
}

const plain = (pool: 1 | 2): Layer => ({ stride: 1, pool, early: false });

export const tfjsDesigns: Readonly<Record<'reference' | 'cnn4', Design>> = {
  reference: {
    ...{ layers: [plain(2), plain(2), plain(2), plain(1)], epsilon: 1e-3, head: 'mean' },
  },
  cnn4: {
    layers: [
      { stride: 2, pool: 1, early: false },
      { stride: 1, pool: 2, early: true },
      { stride: 1, pool: 2, early: true },
      plain(1),
    ],
    ...{ epsilon: 1e-5, head: 'statistics' },
  },
};

/** Loss and gradients by TensorFlow.js in plain JavaScript, with dropout that keeps everything. */
export function tfjsGradients(
  { layers, epsilon, head }: Design,
  weights: Tensors,
  batch: {
    readonly x: Float32Array;
    readonly target: Float32Array;
    readonly shape: readonly [number, number, number];
  },
): { readonly loss: number; readonly gradients: Readonly<Record<string, Float32Array>> } {
  const names = Object.keys(weights);
  const [count, bands, frames] = batch.shape;
  const loss = (...values: readonly tf.Tensor[]): tf.Scalar => {
    const parameter = (name: string): tf.Tensor => values[names.indexOf(name)]!;
    let y = tf.tensor4d(batch.x, [count, bands, frames, 1]);
    for (const [i, { stride, pool, early }] of layers.entries()) {
      const filters = tf.transpose<tf.Tensor4D>(
        parameter(`conv${i}.weight`) as tf.Tensor4D,
        [2, 3, 1, 0],
      );
      const half = Math.floor(filters.shape[0] / 2);
      // TensorFlow's own "same" pads unevenly where the stride is 2.
      const padded = tf.pad(y, [
        [0, 0],
        [half, half],
        [half, half],
        [0, 0],
      ]);
      y = tf.conv2d(padded, filters, stride, 'valid');
      const pooled = (z: tf.Tensor4D): tf.Tensor4D =>
        pool > 1 ? tf.maxPool(z, pool, pool, 'valid') : z;
      if (early) y = pooled(y);
      const { mean, variance } = tf.moments(y, [0, 1, 2]);
      const scaled = tf.mul(tf.rsqrt(tf.add(variance, epsilon)), parameter(`norm${i}.weight`));
      const normed = tf.add(tf.mul(tf.sub(y, mean), scaled), parameter(`norm${i}.bias`));
      y = tf.relu(early ? (normed as tf.Tensor4D) : pooled(normed as tf.Tensor4D));
    }
    const features = head === 'mean' ? tf.mean(y, [1, 2]) : statistics(y);
    const kept = tf.mul(features, 1 / 0.7) as tf.Tensor2D;
    const product = tf.matMul(kept, parameter('dense.weight') as tf.Tensor2D, false, true);
    const logits = tf.add(product, parameter('dense.bias'));
    const target = tf.tensor(batch.target, logits.shape);
    return tf.neg(tf.mean(tf.sum(tf.mul(target, tf.logSoftmax(logits)), 1))) as tf.Scalar;
  };
  const values = names.map((name) => tf.tensor(weights[name]!.data, [...weights[name]!.shape]));
  const { value, grads } = tf.valueAndGrads(loss)(values);
  return {
    loss: value.dataSync()[0]!,
    gradients: Object.fromEntries(
      names.map((name, i) => [name, grads[i]!.dataSync() as Float32Array]),
    ),
  };
}

/** [N, bands, frames, C] → [N, 2 · C · bands], channels before bands. */
function statistics(y: tf.Tensor4D): tf.Tensor2D {
  const [count, bands, frames, channels] = y.shape;
  const flat = tf.reshape(tf.transpose(y, [0, 3, 1, 2]), [count, channels * bands, frames]);
  const { mean, variance } = tf.moments(flat, 2);
  return tf.concat([mean, tf.sqrt(tf.maximum(variance, 1e-4))], 1) as tf.Tensor2D;
}
