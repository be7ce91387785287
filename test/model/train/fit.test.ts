import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Batch, State, Tensors, TrainingOptions } from '../../../src/model/engine.ts';
import { initialise } from '../../../src/model/language/initialise.ts';
import { planModel } from '../../../src/model/language/plan-model.ts';
import { trainable } from '../../../src/model/lower/lower-model.ts';
import { openTraining } from '../../../src/model/onnx/training.ts';
import type { Checkpoint } from '../../../src/model/train/checkpoint.ts';
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/model/train/checkpoint.ts';
import { Diverged, type FitOptions, fitNetwork } from '../../../src/model/train/fit.ts';
import { formatHistory } from '../../../src/model/train/history.ts';
import { initialState } from '../../../src/model/train/initial-state.ts';
import { createRandom } from '../../../src/util/random.ts';

const test = suite('fit');

const sizes = { channels: 1, bands: 8, side: 0, classes: 3 };
const planned = planModel(
  [
    { conv: { filters: 4, kernel: 3 } },
    { norm: 'batch' },
    { activation: 'relu' },
    { frequency: 'flatten' },
    { pool_time: 'statistics' },
    { dropout: 0.3 },
  ],
  sizes,
);
if (!planned.ok) throw new Error('the model is wrong');
const plan = planned.value;
const batchSize = 4;
const frames = 6;

const training: TrainingOptions = {
  ...{ batchSize, frames, weightDecay: 0.01, gradientClip: 2, labelSmoothing: 0.1, focalGamma: 0 },
  optimiser: { kind: 'adamw', betas: [0.9, 0.999], epsilon: 1e-8 },
};
const options: FitOptions = {
  ...{ classes: 3, epochs: 6, stepsPerEpoch: 6, learningRate: 0.02, seed: 5 },
  ...{ stopAfter: null, patience: null },
  schedule: { kind: 'one_cycle', warmup: 0.15, div: 10, finalDiv: 100 },
  averaging: { kind: 'ema', decay: 0.9 },
};

/** Noise with a mean per class: learnable, and different in each epoch. */
async function* batches(epoch: number): AsyncIterable<Batch> {
  const random = createRandom(epoch);
  for (let step = 0; step < options.stepsPerEpoch; step++) {
    const truth = Array.from({ length: batchSize }, () => random.integer(3));
    const size = sizes.bands * frames;
    yield {
      x: Float32Array.from(
        { length: batchSize * size },
        (_, i) => random.normal() + 2 * (truth[Math.floor(i / size)] ?? 0),
      ),
      mask: new Float32Array(batchSize * frames).fill(1),
      target: Float32Array.from({ length: batchSize * 3 }, (_, i) =>
        truth[Math.floor(i / 3)] === i % 3 ? 1 : 0,
      ),
      weight: new Float32Array(batchSize).fill(1),
    };
  }
}

const begin = (): State => initialState(plan, initialise(plan, createRandom(1)));

async function train(
  given: Partial<FitOptions> = {},
  {
    from,
    keep = () => undefined,
    scores,
    feed = batches,
  }: {
    from?: Checkpoint;
    feed?: typeof batches;
    keep?: (checkpoint: Checkpoint) => void;
    scores?: readonly number[];
  } = {},
) {
  const state = from?.state ?? begin();
  const session = await openTraining(trainable(plan), training, state, { threads: 1 });
  let epoch = from?.history.length ?? 0;
  try {
    return await fitNetwork(
      { ...options, ...given },
      {
        ...{ session, batches: feed, keep, watch: () => undefined },
        ...(scores && { validate: async () => ({ loss: 1, uar: scores[epoch++] ?? 0 }) }),
      },
      from,
    );
  } finally {
    await session.close();
  }
}

const bytes = (tensors: Tensors): string =>
  Object.entries(tensors)
    .map(
      ([name, { data }]) =>
        `${name} ${Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex')}`,
    )
    .sort()
    .join('\n');

test('learns, and twice the same bits', async () => {
  const [one, two] = [await train(), await train()];
  assert.is(bytes(one.weights.parameters), bytes(two.weights.parameters));
  assert.is(formatHistory(one.history), formatHistory(two.history));
  assert.ok(one.history[5]!.trainLoss < one.history[0]!.trainLoss);
});

test('from any checkpoint on, the rest is the same bits', async () => {
  const kept: Uint8Array[] = [];
  const whole = await train({}, { keep: (checkpoint) => kept.push(encodeCheckpoint(checkpoint)) });
  assert.is(kept.length, options.epochs);
  for (const at of [0, 3, 5]) {
    const resumed = await train({}, { from: decodeCheckpoint(kept[at]!) });
    assert.is(
      bytes(resumed.weights.parameters),
      bytes(whole.weights.parameters),
      `epoch ${at + 1}`,
    );
    assert.is(bytes(resumed.weights.buffers), bytes(whole.weights.buffers));
    assert.is(formatHistory(resumed.history), formatHistory(whole.history));
  }
});

test('the running average is Adam’s corrected one', async () => {
  const ends: Checkpoint[] = [];
  const one = { epochs: 3, stepsPerEpoch: options.stepsPerEpoch };
  await train({ ...one, averaging: { kind: 'none' } }, { keep: (kept) => ends.push(kept) });
  const decay = 0.9;
  const averaged: Checkpoint[] = [];
  await train(
    { ...one, averaging: { kind: 'ema', decay } },
    { keep: (kept) => averaged.push(kept) },
  );
  // After the first step the average is that step's weights; here an epoch is several steps.
  const [name = ''] = Object.keys(ends[0]!.state.parameters);
  const first = averaged[0]!.state.averageParameters[name]!.data;
  const initial = begin().parameters[name]!.data;
  const last = ends[0]!.state.parameters[name]!.data;
  const moved = (values: Float32Array): number =>
    Math.hypot(...values.map((value, i) => value - initial[i]!));
  // Uncorrected, 0.9 ** 6 = 53 % of the initial weights would be in it.
  assert.ok(moved(first) > 0.5 * moved(last), `${moved(first)} of ${moved(last)}`);
});

test('without averaging the last weights predict, with swa the mean over the last epochs', async () => {
  const ends: Checkpoint[] = [];
  const last = await train({ averaging: { kind: 'none' } }, { keep: (one) => ends.push(one) });
  assert.is(bytes(last.weights.parameters), bytes(ends[5]!.state.parameters));
  const swa = await train({ averaging: { kind: 'swa', start: 0.5 } });
  for (const [name, { data }] of Object.entries(swa.weights.parameters)) {
    for (const [i, value] of data.entries()) {
      const mean =
        [3, 4, 5].reduce((sum, e) => sum + ends[e]!.state.parameters[name]!.data[i]!, 0) / 3;
      // A running mean in float32 rounds at each of three steps.
      assert.ok(Math.abs(value - mean) <= 4e-7 * Math.max(1, Math.abs(mean)), `${name}[${i}]`);
    }
  }
});

test('stops when validation no longer gains, and keeps the best epoch', async () => {
  const ends: Checkpoint[] = [];
  const scores = [0.4, 0.7, 0.6, 0.7, 0.9, 0.9];
  const stopped = await train({ patience: 2 }, { scores, keep: (one) => ends.push(one) });
  // Epoch 4 equals the best of epoch 2, and does not beat it.
  assert.is(stopped.history.length, 4);
  assert.is(bytes(stopped.weights.parameters), bytes(ends[1]!.state.averageParameters));
  const resumed = await train(
    { patience: 2 },
    { scores, from: decodeCheckpoint(encodeCheckpoint(ends[2]!)) },
  );
  assert.is(bytes(resumed.weights.parameters), bytes(stopped.weights.parameters));
});

test('weights that leave the numbers in the last step are no result', async () => {
  async function* one(epoch: number): AsyncIterable<Batch> {
    for await (const batch of batches(epoch)) {
      yield batch;
      return;
    }
  }
  // The loss is that before the step, whose size overflows float32.
  const given = { epochs: 1, stepsPerEpoch: 1, learningRate: 1e38 } as const;
  try {
    await train({ ...given, schedule: { kind: 'constant' } }, { feed: one });
    assert.unreachable('it gave weights');
  } catch (error) {
    assert.instance(error, Diverged);
    assert.is((error as Diverged).message, 'the weights became infinite or NaN in epoch 1');
  }
});

test('a training that diverges says where', async () => {
  try {
    await train({ learningRate: 1e38, schedule: { kind: 'constant' } });
    assert.unreachable('it trained on');
  } catch (error) {
    assert.instance(error, Diverged);
    assert.match(
      (error as Diverged).message,
      /^the loss became (NaN|Infinity) in epoch \d, step \d$/,
    );
  }
});

test.run();
