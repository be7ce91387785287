import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Examples, Tensors } from '../../../src/model/engine.ts';
import type { ModelPlan } from '../../../src/model/language/model-plan.ts';
import { trainable } from '../../../src/model/lower/lower-model.ts';
import { openPredictor as openOnnx } from '../../../src/model/onnx/predictor.ts';
import { openPredictor } from '../../../src/model/tfjs/predictor.ts';
import { createRandom } from '../../../src/util/random.ts';
import { cases } from '../lower/cases.ts';
import { tf } from '../tfjs.ts';
import { batchOf, classes, planOf, startOf } from './both-engines.ts';

const test = suite('prediction on TensorFlow.js');

/** Weights that no tensor has by default, about 0 so that logits stay small: norms, too, have learnt something. */
function learnt(plan: ModelPlan): { readonly parameters: Tensors; readonly buffers: Tensors } {
  const { next } = createRandom(3);
  const moved = (tensors: Tensors): Tensors =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, { shape, data }]) => [
        name,
        { shape, data: data.map((value) => value + 0.5 * (next() - 0.5)) },
      ]),
    );
  const { parameters, buffers } = startOf(plan);
  return { parameters: moved(parameters), buffers: moved(buffers) };
}

async function both(plan: ModelPlan, examples: Examples, count: number, frames: number) {
  const weights = learnt(plan);
  const size = { count, frames };
  const onnx = await openOnnx(trainable(plan), weights, { threads: 1 });
  const tfjs = await openPredictor(tf, plan, weights);
  const found = await tfjs.predict(examples, size);
  const expected = (await onnx.predict(examples, size)).slice();
  await onnx.close();
  await tfjs.close();
  return { found, expected };
}

function near(found: Float32Array, expected: Float32Array): void {
  assert.is(found.length, expected.length);
  for (const [i, value] of expected.entries()) {
    // Rounding of logits in float32, in two orders.
    assert.ok(Math.abs(found[i]! - value) <= 2e-5, `${found[i]} instead of ${value}`);
  }
}

for (const [name, blocks] of Object.entries({ ...cases, cnn4: 'cnn4' })) {
  test(`${name}: padded clips get the posteriors of ONNX Runtime`, async () => {
    const plan = planOf(blocks, 16, 2);
    const lengths = [24, 17];
    const { found, expected } = await both(plan, batchOf(plan, lengths, 24), 2, 24);
    near(found, expected);
  });
}

test('padding does not change a clip; tensors are given back', async () => {
  const plan = planOf('cnn4', 16);
  const weights = learnt(plan);
  const before = tf.memory().numTensors;
  const predictor = await openPredictor(tf, plan, weights);
  const alone = batchOf(plan, [21], 21);
  const one = await predictor.predict(alone, { count: 1, frames: 21 });
  const padded = batchOf(plan, [21, 30], 30);
  for (let row = 0; row < 16; row++) {
    const own = alone.x.subarray(row * 21, (row + 1) * 21);
    padded.x.set([...own, ...new Array<number>(9).fill(7)], row * 30);
  }
  const two = await predictor.predict(padded, { count: 2, frames: 30 });
  near(two.slice(0, classes), one);
  await predictor.close();
  assert.is(tf.memory().numTensors, before);
});

test('weights that are missing are named', async () => {
  const plan = planOf([{ frequency: 'mean' }, { pool_time: 'mean' }], 6);
  const predictor = await openPredictor(tf, plan, { parameters: {}, buffers: {} });
  try {
    await predictor.predict(batchOf(plan, [5], 5), { count: 1, frames: 5 });
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), /no weights for classifier.weight/);
  }
});

test.run();
