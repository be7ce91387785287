import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { familyWords } from '../../src/artifacts/family-words.ts';
import type { Comparison } from '../../src/artifacts/metrics.ts';

const test = suite('words on a family of tests');

const row = (a: string, name: string, result: Partial<Comparison>): Comparison => ({
  ...{ a, b: 'base', metric: 'uar', difference: 0.1, low: 0, high: 0.2, level: 0.95 },
  ...{ new_speakers: null, test: name, unit: 'speaker', n: 6, statistic: null, draws: null },
  ...{ smallest_p: 0.03125, family: 3, p: null, mid_p: null, p_holm: null, refused: null },
  ...result,
});

test('counts the tests that ran, and names those that were refused', () => {
  const rows = [
    row('a', 'mcnemar', { p: 0.01, p_holm: 0.02 }),
    row('b', 'mcnemar', { p: 0.5, p_holm: 0.5 }),
    row('b', 'permutation', { refused: '6 speakers reach too little' }),
  ];
  assert.equal(familyWords(rows), [
    'p (Holm) is corrected over the 2 tests that ran, of 3 that were asked for.',
    'Not tested: b − base, permutation: 6 speakers reach too little.',
  ]);
  assert.equal(familyWords(rows.slice(0, 1)), [
    'p (Holm) is corrected over the 1 test of this evaluation.',
  ]);
  assert.equal(familyWords(rows.slice(2)), [
    'Not tested: b − base, permutation: 6 speakers reach too little.',
  ]);
  assert.equal(familyWords([{ ...row('a', 'x', {}), test: null }]), []);
});

test.run();
