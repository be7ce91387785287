import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compare } from '../../../src/stages/evaluate/compare.ts';
import type { TestName } from '../../../src/stages/evaluate/paired-tests.ts';
import { rank, type ScoredSet } from '../../../src/stages/evaluate/ranking.ts';
import { clipsOf, setOf } from './sets.ts';

const good = [9, 8, 9, 7, 9, 8];
const poor = [4, 4, 5, 5, 3, 4];
const options = { metric: 'uar', level: 0.95, classes: 2, seed: 1, unit: null } as const;

const compared = (
  sets: readonly ScoredSet[],
  tests: readonly TestName[] = ['permutation'],
  more: { unit?: 'speaker' | 'utterance' } = {},
) => compare(sets, rank(sets, 'uar', undefined), { ...options, tests, ...more });

const test = suite('comparisons of sets');

test('six speakers can show one difference: p = 2 / 2^6', () => {
  const [row, ...others] = compared([setOf('a', clipsOf(poor)), setOf('b', clipsOf(good))]);
  assert.is(others.length, 0);
  assert.equal([row?.a, row?.b, row?.unit, row?.n, row?.family], ['b', 'a', 'speaker', 6, 1]);
  assert.ok(Math.abs((row?.difference ?? 0) - 25 / 60) < 1e-12);
  assert.is(row?.p, 2 / 64);
  assert.is(row?.p_holm, 2 / 64);
  assert.is(row?.refused, null);
});

test('six speakers cannot show two, five not even one: refused before anything is computed', () => {
  const three = ['a', 'b', 'c'].map((name, i) => setOf(name, clipsOf(i === 0 ? poor : good)));
  for (const row of compared(three)) {
    assert.is(row.refused, '6 speakers reach p = 0.03125 at best, × 2 tests = 0.0625 > 0.05');
    assert.equal([row.p, row.p_holm, row.statistic], [null, null, null]);
    assert.is(row.smallest_p, 2 / 64);
    assert.ok(row.low > 0, 'the difference and its interval are there all the same');
  }
  const five = [poor, good].map((right, i) => setOf(`${i}`, clipsOf(right.slice(0, 5))));
  assert.is(compared(five)[0]?.refused, '5 speakers reach p = 0.0625 at best, > 0.05');
});

test('by utterance the same sets can be tested', () => {
  const three = ['a', 'b', 'c'].map((name, i) => setOf(name, clipsOf(i === 0 ? poor : good)));
  const rows = compared(three, ['permutation'], { unit: 'utterance' });
  assert.equal(
    rows.map(({ unit, n, refused }) => [unit, n, refused]),
    [
      ['utterance', 60, null],
      ['utterance', 60, null],
    ],
  );
  const [b, c] = rows;
  assert.is(b?.p, c?.p, 'equal predictions, equal draws');
  assert.is(b?.p_holm, 2 * (b?.p ?? 0));
});

test('where speakers are also trained on, utterances are exchanged', () => {
  const known = { disjoint: [], shared: ['speaker', 'text'] };
  const sets = [poor, good].map((right, i) => setOf(`${i}`, clipsOf(right), known));
  assert.is(compared(sets)[0]?.unit, 'utterance');
});

test('all tests are one family; the refused ones are not corrected for', () => {
  const sets = [setOf('a', clipsOf(poor)), setOf('b', clipsOf(good))];
  const [speakers, mcnemar, folds] = compared(sets, ['permutation', 'mcnemar', 'wilcoxon']);
  assert.is(speakers?.refused, '6 speakers reach p = 0.03125 at best, × 3 tests = 0.09375 > 0.05');
  assert.is(folds?.refused, '6 folds reach p = 0.03125 at best, × 3 tests = 0.09375 > 0.05');
  assert.is(mcnemar?.metric, 'accuracy');
  assert.is(mcnemar?.statistic, 0);
  // Only b is right in 25 clips, only a in none.
  assert.is(mcnemar?.p, 2 / 2 ** 25);
  assert.is(mcnemar?.p_holm, mcnemar?.p);
  assert.is(mcnemar?.mid_p, 1 / 2 ** 25);
});

test('Wilcoxon takes the values of folds, and only of equal folds', () => {
  const [a, b] = [setOf('a', clipsOf(poor)), setOf('b', clipsOf(good))];
  assert.is(compared([a, b], ['wilcoxon'])[0]?.p, 2 / 64);
  const moved = clipsOf(good).map((row) => ({ ...row, fold: 7 - row.fold }));
  assert.is(
    compared([a, setOf('b', moved)], ['wilcoxon'])[0]?.refused,
    'their folds hold different clips',
  );
});

test('one seed is paired with each of the other set; two and three are not', () => {
  const repeat = (right: readonly number[], seeds: number) =>
    Array.from({ length: seeds }, (_, i) => clipsOf(right, i + 1)).flat();
  const [one, two, three] = [1, 2, 3].map((seeds) => repeat(good, seeds));
  const a = setOf('a', clipsOf(poor));
  const [alone] = compared([a, setOf('b', one!)]);
  for (const sets of [
    [a, setOf('b', three!)],
    [setOf('a', repeat(poor, 3)), setOf('b', one!)],
  ]) {
    const [row] = compared(sets);
    assert.is(row?.p, alone?.p);
    assert.ok(Math.abs((row?.statistic ?? 0) - (alone?.statistic ?? 1)) < 1e-12);
  }
  const [row] = compared([setOf('a', two!), setOf('b', three!)]);
  assert.is(row?.refused, 'b has 3 and a has 2 seeds, which do not pair');
  assert.is(row?.family, null, 'what cannot be tested is in no family');
});

test('McNemar takes one prediction per clip', () => {
  const two = [...clipsOf(good), ...clipsOf(good, 2)];
  const [row] = compared([setOf('a', clipsOf(poor)), setOf('b', two)], ['mcnemar']);
  assert.match(row?.refused ?? '', 'takes one prediction per clip, and there are 2 seeds');
});

test('seeds that scored other clips do not pair', () => {
  const draws = (first: string): ReturnType<typeof clipsOf> =>
    [1, 2].flatMap((seed) =>
      clipsOf(good, seed).filter(({ id }) => id.endsWith('0') === (seed === 1) || id > first),
    );
  const [row] = compared([setOf('a', draws('3')), setOf('b', draws('4'))]);
  assert.is(row?.refused, 'not every seed scored each clip once in both sets');
});

test('without tests the difference stands alone; equal sets differ by nothing', () => {
  const [row] = compared([setOf('a', clipsOf(good)), setOf('b', clipsOf(good))], []);
  assert.equal([row?.test, row?.p, row?.refused], [null, null, null]);
  assert.equal([row?.difference, row?.low, row?.high], [0, 0, 0]);
  assert.equal(row?.new_speakers, { mean: 0, low: 0, high: 0, df: 5 });
});

test('the difference of paired draws is narrower than what the two intervals suggest', () => {
  const better = good.map((hits, i) => (i % 2 === 0 ? hits - 1 : hits));
  const sets = [setOf('a', clipsOf(better)), setOf('b', clipsOf(good))];
  const [row] = compared(sets, []);
  const width = ({ set }: ScoredSet): number => {
    const { low = 0, high = 0 } = set.values['uar']?.these_speakers ?? {};
    return high - low;
  };
  assert.ok((row?.high ?? 1) - (row?.low ?? 0) < width(sets[0] as ScoredSet));
});

test('sets under two protocols are ranked apart, and compared within each', () => {
  const easy = { scheme: 'leave-one-text-out', folds: 8, disjoint: [], shared: ['speaker'] };
  const sets = [
    setOf('a', clipsOf(poor)),
    setOf('easy-a', clipsOf(good), easy),
    setOf('b', clipsOf(good)),
    setOf('easy-b', clipsOf(poor), easy),
    setOf('alone', clipsOf(good), { stamps: ['optimistic'] }),
  ];
  const rankings = rank(sets, 'uar', sets[3]);
  assert.equal(
    rankings.map(({ protocol, reference, best }) => [protocol, reference, best?.set, best?.stamp]),
    [
      ['leave-one-speaker-out (6)', 'a', 'b', 'best of 2'],
      ['leave-one-text-out (8)', 'easy-b', 'easy-a', 'best of 2'],
    ],
  );
  const rows = compare(sets, rankings, { ...options, tests: [] });
  assert.equal(
    rows.map(({ a, b }) => [a, b]),
    [
      ['b', 'a'],
      ['easy-a', 'easy-b'],
    ],
  );
});

test('equal values share a rank, and a shared first rank has no winner', () => {
  const sets = [good, poor, good].map((right, i) => setOf(`${i}`, clipsOf(right)));
  const [ranking] = rank(sets, 'uar', undefined);
  assert.equal(
    ranking?.sets.map((one) => [one.set, one.rank]),
    [
      ['0', 1],
      ['2', 1],
      ['1', 3],
    ],
  );
  assert.is(ranking?.best, null);
});

test.run();
