import type * as Core from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * The namespace of TensorFlow.js, with gradients registered and a backend chosen. It is passed in:
 * tfjs-node, tfjs-node-gpu and the plain backend each bring their own, and a process must not mix two.
 */
export type TensorFlow = Omit<typeof Core, 'default'>;

interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | string | boolean;
}

/** What the native backends of TensorFlow.js offer beyond its API: TensorFlow's kernels by name. */
export interface NativeBackend {
  readonly binding: {
    readonly TF_ATTR_TYPE: number;
    readonly TF_ATTR_FLOAT: number;
    readonly TF_ATTR_STRING: number;
    readonly TF_ATTR_BOOL: number;
    readonly TF_FLOAT: number;
    readonly TF_Version: string;
  };
  readonly isUsingGpuDevice: boolean;
  executeMultipleOutputs(
    op: string,
    attributes: readonly Attribute[],
    inputs: readonly Tensor[],
    outputs: number,
  ): Tensor[];
}

/** The backend in use if it is native, else undefined. */
export function nativeBackend(tf: TensorFlow): NativeBackend | undefined {
  return tf.getBackend() === 'tensorflow' ? (tf.backend() as unknown as NativeBackend) : undefined;
}

/** A tensor that was kept beyond a scope, back in the current one. */
export function released<T extends Tensor>(tf: TensorFlow, kept: T): T {
  const own = tf.clone(kept);
  kept.dispose();
  return own;
}
