import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { calibrate } from '../../../src/stages/evaluate/calibrate.ts';
import { confidentErrors } from '../../../src/stages/evaluate/errors.ts';
import { groupTable, sortedGroups, worstGroup } from '../../../src/stages/evaluate/groups.ts';
import { findSets, setNames } from '../../../src/stages/evaluate/set-names.ts';
import { row } from '../../util/paired-jobs.ts';
import { clipsOf, labels } from './sets.ts';

const test = suite('parts of an evaluation');

test('a temperature comes from the validation clips of its own fold and seed alone', () => {
  const rows = clipsOf([9, 4]);
  // Of fold 1 eight of ten are right at 0.8: nothing to correct. Of fold 2 six of ten: too bold.
  const validation = clipsOf([8, 6]);
  const { scaled } = calibrate(rows, validation);
  const [first, second] = scaled?.temperatures ?? [];
  assert.equal([first?.fold, first?.seed, first?.clips], [1, 1, 10]);
  assert.ok(Math.abs((first?.temperature ?? 0) - 1) < 1e-12);
  // logit(.8) / logit(.6), as the share that is right is what a single posterior should say.
  assert.ok(Math.abs((second?.temperature ?? 0) - Math.log(4) / Math.log(1.5)) < 1e-12);
  const bins = scaled?.bins.filter(({ count }) => count > 0) ?? [];
  const seen = bins.map(({ count, confidence }) => [count, confidence?.toFixed(12)]);
  assert.equal(seen, [
    [10, '0.600000000000'],
    [10, '0.800000000000'],
  ]);
});

test('without validation clips, or in one fold without, no temperature: the reason is given', () => {
  const rows = clipsOf([9, 4]);
  const none = calibrate(rows, []);
  assert.is(none.scaled, null);
  assert.match(none.scaled_refused ?? '', 'no fold has validation clips');
  assert.ok(none.ece > 0);
  const half = calibrate(rows, clipsOf([8]));
  assert.is(half.scaled_refused, 'fold 2, seed 1 has no validation clips');
});

test('every seed has a temperature of its own', () => {
  const rows = [...clipsOf([9]), ...clipsOf([4], 2)];
  const { scaled } = calibrate(rows, [...clipsOf([6]), ...clipsOf([8], 2)]);
  assert.equal(
    scaled?.temperatures.map(({ seed, temperature }) => [seed, temperature.toFixed(3)]),
    [
      [1, '3.419'],
      [2, '1.000'],
    ],
  );
});

test('errors are of mean posteriors over seeds, the most confident first', () => {
  const say = (id: string, seed: number, p: number) => ({
    ...row({ id, speaker: 's', fold: 2, seed, posterior: [1 - p, p], predicted: p > 0.5 ? 1 : 0 }),
  });
  const rows = [
    ...[say('a', 1, 0.9), say('b', 1, 0.6), say('c', 1, 0.6), say('d', 1, 0.2)],
    ...[say('a', 2, 0.7), say('b', 2, 0.3), say('c', 2, 1), say('d', 2, 0.1)],
  ];
  const errors = confidentErrors(rows, labels);
  // b is wrong in one seed, right on average; c and a tie, so they are in order of their names.
  assert.equal(
    errors.map(({ id, confidence, seeds, seeds_wrong }) => [id, confidence, seeds, seeds_wrong]),
    [
      ['a', 0.8, 2, 2],
      ['c', 0.8, 2, 2],
    ],
  );
  assert.equal([errors[0]?.truth, errors[0]?.predicted, errors[0]?.fold], ['anger', 'joy', 2]);
  assert.ok(Math.abs((errors[0]?.p_true ?? 0) - 0.2) < 1e-12);
});

test('the worst group is one of those with the most classes', () => {
  const rows = clipsOf([9, 4, 0]).filter((one) => one.speaker !== '3' || one.truth === 0);
  const table = groupTable(
    sortedGroups(rows, (one) => one.speaker),
    2,
  );
  assert.equal(table['3'], { n: 5, classes: 1, uar: 0, accuracy: 0 });
  assert.equal(worstGroup(table), { name: '2', n: 10, uar: 0.4 });
  assert.is(worstGroup({ a: { n: 3, classes: 2, uar: 0.1, accuracy: 0.1 } }), null);
  assert.is(worstGroup({}), null);
});

test('a reference is a name, or a pattern over addresses', () => {
  const addresses = ['cnn[front=a,split=x]', 'cnn[front=b,split=x]', 'svm'];
  const find = (text: string) => findSets(text, setNames(addresses), addresses);
  assert.equal(find('svm'), [2]);
  assert.equal(find('cnn[split=x,front=b]'), [1]);
  assert.equal(find('cnn[front=a]'), [0]);
  assert.equal(find('cnn'), [0, 1]);
  assert.equal(find('rnn'), []);
  assert.equal(find('['), []);
});

test.run();
