import type { Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import type { Examples, InputSizes } from '../engine.ts';
import type { TensorFlow } from './tensorflow.ts';

/** Examples as tensors, in TensorFlow's order of axes. */
export function inputOf(
  tf: TensorFlow,
  { channels, bands, side }: InputSizes,
  examples: Examples,
  { count, frames }: { readonly count: number; readonly frames: number },
): { readonly x: Tensor4D; readonly mask: Float32Array; readonly side?: Tensor2D } {
  const { x, mask } = examples;
  const image =
    channels === 1
      ? tf.tensor4d(x, [count, bands, frames, 1])
      : tf.transpose(tf.tensor4d(x, [count, channels, bands, frames]), [0, 2, 3, 1]);
  const joined = examples.side && { side: tf.tensor2d(examples.side, [count, side]) };
  return { x: image, mask, ...joined };
}
