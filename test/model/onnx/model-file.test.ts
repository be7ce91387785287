import { InferenceSession, Tensor } from 'onnxruntime-node';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { architectures } from '../../../src/model/architectures.ts';
import { createPreparation, type Level } from '../../../src/model/feed/preparation.ts';
import { sideOf } from '../../../src/model/feed/side.ts';
import type { Block } from '../../../src/model/language/block.ts';
import { initialise } from '../../../src/model/language/initialise.ts';
import type { ModelPlan } from '../../../src/model/language/model-plan.ts';
import { planModel } from '../../../src/model/language/plan-model.ts';
import { trainable } from '../../../src/model/lower/lower-model.ts';
import { encodeModelFile, type ModelFileOptions } from '../../../src/model/onnx/model-file.ts';
import { openPredictor } from '../../../src/model/onnx/predictor.ts';
import { initialState } from '../../../src/model/train/initial-state.ts';
import { createRandom } from '../../../src/util/random.ts';
import { cases } from '../lower/cases.ts';

const test = suite('model file');

const classes = 3;
const random = createRandom(11);

interface Sizes {
  readonly channels?: number;
  readonly bands?: number;
  readonly side?: number;
}

function planOf(model: string | readonly Block[], { channels = 1, bands = 24, side = 0 }: Sizes) {
  const planned = planModel(model, { channels, bands, side, classes });
  if (!planned.ok) throw new Error(JSON.stringify(planned.error));
  return planned.value;
}

/** Weights as after some training: norms have seen something. */
function weightsOf(plan: ModelPlan) {
  const { parameters, buffers } = initialState(plan, initialise(plan, createRandom(3)));
  for (const [name, { data, shape }] of Object.entries(parameters)) {
    if (shape.length === 1) for (let i = 0; i < data.length; i++) data[i]! += 0.3 * random.normal();
    assert.ok(name.length > 0);
  }
  for (const [name, { data }] of Object.entries(buffers)) {
    const isMean = name.endsWith('mean');
    for (let i = 0; i < data.length; i++) {
      data[i] = isMean ? 0.3 * random.normal() : 0.2 + random.next();
    }
  }
  return { parameters, buffers };
}

const numbers = (length: number, of: () => number): Float64Array =>
  Float64Array.from({ length }, of);

/** Feeding as a training may have found it. */
function fed({ input: { channels, bands, side } }: ModelPlan, level: Level): ModelFileOptions {
  const rows = channels * bands;
  return {
    ...{ floor: 60, level, metadata: { labels: '["a","b","c"]' } },
    normaliser: {
      mean: numbers(rows, () => 3 * random.normal()),
      deviation: numbers(rows, () => 5 + 10 * random.next()),
    },
    ...(side > 0 && {
      standardiser: {
        mean: numbers(side, () => random.normal()),
        scale: numbers(side, () => 0.5 + random.next()),
      },
    }),
  };
}

/** The largest distance between what the file and the predictor of training say, over clips of these lengths. */
async function distance(
  plan: ModelPlan,
  options: ModelFileOptions,
  lengths: readonly number[],
): Promise<number> {
  const { channels, bands, side } = plan.input;
  const rows = channels * bands;
  const weights = weightsOf(plan);
  const bytes = encodeModelFile(plan, weights, options);
  assert.equal(encodeModelFile(plan, weights, options), bytes, 'equal bytes');
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1 });
  const predictor = await openPredictor(trainable(plan), weights, { threads: 1 });
  const preparation = createPreparation({ channels, bands, ...options });
  let most = 0;
  for (const frames of lengths) {
    // Decibels, some of them below the floor.
    const data = Float32Array.from({ length: frames * rows }, () => -40 + 25 * random.normal());
    const row = Float32Array.from({ length: side }, () => 3 * random.normal());
    const padded = Math.max(frames, plan.minimumFrames) + 3;
    const clip = new Float32Array(rows * frames);
    preparation.prepare({ data, frames }, clip, 0);
    const x = new Float32Array(rows * padded);
    for (let r = 0; r < rows; r++) {
      x.set(clip.subarray(r * frames, (r + 1) * frames), r * padded);
    }
    const expected = await predictor.predict(
      {
        ...{ x, mask: Float32Array.from({ length: padded }, (_, t) => Number(t < frames)) },
        ...(side > 0 && {
          side: sideOf(new Map([['c', row]]), options.standardiser!, 'c'),
        }),
      },
      { count: 1, frames: padded },
    );
    const found = await session.run({
      features: new Tensor('float32', data, [1, frames, rows]),
      ...(side > 0 && { functionals: new Tensor('float32', row, [1, side]) }),
    });
    for (const [k, p] of (found['posteriors']!.data as Float32Array).entries()) {
      most = Math.max(most, Math.abs(p - expected[k]!));
    }
  }
  await Promise.all([session.release(), predictor.close()]);
  return most;
}

for (const name of Object.keys(architectures)) {
  test(`${name} says what the model in training says, of short and long clips`, async () => {
    for (const sizes of [{ bands: 40 }, { bands: 40, channels: 3, side: 4 }]) {
      const plan = planOf(name, sizes);
      const least = plan.minimumFrames;
      const lengths = [1, least, 97];
      const level = sizes.channels === 3 ? 'band' : 'scalar';
      const found = await distance(plan, fed(plan, level), lengths);
      // Two orders of the same float32 sums.
      assert.ok(found < 1e-5, `${JSON.stringify(sizes)}: ${found}`);
    }
  });
}

test('so does a model of every kind of block', async () => {
  for (const [name, blocks] of Object.entries(cases)) {
    const plan = planOf(blocks, {});
    const found = await distance(plan, fed(plan, 'none'), [plan.minimumFrames + 3]);
    assert.ok(found < 1e-5, `${name}: ${found}`);
  }
});

test('statistics of a speaker are inputs: equal ones of another clip give the same as if it were moved', async () => {
  const plan = planOf('mlp', { bands: 8, side: 2 });
  const { standardiser, ...plain } = fed(plan, 'none');
  assert.ok(standardiser);
  const options = { floor: null, level: 'none', metadata: {} } as const;
  const weights = weightsOf(plan);
  const within = Float64Array.of(2, 3);
  const moved = encodeModelFile(plan, weights, {
    ...{ ...options, standardiser, speaker: { within, limit: 4 } },
  });
  const still = encodeModelFile(plan, weights, {
    ...{ ...options, standardiser: { mean: new Float64Array(2), scale: Float64Array.of(1, 1) } },
  });
  assert.ok(plain.normaliser);
  const { mean, deviation } = plain.normaliser;
  const frames = 9;
  const clip = Float32Array.from({ length: frames * 8 }, () => random.normal());
  const [numbersOfClip, ofSpeaker] = [Float32Array.of(0.4, -0.2), Float32Array.of(0.1, 0.3)];
  const say = async (bytes: Uint8Array, feeds: Readonly<Record<string, Tensor>>) => {
    const session = await InferenceSession.create(bytes);
    const { posteriors } = await session.run(feeds);
    await session.release();
    return posteriors!.data as Float32Array;
  };
  const vector = (data: ArrayLike<number>) =>
    new Tensor('float32', Float32Array.from(data), [data.length]);
  const found = await say(moved, {
    features: new Tensor('float32', clip, [1, frames, 8]),
    functionals: new Tensor('float32', numbersOfClip, [1, 2]),
    ...{ speaker_mean: vector(mean), speaker_deviation: vector(deviation) },
    speaker_functionals: vector(ofSpeaker),
  });
  const side = numbersOfClip.map((value, i) => {
    const z = (value - standardiser.mean[i]!) / standardiser.scale[i]!;
    return (Math.min(Math.max(z, -3), 3) - ofSpeaker[i]!) / within[i]!;
  });
  const expected = await say(still, {
    features: new Tensor(
      'float32',
      clip.map((value, i) => (value - mean[i % 8]!) / deviation[i % 8]!),
      [1, frames, 8],
    ),
    functionals: new Tensor(
      'float32',
      side.map((v) => Math.min(Math.max(v, -3), 3)),
      [1, 2],
    ),
  });
  assert.ok(
    side.every((v) => Math.abs(v) < 3),
    'nothing is cut off',
  );
  for (const [k, p] of found.entries()) assert.ok(Math.abs(p - expected[k]!) < 1e-6);
});

test.run();
