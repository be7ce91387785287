import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { newSpeakers, theseSpeakers } from '../../src/stats/intervals.ts';
import type { Scored } from '../../src/stats/predictions.ts';
import { createRandom } from '../../src/util/random.ts';

function row(id: string, truth: number, predicted: number, seed = 1): Scored {
  return { id, speaker: '1', fold: 1, seed, truth, predicted, posterior: [] };
}

/** n clips of one class, the first `right` of them right. */
function oneClass(n: number, right: number, seed = 1): Scored[] {
  return Array.from({ length: n }, (_, i) => row(String(i), 0, i < right ? 0 : 1, seed));
}

const draw = (rows: readonly Scored[], resamples: number, seed = 1) =>
  theseSpeakers(rows, 2, { level: 0.95, resamples, random: createRandom(seed) });

const test = suite('intervals');

test('of one class is the binomial interval', () => {
  // scipy.stats.binom.ppf([.025, .975], 100, .6) / 100. One step is 1/100; 20,000 draws place a
  // quantile of this distribution within one step.
  const { uar, accuracy } = draw(oneClass(100, 60), 20_000);
  assert.ok(Math.abs(uar.low - 0.5) <= 0.01, String(uar.low));
  assert.ok(Math.abs(uar.high - 0.69) <= 0.01, String(uar.high));
  assert.equal(accuracy, uar);
});

test('keeps the size of every class: a class that is all right cannot vary', () => {
  const rows = [row('a', 0, 0), row('b', 0, 0), row('c', 0, 0), row('d', 1, 0)];
  const { uar } = draw(rows, 500);
  assert.equal(uar, { low: 0.5, high: 0.5 });
});

test('draws one resample for all seeds: two equal seeds tell no more than one', () => {
  const one = oneClass(50, 30);
  const two = [...one, ...oneClass(50, 30, 2)];
  assert.equal(draw(two, 500), draw(one, 500));
});

test('draws clips, not rows: seeds that disagree narrow the interval, but not to a half', () => {
  const half = oneClass(60, 30);
  const other = half.map((one) => ({ ...one, seed: 2, predicted: 1 - one.predicted }));
  // Of every clip one seed is right, so every resample of clips gives exactly one half.
  assert.equal(draw([...half, ...other], 500).uar, { low: 0.5, high: 0.5 });
});

test('is a function of the seed alone', () => {
  const rows = oneClass(40, 22);
  assert.equal(draw(rows, 300, 5), draw(rows, 300, 5));
  assert.not.equal(draw(rows, 300, 5), draw(rows, 300, 6));
});

test('of one speaker there is none over speakers', () => {
  assert.is(newSpeakers([0.6], 0.95), undefined);
});

test('of equal speakers is a point, and is not clipped where few speakers differ much', () => {
  assert.equal(newSpeakers([0.5, 0.5, 0.5], 0.95), { mean: 0.5, low: 0.5, high: 0.5, df: 2 });
  const wide = newSpeakers([0.2, 0.9], 0.95);
  assert.ok((wide?.low ?? 0) < 0 && (wide?.high ?? 0) > 1);
});

test.run();
