import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { confusionMatrix, rowShares } from '../../src/stats/confusion.ts';
import type { Scored } from '../../src/stats/predictions.ts';
import { rankRows, rankScores } from '../../src/stats/ranked.ts';
import { scores } from '../../src/stats/scores.ts';
import { classRanks, tabulate, valueNames, valuesOf } from '../../src/stats/values.ts';
import { createRandom } from '../../src/util/random.ts';
import { row } from '../util/paired-jobs.ts';

const test = suite('values of posteriors');

const area = (positive: readonly number[], negative: readonly number[]): number => {
  const ranked = rankRows([...positive, ...negative]);
  return rankScores(ranked, (i) => i < positive.length).roc_auc;
};

test('the area under the curve is the chance to rank a pair right, ties half', () => {
  assert.is(area([0.9, 0.8], [0.1]), 1);
  assert.is(area([0.1], [0.9, 0.8]), 0);
  assert.is(area([0.5, 0.5], [0.5]), 0.5);
  assert.is(area([0.7, 0.4], [0.4, 0.2]), (1 + 1 + 0.5 + 1) / 4);
});

test('a class without clips, or without others, has no area; average precision needs clips of it', () => {
  const only = rankRows([0.2, 0.9]);
  assert.equal(
    rankScores(only, () => true),
    { roc_auc: Number.NaN, average_precision: 1 },
  );
  const none = rankScores(only, () => false);
  assert.ok(Number.isNaN(none.roc_auc) && Number.isNaN(none.average_precision));
});

test('NaN has no rank', () => {
  assert.throws(() => rankRows([0.1, Number.NaN]), 'not a number');
  assert.throws(() => tabulate([row({ posterior: [0.5] })], 2), 'not a number');
});

test('an absent class is left out of macro areas', () => {
  const rows = [
    row({ truth: 0, posterior: [0.6, 0.3, 0.1] }),
    row({ truth: 1, posterior: [0.2, 0.5, 0.3] }),
    row({ truth: 1, posterior: [0.7, 0.1, 0.2] }),
  ];
  const table = tabulate(rows, 3);
  const [a, b, c] = classRanks(table);
  assert.is(a?.roc_auc, 0.5);
  assert.is(b?.roc_auc, 0.5);
  assert.ok(Number.isNaN(c?.roc_auc));
  assert.is(valuesOf(table).roc_auc, 0.5);
});

test('weights are repetitions, 0 included', () => {
  const random = createRandom(3);
  const rows = Array.from({ length: 60 }, (_, i): Scored => {
    const raw = Array.from({ length: 4 }, () => 1 + random.integer(3));
    const sum = raw.reduce((a, b) => a + b, 0);
    const posterior = raw.map((value) => value / sum);
    const predicted = posterior.indexOf(Math.max(...posterior));
    return row({ id: String(i), truth: random.integer(4), predicted, posterior });
  });
  const times = rows.map(() => random.integer(4));
  const repeated = rows.flatMap((one, i) => new Array<Scored>(times[i]!).fill(one));
  const weighted = valuesOf(tabulate(rows, 4), (i) => times[i]!);
  const plain = valuesOf(tabulate(repeated, 4));
  // Sums of the same terms in another order.
  for (const name of valueNames) {
    assert.ok(Math.abs(weighted[name] - plain[name]) < 1e-13, name);
  }
});

test('agreement beyond chance: none for a constant guess, undefined where nothing can differ', () => {
  const constant = scores(confusionMatrix([0, 1, 1], [1, 1, 1], 2));
  assert.is(constant.kappa, 0);
  assert.is(constant.mcc, 0);
  const single = scores(confusionMatrix([1, 1], [1, 1], 2));
  assert.ok(Number.isNaN(single.kappa));
  assert.is(single.mcc, 0);
  const opposite = scores(confusionMatrix([0, 1], [1, 0], 2));
  assert.is(opposite.kappa, -1);
  assert.is(opposite.mcc, -1);
});

test('shares of a row without clips are 0', () => {
  assert.equal(
    rowShares([
      [3, 1],
      [0, 0],
    ]),
    [
      [0.75, 0.25],
      [0, 0],
    ],
  );
});

test.run();
