import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { applyTemperature, fitTemperature } from '../../src/stats/temperature.ts';

const test = suite('temperature scaling');

/** Posteriors of 0.9 that are right in 8 of 10: overconfident. */
const bold = Array.from({ length: 10 }, (_, i) => ({
  truth: i < 8 ? 0 : 1,
  posterior: [0.9, 0.1],
}));

test('brings the mean confidence to the share that is right', () => {
  const { temperature, at_bound } = fitTemperature(bold);
  assert.not.ok(at_bound);
  // Of one posterior the best p is the share that is right: ln(.8 / .2) · T = ln(.9 / .1).
  const expected = Math.log(9) / Math.log(4);
  assert.ok(Math.abs(temperature - expected) < 1e-12, `${temperature} is not ${expected}`);
  const [p = 0] = applyTemperature([0.9, 0.1], temperature);
  assert.ok(Math.abs(p - 0.8) < 1e-12);
});

test('a temperature of 1 changes nothing, none changes the order', () => {
  const posterior = [0.5, 0.3, 0.2];
  for (const [k, p] of applyTemperature(posterior, 1).entries()) {
    assert.ok(Math.abs(p - posterior[k]!) < 1e-15);
  }
  const [a = 0, b = 0, c = 0] = applyTemperature(posterior, 7);
  assert.ok(a > b && b > c);
});

test('all right or all wrong asks for 0 or ∞: the end of the range, and it says so', () => {
  const row = (truth: number) => ({ truth, posterior: [0.9, 0.1] });
  assert.equal(fitTemperature([row(0), row(0)]), { temperature: 0.05, at_bound: true });
  assert.equal(fitTemperature([row(1), row(1)]), { temperature: 20, at_bound: true });
});

test('even posteriors have no temperature', () => {
  const even = [{ truth: 1, posterior: [0.5, 0.5] }];
  assert.equal(fitTemperature(even), { temperature: 1, at_bound: false });
});

test('a probability of 0 is finite', () => {
  const { temperature } = fitTemperature([...bold, { truth: 1, posterior: [1, 0] }]);
  assert.ok(Number.isFinite(temperature) && temperature > 1);
  assert.equal(applyTemperature([1, 0], 0.05), [1, Number.EPSILON ** 20]);
});

test.run();
