import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { controlLines, labelWarnings } from '../../../src/cli/control-lines.ts';
import { humanRate } from '../../../src/corpora/human-rate.ts';
import { labelCheck } from '../../../src/stages/evaluate/label-check.ts';
import { smallestDifferences } from '../../../src/stats/smallest-difference.ts';
import { score } from './scored.ts';
import { clipsOf } from './sets.ts';

const test = suite('what stands beside a number');

test('permuted labels at chance hold it; a model that still tells classes does not', () => {
  const chance = labelCheck(clipsOf([5, 4, 6, 5, 3, 7]), 2);
  assert.is(chance?.chance, 0.5);
  assert.is(chance?.holds_chance, true);
  assert.is(chance?.df, 5);
  const leaky = labelCheck(clipsOf([9, 8, 9, 8, 9, 8]), 2);
  assert.is(leaky?.holds_chance, false);
  assert.ok((leaky?.low ?? 0) > 0.5);
  assert.is(labelCheck(clipsOf([9]), 2), null, 'one fold has no interval');
});

test('the screen says it, and warns', async () => {
  const { metrics, set } = await score();
  const check = labelCheck(clipsOf([9, 8, 9, 8, 9, 8]), 2);
  const controls = { ...set.controls, shuffled_labels: { uar: check?.value ?? 0 } };
  const checked = { ...metrics, sets: [{ ...set, controls, label_check: check }] };
  const [beside = '', least = ''] = controlLines(checked);
  assert.match(beside, /chance 50\.0 %, majority 50\.0 %, shuffled labels 85\.0 % \[/);
  assert.match(beside, /99 % over folds, does NOT hold chance/);
  assert.match(labelWarnings(checked).join(), /trained on shuffled labels it reaches 85\.0 %/);
  assert.match(least, /none for new ones, because no test over 2 speakers reaches 0\.05/);
  assert.equal(labelWarnings(metrics), []);
});

test('the smallest difference is that of the scored clips', async () => {
  const { set } = await score();
  const counts = [
    [3, 2],
    [2, 2],
  ];
  assert.equal(set.smallest_difference, smallestDifferences(counts, 0.05));
});

test('people were asked about the whole corpus and its classes', () => {
  const emodb = {
    ...{ name: 'emodb', pinned: true, clips: 535 },
    labels: ['anger', 'boredom', 'disgust', 'fear', 'happiness', 'neutral', 'sadness'],
  };
  assert.is(humanRate(emodb)?.above, 0.8);
  for (const other of [
    { clips: 534 },
    { pinned: false },
    { altered: true as const },
    { labels: emodb.labels.slice(1) },
    { name: 'aesdd' },
    { name: 'own' },
  ]) {
    assert.is(humanRate({ ...emodb, ...other }), undefined, JSON.stringify(other));
  }
});

test.run();
