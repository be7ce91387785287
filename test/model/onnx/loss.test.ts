import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { gradients } from '../../../src/model/graph/gradients.ts';
import { Graph } from '../../../src/model/graph/graph.ts';
import { crossEntropy } from '../../../src/model/onnx/loss.ts';
import { farthest } from '../graph/differentiated.ts';
import { interpret } from '../graph/interpret.ts';

const test = suite('loss');

const logits = [
  [0.3, -1.2, 2],
  [1.5, 0.1, -0.7],
];
const target = [
  [0, 0, 1],
  [0.25, 0.75, 0],
];
const weight = [0.5, 2];

/** Loss and its gradient in the logits, in float64. */
function evaluated(options: { labelSmoothing: number; focalGamma: number }, rows = logits) {
  const graph = new Graph();
  const values = {
    logits: graph.input('logits', [2, 3]),
    target: graph.input('target', [2, 3]),
    weight: graph.input('weight', [2]),
  };
  const loss = crossEntropy(graph, values, options);
  const slopes = gradients(graph, loss, [values.logits]);
  const matrix = (of: readonly (readonly number[])[]) => ({
    shape: [2, 3],
    data: Float64Array.from(of.flat()),
  });
  const feeds = {
    logits: matrix(rows),
    target: matrix(target),
    weight: { shape: [2], data: Float64Array.from(weight) },
  };
  const [value, slope] = interpret(graph, feeds, [loss, ...slopes]);
  return { loss: value!.data[0]!, gradient: slope!.data };
}

function softmax(row: readonly number[]): readonly number[] {
  const powers = row.map(Math.exp);
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

const total = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Σ wᵢ ℓᵢ / Σ wᵢ, written out. */
function expected(smoothing: number, gamma: number): number {
  const losses = logits.map((row, i) => {
    const p = softmax(row);
    const smooth = target[i]!.map((t) => (1 - smoothing) * t + smoothing / 3);
    return -total(smooth.map((t, k) => t * (1 - p[k]!) ** gamma * Math.log(p[k]!)));
  });
  return total(losses.map((loss, i) => weight[i]! * loss)) / total(weight);
}

for (const [labelSmoothing, focalGamma] of [
  [0, 0],
  [0.1, 0],
  [0, 2],
  [0.1, 0.5],
] as const) {
  test(`smoothing ${labelSmoothing}, γ = ${focalGamma}: by its formula`, () => {
    const { loss, gradient } = evaluated({ labelSmoothing, focalGamma });
    // Constants of the graph are float32 numbers.
    assert.ok(Math.abs(loss / expected(labelSmoothing, focalGamma) - 1) < 1e-6, `${loss}`);
    const h = 1e-5;
    const differences = gradient.map((_, at) => {
      const moved = (by: number) =>
        logits.map((row, i) => row.map((x, k) => (i * 3 + k === at ? x + by : x)));
      const at2 = (by: number) => evaluated({ labelSmoothing, focalGamma }, moved(by)).loss;
      return (at2(h) - at2(-h)) / (2 * h);
    });
    assert.ok(farthest(gradient, differences) < 1e-6);
  });
}

test('plain cross-entropy has the gradient w (p − t) / Σ w', () => {
  const { gradient } = evaluated({ labelSmoothing: 0, focalGamma: 0 });
  const known = logits.flatMap((row, i) =>
    softmax(row).map((p, k) => (weight[i]! * (p - target[i]![k]!)) / total(weight)),
  );
  assert.ok(farthest(gradient, known) < 1e-12);
});

test('scores far from each other stay finite', () => {
  const far = [
    [500, -500, 0],
    [-1000, 1000, 0],
  ];
  const { loss, gradient } = evaluated({ labelSmoothing: 0.1, focalGamma: 2 }, far);
  assert.ok(Number.isFinite(loss));
  assert.ok(gradient.every(Number.isFinite), `${gradient}`);
});

test.run();
