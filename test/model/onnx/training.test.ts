import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type {
  Batch,
  State,
  StepResult,
  TrainableModel,
  TrainingOptions,
} from '../../../src/model/engine.ts';
import { openTraining } from '../../../src/model/onnx/training.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/model/train/checkpoint.ts';
import { createRandom } from '../../../src/util/random.ts';
import { cnn4, initialState } from '../reference-models.ts';

const test = suite('training');

const [bands, frames, classes, batchSize] = [16, 24, 5, 4];
const model = cnn4(bands, classes);
const options: TrainingOptions = {
  ...{ batchSize, frames, weightDecay: 0.02, gradientClip: 2, labelSmoothing: 0.1, focalGamma: 0 },
  optimiser: { kind: 'adamw', betas: [0.9, 0.999], epsilon: 1e-8 },
};

function batchOf(seed: number): Batch {
  const random = createRandom(seed);
  return {
    x: Float32Array.from({ length: batchSize * bands * frames }, random.normal),
    mask: new Float32Array(batchSize * frames).fill(1),
    target: Float32Array.from({ length: batchSize * classes }, (_, i) =>
      Number(i % classes === Math.floor(i / classes)),
    ),
    weight: new Float32Array(batchSize).fill(1),
  };
}

/** Steps `from` + 1 … `to` from `state`; the losses and the state after them. */
async function train(state: State, from: number, to: number, one: TrainableModel = model) {
  const session = await openTraining(one, options, state, { threads: 1 });
  const losses: number[] = [];
  for (let i = from; i < to; i++) {
    const { loss } = await session.step(batchOf(i), {
      ...{ learningRate: 3e-3, averageWeight: 0.01, dropoutSeed: 100 + i },
    });
    losses.push(loss);
  }
  const end = session.state();
  await session.close();
  return { losses, state: end };
}

const bytes = (state: State): Uint8Array => encodeCheckpoint({ state, history: [], best: null });

test('two sessions end in the same bits', async () => {
  const [a, b] = [
    await train(initialState(model, 3), 0, 5),
    await train(initialState(model, 3), 0, 5),
  ];
  assert.equal(a.losses, b.losses);
  assert.equal(bytes(a.state), bytes(b.state));
});

test('going on from a file ends in the bits of a training that was not interrupted', async () => {
  const whole = await train(initialState(model, 3), 0, 5);
  const half = await train(initialState(model, 3), 0, 2);
  const rest = await train(decodeCheckpoint(bytes(half.state)).state, 2, 5);
  assert.equal([...half.losses, ...rest.losses], whole.losses);
  assert.equal(bytes(rest.state), bytes(whole.state));
});

test('dropout hangs on its seed', async () => {
  const losses = new Set<number>();
  for (const dropoutSeed of [1, 2, 1]) {
    const session = await openTraining(model, options, initialState(model, 3), { threads: 1 });
    const rates = { learningRate: 1e-3, averageWeight: 1 };
    losses.add((await session.step(batchOf(0), { ...rates, dropoutSeed })).loss);
    await session.close();
  }
  assert.is(losses.size, 2);
});

test('learns a batch by heart', async () => {
  const session = await openTraining(model, options, initialState(model, 3), { threads: 1 });
  const [batch, rates] = [batchOf(0), { learningRate: 3e-3, averageWeight: 0.1, dropoutSeed: 0 }];
  let last: StepResult = { loss: 0, gradientNorm: 0, logits: new Float32Array() };
  for (let i = 0; i < 30; i++) last = await session.step(batch, rates);
  await session.close();
  // With targets smoothed by 0.1 the loss cannot fall below their entropy, 0.39.
  assert.ok(last.loss > 0.39 && last.loss < 0.5, `${last.loss}`);
  for (let i = 0; i < batchSize; i++) {
    const row = last.logits.subarray(i * classes, (i + 1) * classes);
    assert.is(row.indexOf(Math.max(...row)), i);
  }
});

test('a state that was read stays as it was', async () => {
  const session = await openTraining(model, options, initialState(model, 3), { threads: 1 });
  const rates = { learningRate: 1e-3, averageWeight: 0.1, dropoutSeed: 0 };
  const before = session.state();
  const kept = bytes(before);
  await session.step(batchOf(0), rates);
  assert.equal(bytes(before), kept);
  assert.not.equal(bytes(session.state()), kept);
  await session.close();
});

test('a loss that is no number is told as one', async () => {
  const session = await openTraining(model, options, initialState(model, 3), { threads: 1 });
  const batch = batchOf(0);
  batch.x[7] = Number.NaN;
  const rates = { learningRate: 1e-3, averageWeight: 0.1, dropoutSeed: 0 };
  assert.ok(Number.isNaN((await session.step(batch, rates)).loss));
  await session.close();
});

test('steps with and without padding in turns', async () => {
  const means: TrainableModel = {
    input: { channels: 1, bands: 2, side: 0, classes: 2 },
    parameters: [{ name: 'w', shape: [2, 2], decay: true }],
    buffers: [],
    build(g, { x, mask, parameter }) {
      const planes = g.reshape(x, [2, 2, 3]);
      const weights = mask && g.reshape(g.div(mask, g.sum(mask, [1], true)), [2, 1, 3]);
      const clip = weights ? g.sum(g.mul(planes, weights), [2]) : g.mean(planes, [2]);
      return { logits: g.gemm(clip, parameter('w')), bufferUpdates: new Map() };
    },
  };
  const w = { shape: [2, 2], data: Float32Array.of(1, 0, 0, 1) };
  const small = { ...options, batchSize: 2, frames: 3 };
  const start = initialState(means, 0);
  const session = await openTraining(means, small, { ...start, parameters: { w } }, { threads: 1 });
  const rates = { learningRate: 0, averageWeight: 0, dropoutSeed: 0 };
  const step = async (x: readonly number[], mask: readonly number[]) => {
    const target = Float32Array.of(1, 0, 0, 1);
    const weight = Float32Array.of(1, 1);
    const batch = { x: Float32Array.from(x), mask: Float32Array.from(mask), target, weight };
    return [...(await session.step(batch, rates)).logits];
  };
  const x = [1, 2, 9, 4, 5, 9, 0, 0, 3, 6, 0, 0];
  const ones = [1, 1, 1, 1, 1, 1];
  assert.equal(await step(x, ones), [4, 6, 1, 2]);
  assert.equal(await step(x, [1, 1, 0, 1, 1, 1]), [1.5, 4.5, 1, 2]);
  assert.equal(await step(x, ones), [4, 6, 1, 2]);
  await session.close();
});

test('a model without buffers trains; a tensor that is missing or misshapen is refused', async () => {
  const bare: TrainableModel = {
    input: { channels: 1, bands, side: 2, classes },
    parameters: [{ name: 'w', shape: [classes, 2], decay: true }],
    buffers: [],
    build: (g, { side, parameter }) => ({
      logits: g.gemm(side!, parameter('w'), { transposeB: true }),
      bufferUpdates: new Map(),
    }),
  };
  const session = await openTraining(bare, options, initialState(bare, 3), { threads: 1 });
  const side = Float32Array.from({ length: batchSize * 2 }, (_, i) => i);
  const rates = { learningRate: 1e-3, averageWeight: 0.1, dropoutSeed: 0 };
  const { loss } = await session.step({ ...batchOf(0), side }, rates);
  assert.ok(loss > 0);
  assert.equal(session.state().buffers, {});
  await session.close();
  const state = initialState(bare, 3);
  for (const parameters of [{}, { w: { shape: [1], data: Float32Array.of(1) } }]) {
    try {
      await openTraining(bare, options, { ...state, parameters }, { threads: 1 });
      assert.unreachable();
    } catch (error) {
      assert.match(String(error), /no tensor w that fits/);
    }
  }
});

test.run();
