import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { chance } from '../../src/stats/chance.ts';
import { confusionMatrix } from '../../src/stats/confusion.ts';
import { type ShareName, shareNames } from '../../src/stats/metrics/index.ts';
import { scores } from '../../src/stats/scores.ts';
import { createRandom } from '../../src/util/random.ts';

const test = suite('chance');

test('is what drawn guesses reach on many clips', () => {
  const random = createRandom(1);
  for (const supports of [
    [40_000, 40_000, 40_000],
    [80_000, 20_000, 0, 10_000],
  ]) {
    const scored = supports.flatMap((count, k) => (count > 0 ? [k] : []));
    const truth = supports.flatMap((count, k) => Array.from({ length: count }, () => k));
    const guesses = truth.map(() => scored[random.integer(scored.length)] ?? 0);
    const found = scores(confusionMatrix(truth, guesses, supports.length));
    const expected = chance(supports);
    for (const name of shareNames) {
      // Five standard errors of a share of the 10,000 clips of the smallest class: 5 × 0.0047.
      assert.ok(Math.abs(found[name] - expected[name]) < 0.024, `${name}: ${found[name]}`);
    }
  }
});

/** Recalls, precisions and their harmonic means: half of two even classes. Of others the draws above speak. */
const halves: readonly ShareName[] = [
  'uar',
  'accuracy',
  'macro_precision',
  'macro_recall',
  'macro_f1',
  'weighted_precision',
  'weighted_recall',
  'weighted_f1',
];

test('in closed form where classes are even, and with a class that nobody scores', () => {
  for (const name of halves) assert.is(chance([5, 5])[name], 0.5, name);
  const { uar, macro_recall, macro_f1 } = chance([6, 6, 0]);
  assert.equal([uar, macro_recall, macro_f1], [1 / 2, 1 / 3, 1 / 3]);
});

test.run();
