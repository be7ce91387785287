import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { State, TrainingOptions } from '../../../src/model/engine.ts';
import { trainable } from '../../../src/model/lower/lower-model.ts';
import { openTraining as openOnnx } from '../../../src/model/onnx/training.ts';
import { openTraining } from '../../../src/model/tfjs/training.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/model/train/checkpoint.ts';
import { tf } from '../tfjs.ts';
import { batchOf, farthestOf, parts, planOf, startOf } from './both-engines.ts';

const test = suite('training on TensorFlow.js');

const frames = 12;
const lengths = [frames, 9, frames];
const plan = planOf(
  [
    { conv: 3 },
    { norm: 'batch' },
    { activation: 'relu' },
    { frequency: 'flatten' },
    { pool_time: 'statistics' },
    { dropout: 0.3 },
  ],
  6,
);
const options: TrainingOptions = {
  ...{ batchSize: 3, frames, weightDecay: 0.02, gradientClip: 2 },
  ...{ labelSmoothing: 0.1, focalGamma: 0 },
  optimiser: { kind: 'adamw', betas: [0.9, 0.999], epsilon: 1e-8 },
};

type Engine = 'onnx' | 'tfjs';

/** Steps `from` + 1 … `to`. */
async function train(engine: Engine, state: State, from: number, to: number): Promise<State> {
  const session =
    engine === 'tfjs'
      ? await openTraining(tf, plan, options, state)
      : await openOnnx(trainable(plan), options, state, { threads: 1 });
  for (let i = from; i < to; i++) {
    const rates = { learningRate: 3e-3, averageWeight: 0.1, dropoutSeed: i };
    await session.step(batchOf(plan, lengths, frames, i), rates);
  }
  const end = session.state();
  await session.close();
  return end;
}

const bytes = (state: State): Uint8Array => encodeCheckpoint({ state, history: [], best: null });
const reopened = (state: State): State => decodeCheckpoint(bytes(state)).state;

test('twice the same bits, also across a checkpoint', async () => {
  const whole = await train('tfjs', startOf(plan), 0, 4);
  const half = await train('tfjs', startOf(plan), 0, 2);
  assert.equal(bytes(await train('tfjs', reopened(half), 2, 4)), bytes(whole));
});

test('a checkpoint of one engine continues on the other', async () => {
  const whole = await train('onnx', startOf(plan), 0, 4);
  for (const [first, second] of [
    ['onnx', 'tfjs'],
    ['tfjs', 'onnx'],
  ] as const) {
    const end = await train(second, reopened(await train(first, startOf(plan), 0, 2)), 2, 4);
    assert.is(end.step, 4);
    for (const part of parts) {
      const { error, name } = farthestOf(part, end, whole);
      // Rounding of four steps.
      assert.ok(error <= 2e-5, `${first}, then ${second}: ${name} is off by ${error}`);
    }
  }
});

test('steps leave no tensors behind, and closing leaves none', async () => {
  const before = tf.memory().numTensors;
  const session = await openTraining(tf, plan, options, startOf(plan));
  const rates = { learningRate: 3e-3, averageWeight: 0.1, dropoutSeed: 1 };
  const batch = batchOf(plan, lengths, frames);
  await session.step(batch, rates);
  const after = tf.memory().numTensors;
  for (let i = 0; i < 3; i++) await session.step(batch, rates);
  assert.is(tf.memory().numTensors, after);
  await session.close();
  assert.is(tf.memory().numTensors, before);
});

test('a state that was read stays as it was', async () => {
  const session = await openTraining(tf, plan, options, startOf(plan));
  const before = session.state();
  const kept = bytes(before);
  const rates = { learningRate: 3e-3, averageWeight: 0.1, dropoutSeed: 1 };
  await session.step(batchOf(plan, lengths, frames), rates);
  assert.equal(bytes(before), kept);
  assert.not.equal(bytes(session.state()), kept);
  await session.close();
});

test('a loss that is no number is told as one', async () => {
  const session = await openTraining(tf, plan, options, startOf(plan));
  const batch = batchOf(plan, lengths, frames);
  batch.x[3] = Number.NaN;
  const rates = { learningRate: 3e-3, averageWeight: 0.1, dropoutSeed: 1 };
  assert.ok(Number.isNaN((await session.step(batch, rates)).loss));
  await session.close();
});

test('a model without norms has no buffers; a tensor that does not fit is refused', async () => {
  const bare = planOf([{ frequency: 'mean' }, { pool_time: 'mean' }], 6);
  const start = startOf(bare);
  const session = await openTraining(tf, bare, options, start);
  const rates = { learningRate: 3e-3, averageWeight: 0.1, dropoutSeed: 1 };
  assert.ok((await session.step(batchOf(bare, lengths, frames), rates)).loss > 0);
  assert.equal(session.state().buffers, {});
  await session.close();
  try {
    await openTraining(tf, bare, options, { ...start, parameters: {} });
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), /no tensor classifier.weight that fits/);
  }
});

test.run();
