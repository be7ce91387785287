import type { Tensor } from '@tensorflow/tfjs-core';
import { sizeOf } from '../graph/shape.ts';
import type { TensorFlow } from './tensorflow.ts';

interface Named {
  readonly name: string;
  readonly shape: readonly number[];
}

/** The tensors that a vector holds one after the other, in the order given. */
export function splitVector(tf: TensorFlow, vector: Tensor, tensors: readonly Named[]): Tensor[] {
  if (tensors.length === 0) return [];
  const parts: readonly Tensor[] = tf.split(
    vector,
    tensors.map(({ shape }) => sizeOf(shape)),
  );
  return tensors.map(({ shape }, i) => tf.reshape(parts[i]!, [...shape]));
}

/** The vector of these tensors. */
export function joinVector(tf: TensorFlow, tensors: readonly Tensor[]): Tensor {
  if (tensors.length === 0) return tf.zeros([0]);
  return tf.concat1d(tensors.map((tensor) => tf.reshape(tensor, [tensor.size])));
}
