import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { calibration } from '../../src/stats/calibration.ts';
import { classScores } from '../../src/stats/class-scores.ts';
import { addConfusions, confusionMatrix } from '../../src/stats/confusion.ts';
import { metricNames } from '../../src/stats/metrics/index.ts';
import { mean, standardDeviation } from '../../src/stats/moments.ts';
import { scores } from '../../src/stats/scores.ts';

const test = suite('scores');

test('UAR leaves out a class without clips, macro values count it as 0', () => {
  const values = scores(confusionMatrix([0, 0, 1, 1], [0, 0, 1, 0], 3));
  assert.is(values.uar, 0.75);
  assert.is(values.macro_recall, 0.5);
  assert.is(values.accuracy, 0.75);
  assert.is(values.weighted_recall, 0.75);
});

test('a division by zero is 0: never predicted, never true, always true', () => {
  const [a, b, c] = classScores(confusionMatrix([0, 0], [0, 1], 3));
  assert.equal(a, { precision: 1, recall: 0.5, f1: 2 / 3, specificity: 0, support: 2 });
  assert.equal(b, { precision: 0, recall: 0, f1: 0, specificity: 0.5, support: 0 });
  assert.equal(c, { precision: 0, recall: 0, f1: 0, specificity: 1, support: 0 });
});

test('of nothing are not numbers', () => {
  const values = scores(confusionMatrix([], [], 2));
  assert.ok(metricNames.every((name) => Number.isNaN(values[name])));
});

test('confusions add up cell by cell', () => {
  const one = confusionMatrix([0, 1], [1, 1], 2);
  assert.equal(addConfusions([one, one, one]), [
    [0, 3],
    [0, 3],
  ]);
});

test('calibration of a model that is sure and right is perfect; bins are (low, high]', () => {
  const row = (posterior: readonly number[], truth: number) => ({
    ...{ id: 'a', speaker: '', fold: 1, seed: 1, truth, predicted: 0, posterior },
  });
  const sure = calibration([row([1, 0], 0)]);
  assert.is(sure.ece, 0);
  assert.is(sure.brier, 0);
  assert.ok(sure.log_loss < 1e-15);
  assert.is(sure.bins[14]?.count, 1);
  assert.is(sure.bins[0]?.accuracy, null);
  const edge = calibration([row([0.6, 0.4], 1)], 5);
  assert.is(edge.bins[2]?.count, 1, '0.6 is the upper bound of (0.4, 0.6]');
  assert.ok(Math.abs(edge.ece - 0.6) < 1e-15);
});

test('the standard deviation of one value is undefined', () => {
  assert.ok(Number.isNaN(standardDeviation([1])));
  assert.ok(Number.isNaN(mean([])));
  assert.is(standardDeviation([1, 3]), Math.SQRT2);
});

test.run();
