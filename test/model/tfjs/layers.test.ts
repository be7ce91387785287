import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { TrainingOptions } from '../../../src/model/engine.ts';
import { farthest } from '../graph/differentiated.ts';
import { cases } from '../lower/cases.ts';
import { batchOf, farthestOf, planOf, trainBoth } from './both-engines.ts';

const test = suite('layers on TensorFlow.js');

const frames = 24;

/** After one step from rest the first moment of SGD is the gradient itself. */
const options = (batchSize: number): TrainingOptions => ({
  ...{ batchSize, frames, weightDecay: 0, gradientClip: null, labelSmoothing: 0.1, focalGamma: 2 },
  optimiser: { kind: 'sgd', momentum: 0.9, nesterov: false },
});

// Both engines sum some thousand float32 products, in different orders.
const single = 5e-5;

for (const [name, blocks] of Object.entries(cases)) {
  // A norm over the vectors of two clips only says which is greater: a third gives it a gradient.
  const several = name === 'vector' ? [frames, 17, 20] : [frames, 17];
  for (const lengths of [[frames], several]) {
    test(`${name}, batch ${lengths.length}: as on ONNX Runtime`, async () => {
      const plan = planOf(blocks, 16, 2);
      const step = {
        batch: batchOf(plan, lengths, frames),
        options: { learningRate: 0.01, averageWeight: 0.25, dropoutSeed: 7 },
      };
      const { onnx, tfjs } = await trainBoth(plan, options(lengths.length), [step]);
      const [expected, found] = [onnx.results[0]!, tfjs.results[0]!];
      assert.ok(Math.abs(found.loss - expected.loss) < 1e-6 * expected.loss);
      assert.ok(farthest(found.logits, expected.logits) <= single);
      for (const part of ['firstMoment', 'buffers'] as const) {
        const { error, name: tensor } = farthestOf(part, tfjs.state, onnx.state);
        assert.ok(error <= single, `${tensor} is off by ${error}`);
      }
    });
  }
}

test.run();
