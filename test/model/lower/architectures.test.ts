import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { architectures } from '../../../src/model/architectures.ts';
import { planModel } from '../../../src/model/language/plan-model.ts';
import { golden } from '../../golden/torch-models/load.ts';
import { farthest } from '../graph/differentiated.ts';
import { runGraph } from '../onnx/run-graph.ts';
import { lowered, netOf, padded, weighed } from './lowered.ts';

const test = suite('architectures');

// float32 beside float64: sums of up to 2,000 products in a chain of eight layers.
const tolerance = 1e-5;

for (const name of Object.keys(architectures)) {
  const recorded = golden[name];
  if (recorded === undefined) {
    test(`${name}: is recorded`, () => {
      assert.unreachable(
        `golden.ndjson lacks ${name}: append it to NAMED in test/golden/torch-models/make.py, build it in \`architecture\` there, and run make.py (docs/adding-a-stage.md says how)`,
      );
    });
    continue;
  }
  const net = netOf(name, recorded);

  test(`${name}: as many parameters as in PyTorch`, () => {
    const counts = [5, 7].map((classes) => {
      const plan = planModel(name, { channels: 1, bands: 64, side: 0, classes });
      return plan.ok && plan.value.parameterCount;
    });
    assert.equal(counts, recorded.parameters);
  });

  test(`${name}: padded and masked, clips get what PyTorch says of each alone`, async () => {
    const { graph, feeds, logits } = lowered(net, net.feeds, { training: false });
    const [found] = await runGraph(graph, feeds, [logits]);
    const error = farthest(found!, recorded.alone.flat());
    assert.ok(error <= tolerance, `off by ${error}`);
  });

  test(`${name}: in training, logits, running statistics and gradients are PyTorch's`, async () => {
    const { graph, feeds, logits, buffers, gradients } = lowered(net, net.feeds, {
      training: true,
    });
    const found = await runGraph(graph, feeds, [logits, ...buffers, ...gradients]);
    const sums = weighed(net, {
      buffers: found.slice(1, 1 + buffers.length),
      gradients: found.slice(1 + buffers.length),
    });
    for (const [what, error, limit] of [
      ['logits', farthest(found[0]!, recorded.train.flat()), tolerance],
      ['buffers', farthest(sums.buffers, recorded.buffers), tolerance],
      ['gradients', farthest(sums.gradients, recorded.gradients), tolerance],
    ] as const) {
      assert.ok(error <= limit, `${what} are off by ${error}`);
    }
  });

  test(`${name}: neither more padding nor what is in it changes a clip`, async () => {
    const [short, long] = await Promise.all(
      [52, 52 + 37].map(async (frames) => {
        const feeds = padded(net, frames, frames);
        const one = lowered(net, feeds, { training: false });
        return (await runGraph(one.graph, one.feeds, [one.logits]))[0]!;
      }),
    );
    const error = farthest(long!, short!);
    assert.ok(error <= tolerance, `off by ${error}`);
  });
}

test.run();
