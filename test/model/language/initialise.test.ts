import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { initialise } from '../../../src/model/language/initialise.ts';
import { planModel } from '../../../src/model/language/plan-model.ts';
import { createRandom } from '../../../src/util/random.ts';

const test = suite('first weights');

const planned = planModel('cnn4', { channels: 1, bands: 64, side: 15, classes: 5 });
if (!planned.ok) throw new Error('cnn4 cannot be planned');
const plan = planned.value;

test('weights and biases are uniform in ±1/√fan-in, norms 1 and 0', () => {
  const values = initialise(plan, createRandom(1));
  for (const [name, fanIn] of [
    ['1.conv.weight', 25],
    ['8.conv.weight', 32 * 9],
    ['12.conv.weight', 64 * 9],
    ['classifier.weight', 1551],
  ] as const) {
    const drawn = values[name]!;
    const bound = 1 / Math.sqrt(fanIn);
    assert.ok(Math.max(...drawn.map(Math.abs)) <= bound, name);
    // Var = b²/3; its estimate from n draws errs by a factor of about √(0.8 / n): four of these.
    const variance = drawn.reduce((sum, v) => sum + v * v, 0) / drawn.length;
    const error = Math.abs(variance / (bound ** 2 / 3) - 1);
    assert.ok(error < 4 * Math.sqrt(0.8 / drawn.length), `${name}: ${error}`);
  }
  assert.ok(Math.max(...values['classifier.bias']!.map(Math.abs)) <= 1 / Math.sqrt(1551));
  assert.equal(values['2.norm.weight'], new Float32Array(16).fill(1));
  assert.equal(values['2.norm.bias'], new Float32Array(16));
});

test('all tensors are there, of their size; equal seeds give equal bits', () => {
  const values = initialise(plan, createRandom(7));
  assert.equal(
    Object.entries(values).map(([name, { length }]) => [name, length]),
    plan.parameters.map(({ name, shape }) => [name, shape.reduce((a, b) => a * b, 1)]),
  );
  assert.equal(initialise(plan, createRandom(7)), values);
  assert.not.equal(initialise(plan, createRandom(8)), values);
});

test('the order of draws is that of the blocks', () => {
  const random = createRandom(3);
  const values = initialise(plan, createRandom(3));
  const drawn = Float32Array.from({ length: 400 }, () => (2 * random.next() - 1) / 5);
  assert.equal(values['1.conv.weight'], drawn);
  const next = Math.fround((1 / Math.sqrt(16 * 9)) * (2 * random.next() - 1));
  assert.is(values['4.conv.weight']![0], next);
});

test.run();
