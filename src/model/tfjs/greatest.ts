import type { GradSaveFunc, Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlow } from './tensorflow.ts';

/**
 * Largest along an axis, which stays with length 1. The gradient is shared evenly among equal ones;
 * TensorFlow.js would give each of them all of it.
 */
export function greatest(tf: TensorFlow, x: Tensor, axis: number): Tensor {
  return tf.customGrad((given, save) => {
    const values = given as Tensor;
    const value = tf.max(values, axis, true);
    (save as GradSaveFunc)([values, value]);
    const gradFunc = (dy: Tensor, [all, most]: Tensor[]): Tensor => {
      const reached = tf.cast(tf.equal(all!, most!), 'float32');
      return tf.mul(reached, tf.div(dy, tf.sum(reached, axis, true)));
    };
    return { value, gradFunc };
  })(x);
}
