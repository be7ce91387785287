import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Batch, State, TrainingOptions } from '../../../src/model/engine.ts';
import { openTraining } from '../../../src/model/onnx/training.ts';
import { createRandom } from '../../../src/util/random.ts';
import { farthest } from '../graph/differentiated.ts';
import { linearModel, numbersOf, stepByHand } from './linear-model.ts';

const test = suite('optimisers');

const size = 4;
const adamw = { kind: 'adamw', betas: [0.9, 0.99], epsilon: 1e-8 } as const;
const plain: TrainingOptions = {
  ...{ batchSize: size, frames: 1, weightDecay: 0, gradientClip: null },
  ...{ labelSmoothing: 0, focalGamma: 0, optimiser: adamw },
};

const { normal, next } = createRandom(4);
const draw = (length: number): Float32Array => Float32Array.from({ length }, normal);

const batches = Array.from({ length: 6 }, (): Batch => {
  const first = Float32Array.from({ length: size }, next);
  return {
    x: draw(size * 3),
    mask: new Float32Array(size).fill(1),
    target: Float32Array.from({ length: size * 2 }, (_, i) => {
      const share = first[Math.floor(i / 2)]!;
      return i % 2 === 0 ? share : 1 - share;
    }),
    weight: Float32Array.from({ length: size }, () => 0.5 + next()),
  };
});

const vectors = (draws: (length: number) => Float32Array) => ({
  weight: { shape: [2, 3], data: draws(6) },
  bias: { shape: [2], data: draws(2) },
});

function start(): State {
  const zeros = (length: number) => new Float32Array(length);
  const parameters = vectors(draw);
  const buffers = { seen: { shape: [2], data: draw(2) } };
  return {
    ...{ parameters, buffers, averageParameters: parameters, averageBuffers: buffers },
    ...{ firstMoment: vectors(zeros), secondMoment: vectors(zeros), step: 0 },
  };
}

const cases: Readonly<Record<string, Partial<TrainingOptions>>> = {
  'AdamW with decay': { weightDecay: 0.3 },
  'AdamW, clipped': { gradientClip: 0.1, weightDecay: 0.02 },
  'AdamW, a limit out of reach': { gradientClip: 1e3 },
  'label smoothing': { labelSmoothing: 0.2 },
  SGD: { optimiser: { kind: 'sgd', momentum: 0, nesterov: false } },
  'SGD with momentum and decay': {
    ...{ optimiser: { kind: 'sgd', momentum: 0.9, nesterov: false }, weightDecay: 0.1 },
  },
  "SGD with Nesterov's momentum": { optimiser: { kind: 'sgd', momentum: 0.8, nesterov: true } },
};

for (const [name, some] of Object.entries(cases)) {
  test(`${name}: six steps as by hand in float64`, async () => {
    const options = { ...plain, ...some };
    const state = start();
    const byHand = numbersOf(state);
    const session = await openTraining(linearModel, options, state, { threads: 1 });
    for (const [i, batch] of batches.entries()) {
      const rates = { learningRate: 0.05 / (i + 1), averageWeight: 1 / (i + 2) };
      const found = await session.step(batch, { ...rates, dropoutSeed: 0 });
      const { loss, norm } = stepByHand(byHand, batch, rates, options);
      assert.ok(Math.abs(found.loss - loss) < 1e-6, `loss ${found.loss}, not ${loss}`);
      assert.ok(Math.abs(found.gradientNorm / norm - 1) < 1e-5, `norm ${found.gradientNorm}`);
    }
    const after = numbersOf(session.state());
    await session.close();
    for (const part of [
      'parameters',
      'first',
      'second',
      'average',
      'seen',
      'averageSeen',
    ] as const) {
      // Some ten roundings of 6e-8 a step.
      const error = farthest(after[part], byHand[part]);
      assert.ok(error < 3e-6, `${part} is off by ${error}`);
    }
    assert.is(after.step, 6);
  });
}

test('goes on with the bias correction of the step that it starts from', async () => {
  const state = { ...start(), step: 7 };
  const byHand = numbersOf(state);
  const session = await openTraining(linearModel, plain, state, { threads: 1 });
  const rates = { learningRate: 0.1, averageWeight: 1 };
  await session.step(batches[0]!, { ...rates, dropoutSeed: 0 });
  stepByHand(byHand, batches[0]!, rates, plain);
  assert.ok(farthest(numbersOf(session.state()).parameters, byHand.parameters) < 1e-6);
  await session.close();
});

test.run();
