import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { blockNames } from '../../../src/model/language/block.ts';
import { golden } from '../../golden/torch-models/load.ts';
import { farthest } from '../graph/differentiated.ts';
import { interpret } from '../graph/interpret.ts';
import { runGraph } from '../onnx/run-graph.ts';
import { cases } from './cases.ts';
import { lowered, netOf, padded, weighed } from './lowered.ts';

const test = suite('lowering');

// The interpreter and PyTorch both compute in float64; ε = 1e-5, the least variance and the scale of
// dropout are float32 numbers in the graph, which err by up to 6e-8.
const tight = 1e-6;
// ONNX Runtime computes in float32: sums of some hundred products err by about 1e-6.
const single = 1e-5;

function within(tolerance: number, found: ArrayLike<number>, expected: ArrayLike<number>): void {
  const error = farthest(found, expected);
  assert.ok(error <= tolerance, `off by ${error}`);
}

for (const [name, blocks] of Object.entries(cases)) {
  const net = netOf(blocks, golden[name]!);
  const { recorded } = net;

  test(`${name}: padded and masked, clips get what PyTorch says of each alone`, async () => {
    const expected = recorded.alone.flat();
    const { graph, feeds, logits } = lowered(net, net.feeds, { training: false });
    within(tight, interpret(graph, feeds, [logits])[0]!.data, expected);
    within(single, (await runGraph(graph, feeds, [logits]))[0]!, expected);
  });

  test(`${name}: in training, logits, running statistics and gradients are PyTorch's`, async () => {
    const { graph, feeds, logits, buffers, gradients } = lowered(net, net.feeds, {
      training: true,
    });
    const values = [logits, ...buffers, ...gradients];
    const exact = interpret(graph, feeds, values).map(({ data }) => data);
    const single32 = await runGraph(graph, feeds, values);
    for (const [found, tolerance] of [
      [exact, tight],
      [single32, single],
    ] as const) {
      within(tolerance, found[0]!, recorded.train.flat());
      const sums = weighed(net, {
        buffers: found.slice(1, 1 + buffers.length),
        gradients: found.slice(1 + buffers.length),
      });
      within(tolerance, sums.gradients, recorded.gradients);
      if (buffers.length > 0) within(tolerance, sums.buffers, recorded.buffers);
    }
  });

  test(`${name}: neither more padding nor what is in it changes a clip`, () => {
    const [short, long] = [17, 17 + 8].map((frames) => {
      const { graph, feeds, logits } = lowered(net, padded(net, frames, frames), {
        training: false,
      });
      return interpret(graph, feeds, [logits])[0]!.data;
    });
    within(1e-12, long!, short!);
  });
}

test('every block has a case', () => {
  const seen = JSON.stringify(cases);
  assert.equal(
    blockNames.filter((name) => !seen.includes(`"${name}"`)),
    [],
  );
});

test.run();
