import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { tf } from '../tfjs.ts';
import { differentiated, farthest } from './differentiated.ts';
import { interpret } from './interpret.ts';
import { opCases } from './op-cases.ts';

const test = suite('ops beside TensorFlow.js');

type Op = (...values: readonly Tensor[]) => Tensor;

/** An op on [N, H, W, C] as one on [N, C, H, W]. */
const onImages =
  (op: (x: Tensor4D, w: Tensor4D) => Tensor4D): Op =>
  (x, w) => {
    const channelsLast = tf.transpose(x as Tensor4D, [0, 2, 3, 1]);
    const filters = w && tf.transpose(w as Tensor4D, [2, 3, 1, 0]);
    return tf.transpose(op(channelsLast, filters!), [0, 3, 1, 2]);
  };

const padded = (x: Tensor4D, high: number, wide: number): Tensor4D =>
  tf.pad(x, [
    [0, 0],
    [high, high],
    [wide, wide],
    [0, 0],
  ]);

/** What cases of `opCases` are in TensorFlow.js. */
const peers: Readonly<Record<string, Op>> = {
  exp: (x) => tf.exp(x!),
  log: (x) => tf.log(x!),
  sqrt: (x) => tf.sqrt(x!),
  reciprocal: (x) => tf.reciprocal(x!),
  relu: (x) => tf.relu(x!),
  sigmoid: (x) => tf.sigmoid(x!),
  tanh: (x) => tf.tanh(x!),
  erf: (x) => tf.erf(x!),
  clampMin: (x) => tf.maximum(x!, 0.1),
  pow: (x) => tf.pow(x!, 2.5),
  'add [2,1] [4,1,3]': (a, b) => tf.add(a!, b!),
  'sub [2,1] [4,1,3]': (a, b) => tf.sub(a!, b!),
  'mul [2,1] [4,1,3]': (a, b) => tf.mul(a!, b!),
  'div [2,1] [4,1,3]': (a, b) => tf.div(a!, b!),
  'sum over 0, 2': (x) => tf.sum(x!, [0, 2]),
  'mean over 0, 2': (x) => tf.mean(x!, [0, 2]),
  'max over 0, 2': (x) => tf.max(x!, [0, 2]),
  'softmax along -1': (x) => tf.softmax(x!),
  'logSoftmax along -1': (x) => tf.logSoftmax(x!),
  matmul: (a, b) => tf.matMul(a!, b!),
  'gemm aᵀ b': (a, b) => tf.matMul(a!, b!, true, false),
  'gemm a bᵀ': (a, b) => tf.matMul(a!, b!, false, true),
  transpose: (x) => tf.transpose(x!, [1, 3, 0, 2]),
  reshape: (x) => tf.reshape(x!, [5, 9, 4]),
  concat: (...values) => tf.concat(values as Tensor2D[], 1),
  'slice, reversed': (x) => tf.reverse(x!, [1, 3]),
  pad: (x) =>
    tf.pad(x!, [
      [1, 0],
      [0, 2],
    ]),
  'conv, 3 × 3, same': onImages((x, w) => tf.conv2d(x, w, 1, 'same')),
  'conv, 5 × 3, stride 2 × 1': onImages((x, w) => tf.conv2d(padded(x, 2, 1), w, [2, 1], 'valid')),
  'conv, stride 3, rest': onImages((x, w) => tf.conv2d(x, w, 3, 'valid')),
  'conv, depthwise': onImages((x, w) =>
    // Filters [kh, kw, 1, C] become [kh, kw, C, 1].
    tf.depthwiseConv2d(x, tf.transpose(w, [0, 1, 3, 2]), 1, 'same'),
  ),
  'maxPool 1 × 5': onImages((x) => tf.maxPool(x, [1, 5], [1, 5], 'valid')),
  'maxPool 3 × 2, stride 2 × 1': onImages((x) => tf.maxPool(x, [3, 2], [2, 1], 'valid')),
  'avgPool 3 × 2, stride 2 × 1': onImages((x) => tf.avgPool(x, [3, 2], [2, 1], 'valid')),
  batchNorm: (x, scale, shift) => {
    const wide = (values: Tensor): Tensor => tf.reshape(values, [3, 1, 1]);
    const { mean, variance } = tf.moments(x!, [0, 2, 3], true);
    const normed = tf.mul(tf.sub(x!, mean), tf.rsqrt(tf.add(variance, 1e-3)));
    return tf.add(tf.mul(normed, wide(scale!)), wide(shift!));
  },
};

for (const [name, op] of Object.entries(peers)) {
  test(name, () => {
    const one = opCases.find((each) => each.name === name)!;
    const { graph, y, gradients, weights, feeds } = differentiated(one);
    const expected = interpret(graph, feeds, [y, ...gradients]);
    const r = tf.tensor(Float32Array.from(weights.data), [...weights.shape]);
    const values = Object.values(feeds).map(({ data, shape }) =>
      tf.tensor(Float32Array.from(data), [...shape]),
    );
    const loss = (...inputs: readonly Tensor[]) => tf.sum(tf.mul(op(...inputs), r));
    const found = [op(...values), ...tf.grads(loss)(values)];
    for (const [i, { data, shape }] of expected.entries()) {
      assert.equal(found[i]!.shape, shape);
      const error = farthest(data, found[i]!.dataSync());
      // TensorFlow.js computes in float32.
      assert.ok(error <= 2e-6, `${i === 0 ? 'y' : `∂/∂x${i - 1}`} is off by ${error}`);
    }
  });
}

test.run();
