import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { ConvLayer, Pair } from '../language/layer.ts';
import { nativeBackend, type TensorFlow } from './tensorflow.ts';

type Geometry = Pick<ConvLayer, 'kernel' | 'stride' | 'padding' | 'dilation' | 'groups'>;

/**
 * The convolution that `ConvLayer` defines, without its bias: x [N, bands, frames, C] and weight
 * [O, C / groups, kh, kw] as PyTorch keeps it.
 */
export function convolve(
  tf: TensorFlow,
  x: Tensor4D,
  weight: Tensor4D,
  { stride, padding, dilation, groups }: Geometry,
): Tensor4D {
  const filters = spread(tf, tf.transpose(weight, [2, 3, 1, 0]), dilation);
  const [high, wide, depth, outputs] = filters.shape;
  const keeps = stride[0] === 1 && stride[1] === 1;
  const same = keeps && high === 2 * padding[0] + 1 && wide === 2 * padding[1] + 1;
  // Its own "same" pads unevenly where the stride is 2, and has no gradient for numbers of zeros.
  const from = same ? x : padded(tf, x, padding);
  const edge = same ? 'same' : 'valid';
  const convolved = (part: Tensor, own: Tensor): Tensor4D =>
    tf.conv2d(part as Tensor4D, own as Tensor4D, [...stride], edge);
  if (groups === 1) return convolved(from, filters);
  if (depth === 1) {
    const planes = tf.reshape(filters, [high, wide, groups, outputs / groups]) as Tensor4D;
    return depthwise(tf, from, planes, stride, edge);
  }
  const banks: readonly Tensor[] = tf.split(filters as Tensor, groups, 3);
  const parts: readonly Tensor[] = tf.split(from as Tensor, groups, 3);
  return tf.concat4d(
    parts.map((part, i) => convolved(part, banks[i]!)),
    3,
  );
}

function depthwise(
  tf: TensorFlow,
  x: Tensor4D,
  filters: Tensor4D,
  stride: Pair,
  edge: 'same' | 'valid',
): Tensor4D {
  if (stride[0] === stride[1] || !nativeBackend(tf)) {
    return tf.depthwiseConv2d(x, filters, [...stride], edge);
  }
  // TensorFlow's kernel takes one stride for both axes. A pool of single values takes each its own.
  return tf.avgPool(tf.depthwiseConv2d(x, filters, 1, edge), 1, [...stride], 'valid');
}

/** Filters with zeros between their taps: TensorFlow.js has no gradient for dilated convolutions. */
function spread(tf: TensorFlow, filters: Tensor4D, [down, along]: Pair): Tensor4D {
  if (down === 1 && along === 1) return filters;
  const [high, wide, depth, outputs] = filters.shape;
  const cells = tf.reshape(filters, [high, 1, wide, 1, depth, outputs]);
  const none: [number, number] = [0, 0];
  const zeros = [none, [0, down - 1], none, [0, along - 1], none, none] as [number, number][];
  const filled = tf.pad(cells, zeros);
  const long = tf.reshape(filled, [high * down, wide * along, depth, outputs]) as Tensor4D;
  const size = [(high - 1) * down + 1, (wide - 1) * along + 1, depth, outputs];
  return tf.slice4d(long, [0, 0, 0, 0], size as [number, number, number, number]);
}

function padded(tf: TensorFlow, x: Tensor4D, [high, wide]: Pair): Tensor4D {
  if (high === 0 && wide === 0) return x;
  return tf.pad4d(x, [
    [0, 0],
    [high, high],
    [wide, wide],
    [0, 0],
  ]);
}
