import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { golden } from '../../golden/torch-models/load.ts';
import { farthest } from '../graph/differentiated.ts';
import { interpret, type Tensor64 } from '../graph/interpret.ts';
import { cases } from './cases.ts';
import { lowered, maskOf, type Net, netOf, padded } from './lowered.ts';

const test = suite('masks');

const nets = Object.entries(cases).map(
  ([name, blocks]) => [name, netOf(blocks, golden[name]!)] as const,
);

type Feeds = Net['feeds'];

function logitsOf(net: Net, given: Feeds, options: { readonly masked?: boolean } = {}) {
  const { graph, feeds, logits } = lowered(net, given, { training: false, ...options });
  return interpret(graph, feeds, [logits])[0]!.data;
}

/** Equal in float64, but for the order of sums. */
function same(a: ArrayLike<number>, b: ArrayLike<number>, of: string): void {
  const error = farthest(a, b);
  assert.ok(error < 1e-12, `${of}: off by ${error}`);
}

test('a mask of ones changes nothing', () => {
  for (const [name, net] of nets) {
    const { lengths, frames } = net.recorded;
    const ones = maskOf(
      lengths.map(() => frames),
      frames,
    );
    const feeds = { ...net.feeds, mask: ones };
    same(logitsOf(net, feeds), logitsOf(net, feeds, { masked: false }), name);
  }
});

test('a clip may lie anywhere that its strides and pools reach alike', () => {
  for (const [name, net] of nets) {
    const pooled = net.plan.layers.find((layer) => layer.kind === 'pool_time')!;
    const shift = 2 * (pooled.kind === 'pool_time' ? pooled.time.step : 0);
    const wide = padded(net, 17 + shift, 1000);
    const moved = (values: Tensor64): Tensor64 => {
      const frames = values.shape.at(-1)!;
      const data = values.data.map((_, i) => {
        const t = i % frames;
        return values.data[i - t + ((t - shift + frames) % frames)]!;
      });
      return { ...values, data };
    };
    const later = { ...wide, x: moved(wide['x']!), mask: moved(wide['mask']!) };
    same(logitsOf(net, later), logitsOf(net, wide), name);
  }
});

test('a clip too short for one frame gives the same, however it is padded, and is heard', () => {
  for (const [name, net] of nets) {
    const { minimumFrames } = net.plan;
    if (minimumFrames === 1) continue;
    const short = { ...net, recorded: { ...net.recorded, lengths: [minimumFrames - 1, 1, 1] } };
    const [tight, loose] = [minimumFrames, minimumFrames + 9].map((frames) =>
      logitsOf(short, padded(short, frames, 50)),
    );
    assert.ok(tight!.every(Number.isFinite), name);
    same(loose!, tight!, name);
    const louder = padded(short, minimumFrames, 50);
    const x = { ...louder['x']!, data: louder['x']!.data.map((v) => 3 * v) };
    assert.ok(farthest(logitsOf(short, { ...louder, x }), tight!) > 1e-3, name);
  }
});

test('a place in the batch without a clip gives finite numbers and gradients', () => {
  for (const [name, net] of nets) {
    const [first, ...others] = net.recorded.lengths;
    const feeds = { ...net.feeds, mask: maskOf([first!, ...others.map(() => 0)], 17) };
    const made = lowered(net, feeds, { training: true });
    const found = interpret(made.graph, made.feeds, [made.logits, ...made.gradients]);
    for (const { data } of found) assert.ok(data.every(Number.isFinite), name);
  }
});

test('a mask costs a product only where a layer would see what it hides', () => {
  const products = (name: string, masked: boolean): number => {
    const net = nets.find(([one]) => one === name)![1];
    const { graph } = lowered(net, net.feeds, { training: false, masked });
    return graph.nodes.filter(({ op, outputs }) => op === 'mul' && outputs[0]!.shape[1]! > 1)
      .length;
  };
  // Of more than one channel: before the second convolution; pooling takes the mask as its weights.
  assert.is(products('batch-norm', true) - products('batch-norm', false), 1);
  // What ends frequency or time needs none.
  assert.is(products('max', true) - products('max', false), 0);
});

test.run();
