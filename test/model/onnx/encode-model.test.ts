import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Graph } from '../../../src/model/graph/graph.ts';
import { encodeModel } from '../../../src/model/onnx/encode-model.ts';
import { probeBlock } from '../../../src/model/onnx/probe-block.ts';
import { differentiated, farthest } from '../graph/differentiated.ts';
import { interpret } from '../graph/interpret.ts';
import { blockedCases, opCases } from '../graph/op-cases.ts';
import { runGraph } from './run-graph.ts';

const test = suite('ONNX models');

// Sums of up to a few hundred products in float32, which errs by 6e-8 per operation.
const tolerance = 2e-6;

for (const one of opCases) {
  test(`${one.name}: ONNX Runtime computes value and gradients`, async () => {
    const { graph, y, gradients, feeds } = differentiated(one);
    const wanted = [y, ...gradients];
    const expected = interpret(graph, feeds, wanted);
    for (const [i, data] of (await runGraph(graph, feeds, wanted)).entries()) {
      const error = farthest(data, expected[i]!.data);
      assert.ok(error <= tolerance, `${i === 0 ? 'y' : `∂/∂x${i - 1}`} is off by ${error}`);
    }
  });
}

test('outputs may be inputs, constants, and one value under two names', async () => {
  const graph = new Graph();
  const x = graph.input('x', [2]);
  const y = graph.exp(x);
  const wanted = [x, y, y, graph.constant([3, 4], [2])];
  const [a, b, c, d] = await runGraph(
    graph,
    { x: { shape: [2], data: Float64Array.of(0, 1) } },
    wanted,
  );
  assert.equal([...a!], [0, 1]);
  assert.equal([...b!], [...c!]);
  assert.equal([...d!], [3, 4]);
});

test('what no output needs is not in the model', () => {
  const one = new Graph();
  one.output('y', one.exp(one.input('x', [2])));
  const more = new Graph();
  const x = more.input('x', [2]);
  more.mul(more.sqrt(x), more.constant([3, 4], [2]));
  more.output('y', more.exp(x));
  assert.is(encodeModel(more).length, encodeModel(one).length);
});

const block = await probeBlock();

test('finds blocks of 8 or 16 channels, or none', () => {
  assert.ok([0, 8, 16].includes(block), `${block}`);
});

for (const one of blockedCases) {
  test(`${one.name}: blocked kernels compute value and gradients`, async () => {
    const { graph, y, gradients, feeds } = differentiated(one);
    const wanted = [y, ...gradients];
    const expected = interpret(graph, feeds, wanted);
    for (const [i, data] of (await runGraph(graph, feeds, wanted, block)).entries()) {
      const error = farthest(data, expected[i]!.data);
      assert.ok(error <= tolerance, `${i === 0 ? 'y' : `∂/∂x${i - 1}`} is off by ${error}`);
    }
  });
}

test.run();
