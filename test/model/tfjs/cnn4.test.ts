import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TrainingOptions } from '../../../src/model/engine.ts';
import { farthest } from '../graph/differentiated.ts';
import { batchOf, farthestOf, parts, planOf, trainBoth } from './both-engines.ts';

const test = suite('cnn4 on TensorFlow.js');

const [bands, frames] = [16, 24];

const options = (
  batchSize: number,
  optimiser: TrainingOptions['optimiser'],
  weightDecay: number,
): TrainingOptions => ({
  ...{ batchSize, frames, weightDecay, optimiser },
  ...{ gradientClip: 2, labelSmoothing: 0.1, focalGamma: 0 },
});

const sgd = { kind: 'sgd', momentum: 0.9, nesterov: false } as const;
const rates = { learningRate: 3e-3, averageWeight: 0.25, dropoutSeed: 7 };

const batches = [
  { lengths: [frames], channels: 1 },
  { lengths: [frames, 17], channels: 1 },
  { lengths: [frames, 17], channels: 3 },
];

for (const { lengths, channels } of batches) {
  test(`batch ${lengths.length}, ${channels} channels: one step is that of ONNX Runtime`, async () => {
    const plan = planOf('cnn4', bands, 3, channels);
    const step = { batch: batchOf(plan, lengths, frames), options: rates };
    const one = await trainBoth(plan, options(lengths.length, sgd, 0.02), [step]);
    const [expected, found] = [one.onnx.results[0]!, one.tfjs.results[0]!];
    assert.ok(Math.abs(found.loss - expected.loss) <= 1e-6 * expected.loss);
    const norms = found.gradientNorm / expected.gradientNorm;
    assert.ok(expected.gradientNorm > 2, 'the gradient is clipped');
    assert.ok(Math.abs(norms - 1) <= 1e-5, `${norms}`);
    assert.ok(farthest(found.logits, expected.logits) <= 1e-5);
    for (const part of parts) {
      const { error, name } = farthestOf(part, one.tfjs.state, one.onnx.state);
      // Both sum some thousand float32 products, in different orders.
      assert.ok(error <= 5e-5, `${name} is off by ${error}`);
    }
  });
}

test('five steps of AdamW stay together', async () => {
  const plan = planOf(
    [
      { conv: 4 },
      { norm: 'batch' },
      { activation: 'relu' },
      { pool: 2 },
      { conv: 6 },
      { norm: 'batch' },
      { activation: 'relu' },
      { frequency: 'flatten' },
      { pool_time: 'statistics' },
      { dropout: 0.3 },
    ],
    bands,
  );
  const lengths = [frames, 20, frames, 9];
  const steps = Array.from({ length: 5 }, (_, i) => ({
    batch: batchOf(plan, lengths, frames, i),
    options: { learningRate: 3e-3, averageWeight: 0.2, dropoutSeed: 100 + i },
  }));
  const adamw = { kind: 'adamw', betas: [0.9, 0.999], epsilon: 1e-8 } as const;
  const { onnx, tfjs } = await trainBoth(plan, options(lengths.length, adamw, 0.02), steps);
  for (const [i, { loss }] of onnx.results.entries()) {
    const off = Math.abs(tfjs.results[i]!.loss - loss) / loss;
    assert.ok(off <= 2e-6, `step ${i + 1}: ${off}`);
  }
  for (const part of parts) {
    const { error, name } = farthestOf(part, tfjs.state, onnx.state);
    // √v̂ makes rounding of a gradient as small as its own noise a change of the weights.
    assert.ok(error <= 2e-5, `${name} is off by ${error}`);
  }
});

test.run();
