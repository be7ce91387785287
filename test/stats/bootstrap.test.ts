import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bootstrap } from '../../src/stats/bootstrap.ts';
import { theseSpeakers } from '../../src/stats/intervals.ts';
import type { Scored } from '../../src/stats/predictions.ts';
import { type ValueName, valueNames } from '../../src/stats/values.ts';
import { createRandom } from '../../src/util/random.ts';
import { row } from '../util/paired-jobs.ts';

function clip(id: string, truth: number, predicted: number, seed = 1): Scored {
  return row({ id, truth, predicted, seed, posterior: predicted === 0 ? [0.7, 0.3] : [0.2, 0.8] });
}

/** n clips of one class, the first `right` of them right. */
function oneClass(n: number, right: number, seed = 1): Scored[] {
  return Array.from({ length: n }, (_, i) => clip(String(i), 0, i < right ? 0 : 1, seed));
}

const draw = (rows: readonly Scored[], resamples: number, seed = 1) =>
  bootstrap(rows, 2, { resamples, random: createRandom(seed) });

const interval = (rows: readonly Scored[], resamples: number, name: ValueName = 'uar') =>
  theseSpeakers(draw(rows, resamples)[name], 0.95);

const test = suite('bootstrap over clips');

test('of one class gives the binomial interval', () => {
  // scipy.stats.binom.ppf([.025, .975], 100, .6) / 100. One step is 1/100; 10,000 draws place a
  // quantile of this distribution within one step.
  const uar = interval(oneClass(100, 60), 10_000);
  assert.ok(Math.abs((uar?.low ?? 0) - 0.5) <= 0.01 + 1e-12, String(uar?.low));
  assert.ok(Math.abs((uar?.high ?? 0) - 0.69) <= 0.01 + 1e-12, String(uar?.high));
  assert.equal(interval(oneClass(100, 60), 10_000, 'accuracy'), uar);
});

test('of one class leaves areas under curves undefined, and has no interval for them', () => {
  assert.is(interval(oneClass(10, 5), 100, 'roc_auc'), undefined);
});

test('keeps the size of every class: a class that is all right cannot vary', () => {
  const rows = [clip('a', 0, 0), clip('b', 0, 0), clip('c', 0, 0), clip('d', 1, 0)];
  assert.equal(interval(rows, 500), { low: 0.5, high: 0.5 });
});

test('draws one resample for all seeds: two equal seeds tell no more than one', () => {
  const one = oneClass(50, 30);
  const two = [...one, ...oneClass(50, 30, 2)];
  assert.equal(draw(two, 500).uar, draw(one, 500).uar);
});

test('draws clips, not rows: seeds that disagree narrow the interval, but not to a half', () => {
  const half = oneClass(60, 30);
  const other = half.map((one) => ({ ...one, seed: 2, predicted: 1 - one.predicted }));
  // Of every clip one seed is right, so every resample of clips gives exactly one half.
  assert.equal(interval([...half, ...other], 500), { low: 0.5, high: 0.5 });
});

test('takes the same clips whatever the order and the folds of the rows', () => {
  const rows = [...oneClass(30, 20), ...oneClass(30, 10).map((one) => clip(`b${one.id}`, 1, 0))];
  const other = createRandom(9).shuffle(rows.map((one) => ({ ...one, fold: 2 })));
  for (const name of valueNames) assert.equal(draw(rows, 50)[name], draw(other, 50)[name], name);
});

test('the first draw is what repeating its clips gives', () => {
  const rows = [
    ...[0.9, 0.4, 0.6].map((p, i) => row({ id: `a${i}`, posterior: [p, 1 - p] })),
    ...[0.3, 0.7].map((p, i) => row({ id: `b${i}`, truth: 1, posterior: [p, 1 - p] })),
  ].map((one) => ({ ...one, predicted: (one.posterior[0] ?? 0) >= 0.5 ? 0 : 1 }));
  const random = createRandom(4);
  const drawn = [
    ...rows.slice(0, 3).map(() => rows[random.integer(3)]!),
    ...rows.slice(3).map(() => rows[3 + random.integer(2)]!),
  ].map((one, i) => ({ ...one, id: String(i) }));
  const [a, b] = [drawn.slice(0, 3), drawn.slice(3)];
  const pairs = a.flatMap((x) => b.map((y) => x.posterior[0]! - y.posterior[0]!));
  const area = pairs.reduce((sum, d) => sum + (d > 0 ? 1 : d === 0 ? 0.5 : 0), 0) / pairs.length;
  const draws = bootstrap(rows, 2, { resamples: 1, random: createRandom(4) });
  // Two classes: the area of each is the same.
  assert.ok(Math.abs(draws.roc_auc[0]! - area) < 1e-15, `${draws.roc_auc[0]} is not ${area}`);
  const right = drawn.filter((one) => one.predicted === one.truth).length;
  assert.is(draws.accuracy[0], right / 5);
});

test('is a function of the seed alone', () => {
  const rows = oneClass(40, 22);
  assert.equal(draw(rows, 300, 5).uar, draw(rows, 300, 5).uar);
  assert.not.equal(draw(rows, 300, 5).uar, draw(rows, 300, 6).uar);
});

test.run();
