import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { newSpeakers, theseSpeakers } from '../../src/stats/intervals.ts';

const test = suite('intervals');

test('the middle of draws; none where a draw is undefined', () => {
  const draws = Float64Array.from({ length: 101 }, (_, i) => (i * 37) % 101);
  assert.equal(theseSpeakers(draws, 0.5), { low: 25, high: 75 });
  assert.is(theseSpeakers(Float64Array.of(0.1, Number.NaN), 0.9), undefined);
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
