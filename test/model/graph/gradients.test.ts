import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { OpName } from '../../../src/model/graph/attributes.ts';
import { gradients } from '../../../src/model/graph/gradients.ts';
import { Graph } from '../../../src/model/graph/graph.ts';
import { ops } from '../../../src/model/graph/ops.ts';
import { differentiated, farthest } from './differentiated.ts';
import { interpret } from './interpret.ts';
import { opCases } from './op-cases.ts';

const test = suite('gradients');

// Central differences in float64 with h = 1e-5 err by about h² = 1e-10, and by 1e-16 / h = 1e-11
// through rounding; constants of the gradient rules are float32 numbers, which err by 6e-8.
const tolerance = 3e-7;
const h = 1e-5;

for (const one of opCases) {
  test(`${one.name}: rule and central differences agree`, () => {
    const { graph, loss, gradients: rules, feeds } = differentiated(one);
    const computed = interpret(graph, feeds, rules);
    for (const [i, { data }] of computed.entries()) {
      const name = `x${i}`;
      const x = feeds[name]!;
      const differences = Float64Array.from(x.data, (centre, at) => {
        const lossAt = (value: number): number => {
          const moved = Float64Array.from(x.data);
          moved[at] = value;
          const feed = { ...feeds, [name]: { shape: x.shape, data: moved } };
          return interpret(graph, feed, [loss])[0]!.data[0]!;
        };
        return (lossAt(centre + h) - lossAt(centre - h)) / (2 * h);
      });
      const error = farthest(data, differences);
      assert.ok(error <= tolerance, `∂/∂${name} is off by ${error}`);
    }
  });
}

test('stopGradient passes the value on and nothing back', () => {
  const graph = new Graph();
  const x = graph.input('x', [2]);
  const loss = graph.sum(graph.mul(x, graph.stopGradient(graph.exp(x))));
  const [slope] = gradients(graph, loss, [x]);
  const feeds = { x: { shape: [2], data: Float64Array.of(0, 1) } };
  const [value, back] = interpret(graph, feeds, [loss, slope!]);
  assert.equal(value!.data, Float64Array.of(Math.E));
  assert.equal(back!.data, Float64Array.of(1, Math.E));
});

test('a value used twice gets both gradients; one without use gets zeros', () => {
  const graph = new Graph();
  const x = graph.input('x', [3]);
  const unused = graph.input('unused', [2]);
  const loss = graph.sum(graph.mul(x, graph.exp(x)));
  const feeds = {
    x: { shape: [3], data: Float64Array.of(0, 1, 2) },
    unused: { shape: [2], data: new Float64Array(2) },
  };
  const [dx, none] = interpret(graph, feeds, gradients(graph, loss, [x, unused]));
  const expected = [1, 2 * Math.E, 3 * Math.E ** 2];
  assert.ok(farthest(dx!.data, expected) < 1e-14);
  assert.equal(none!.data, new Float64Array(2));
});

test('the gradient of what is not asked for costs no node', () => {
  const graph = new Graph();
  const x = graph.input('x', [2, 3, 8, 8]);
  const w = graph.input('w', [4, 3, 3, 3]);
  const loss = graph.sum(graph.conv(x, w, { stride: [2, 2] }));
  gradients(graph, loss, [w]);
  assert.not.ok(graph.nodes.some(({ op }) => op === 'convTranspose'));
});

test('refuses a loss that is no scalar, and a path through statistics of a batch norm', () => {
  const graph = new Graph();
  const x = graph.input('x', [2, 3, 4, 4]);
  const c = graph.input('c', [3]);
  assert.throws(() => gradients(graph, x, [x]), /shape \[2,3,4,4\]/);
  const loss = graph.sum(graph.batchNorm(x, c, c, 1e-5).mean);
  assert.throws(() => gradients(graph, loss, [x]), /second output of batchNorm/);
});

test('every op has a case', () => {
  const seen = new Set(opCases.map(({ op }) => op));
  // A max-unpool is the gradient of a max-pool; stopGradient has its own test.
  const apart = ['maxUnpool', 'stopGradient'];
  const open = Object.keys(ops).filter((op) => !apart.includes(op) && !seen.has(op as OpName));
  assert.equal(open, []);
});

test.run();
