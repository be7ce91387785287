import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { probeBlock } from '../../../src/model/onnx/session.ts';
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
