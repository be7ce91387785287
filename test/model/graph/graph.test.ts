import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Graph } from '../../../src/model/graph/graph.ts';
import { interpret } from './interpret.ts';

const test = suite('graph');

test('what is asked for twice is one node', () => {
  const g = new Graph();
  const [x, y] = [g.input('x', [2, 3]), g.input('y', [2, 3])];
  assert.is(g.add(x, g.exp(y)), g.add(x, g.exp(y)));
  assert.is(g.mul(x, 0.5), g.mul(x, g.scalar(0.5)));
  assert.is.not(g.add(x, y), g.add(y, x));
  assert.is(g.nodes.length, 5);
});

test('what changes nothing is no node', () => {
  const g = new Graph();
  const x = g.input('x', [2, 3]);
  assert.is(g.reshape(x, [2, -1]), x);
  assert.is(g.transpose(x, [0, 1]), x);
  assert.is(g.expand(x, [2, 3]), x);
  assert.is(g.concat([x], 0), x);
  assert.is(g.pad(x, [0, 0], [0, 0]), x);
  assert.is(g.spread(x, [1, 1]), x);
  assert.is(g.sum(x, []), x);
  assert.is(g.nodes.length, 0);
});

test('arithmetic stretches without a copy, unless the copy is what stretches', () => {
  const g = new Graph();
  const [x, row] = [g.input('x', [2, 3]), g.input('row', [1, 3])];
  assert.is(g.mul(x, g.expand(row, [2, 3])), g.mul(x, row));
  assert.equal(g.mul(row, g.expand(row, [2, 3])).shape, [2, 3]);
  assert.equal(g.mul(g.expand(row, [2, 3]), g.expand(row, [2, 3])).shape, [2, 3]);
});

test('slices as Python does, ends clipped', () => {
  const g = new Graph();
  const x = g.input('x', [5]);
  const slices: readonly (readonly [Parameters<Graph['slice']>, readonly number[]])[] = [
    [
      [x, [1], [3]],
      [1, 2],
    ],
    [
      [x, [-2], [99]],
      [3, 4],
    ],
    [
      [x, [0], [-1], [-1], [2]],
      [0, 2],
    ],
  ];
  const feeds = { x: { shape: [5], data: Float64Array.of(0, 1, 2, 3, 4) } };
  for (const [args, expected] of slices) {
    const [found] = interpret(g, feeds, [g.slice(...args)]);
    assert.equal([...found!.data], expected);
  }
});

test('refuses shapes that do not fit', () => {
  const g = new Graph();
  const [a, b] = [g.input('a', [2, 3]), g.input('b', [2, 4])];
  const image = g.input('image', [1, 2, 4, 4]);
  assert.throws(() => g.input('a', [1]), /two inputs named a/);
  assert.throws(() => g.input('empty', [2, 0]), /\[2,0\] is no shape/);
  assert.throws(() => g.constant([1, 2], [3]), /2 numbers for \[3\]/);
  assert.throws(() => g.add(a, b), /\[2,3\] and \[2,4\] do not broadcast/);
  assert.throws(() => g.matmul(a, b), /no matrix product/);
  assert.throws(() => g.gemm(a, b), /no matrix product/);
  assert.throws(() => g.gemm(a, image), /not two matrices/);
  assert.throws(() => g.reshape(a, [4]), /cannot become \[4\]/);
  assert.throws(() => g.reshape(a, [4, -1]), /is no shape/);
  assert.throws(() => g.transpose(a, [0, 0]), /no order of the axes/);
  assert.throws(() => g.expand(a, [3, 3]), /do not broadcast/);
  assert.throws(() => g.expand(a, [2, 1]), /does not stretch/);
  assert.throws(() => g.concat([a, b], 0), /differ beside axis 0/);
  assert.throws(() => g.slice(a, [2], [2]), /an empty slice/);
  assert.throws(() => g.sum(a, [2]), /no axis 2/);
  assert.throws(() => g.maxPool(a, { kernel: [1, 1] }), /pooling of \[2,3\]/);
  assert.throws(() => g.maxPool(image, { kernel: [5, 1] }), /window of 5 does not fit into 4/);
  assert.throws(() => g.conv(a, b), /a convolution of/);
  assert.throws(() => g.conv(image, g.input('w', [3, 3, 1, 1])), /do not fit in 1 groups/);
  assert.throws(() => g.batchNorm(image, a, a, 1e-5), /per channel of/);
});

test.run();
