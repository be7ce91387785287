import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { holm } from '../../src/stats/holm.ts';
import { mcnemar } from '../../src/stats/mcnemar.ts';
import { permutationTest, smallestPermutationP } from '../../src/stats/permutation.ts';
import type { Scored } from '../../src/stats/predictions.ts';
import { smallestWilcoxonP, wilcoxon } from '../../src/stats/wilcoxon.ts';
import { createRandom } from '../../src/util/random.ts';
import { row } from '../util/paired-jobs.ts';

/** Clips of `speakers` speakers, the first `right` of each right. */
function clips(speakers: number, right: readonly number[], each = 10): Scored[] {
  return Array.from({ length: speakers * each }, (_, i) => {
    const speaker = i % speakers;
    const own = Math.floor(i / speakers);
    return row({
      ...{ id: `c${i}`, speaker: `${speaker}`, truth: own % 2 },
      predicted: own < right[speaker]! ? own % 2 : 1 - (own % 2),
    });
  });
}

const options = { classes: 2, metric: 'accuracy', random: createRandom(1) } as const;
const bySpeaker = { ...options, unit: (one: Scored) => one.speaker };

const test = suite('paired tests');

test('permutation: a difference in favour of one set in all speakers reaches the smallest p', () => {
  const [a, b] = [clips(6, [9, 8, 9, 7, 9, 8]), clips(6, [4, 4, 5, 5, 3, 4])];
  assert.equal(permutationTest(a, b, bySpeaker), { statistic: 25 / 60, p: 2 / 64, draws: null });
  assert.is(smallestPermutationP(6), 2 / 64);
  assert.is(permutationTest(b, a, bySpeaker).statistic, -25 / 60);
});

test('permutation: equal sets give p = 1, whatever the unit', () => {
  const a = clips(4, [5, 5, 6, 7]);
  assert.equal(permutationTest(a, a, bySpeaker), { statistic: 0, p: 1, draws: null });
});

test('permutation: speakers in whom both say the same do not change p', () => {
  const [a, b] = [clips(5, [9, 8, 9, 3, 3]), clips(5, [4, 4, 5, 3, 3])];
  const three = (rows: readonly Scored[]): Scored[] =>
    rows.filter(({ speaker }) => Number(speaker) < 3);
  assert.is(permutationTest(a, b, bySpeaker).p, permutationTest(three(a), three(b), bySpeaker).p);
});

test('permutation: draws approach the exact p, the same ones for one seed', () => {
  // 17 clips of which only a gets 12 and only b 5 right: twice the binomial tail, by McNemar's exact test.
  const a = Array.from({ length: 17 }, (_, i) => row({ id: `${i}`, predicted: i < 12 ? 0 : 1 }));
  const b = a.map((one) => ({ ...one, predicted: 1 - one.predicted }));
  const byClip = { ...options, unit: (one: Scored) => one.id };
  const drawn = permutationTest(a, b, { ...byClip, random: createRandom(2) });
  const exact = mcnemar(12, 5).p;
  assert.is(drawn.draws, 10_000);
  // Four standard deviations of a share of 10,000 draws.
  const allowed = 4 * Math.sqrt((exact * (1 - exact)) / 10_000);
  assert.ok(Math.abs(drawn.p - exact) < allowed, `${drawn.p}, not ${exact}`);
  assert.equal(permutationTest(a, b, { ...byClip, random: createRandom(2) }), drawn);
  assert.is.not(permutationTest(a, b, { ...byClip, random: createRandom(3) }).p, drawn.p);
  assert.is(smallestPermutationP(17), 1 / 10_001);
});

test('permutation: all seeds of a unit change sides together', () => {
  // In each of two units one seed favours a as much as the other favours b: nothing ever differs.
  const rows = (first: number): Scored[] =>
    [1, 2].flatMap((seed) =>
      ['x', 'y'].map((id) =>
        row({ id, speaker: id, seed, predicted: seed === 1 ? first : 1 - first }),
      ),
    );
  assert.equal(permutationTest(rows(0), rows(1), bySpeaker), { statistic: 0, p: 1, draws: null });
});

test('permutation: refuses sets that do not pair', () => {
  const a = clips(2, [5, 5]);
  assert.throws(() => permutationTest(a, a.slice(1), bySpeaker), 'has no "c0"');
});

test('McNemar: tails of a fair coin, to the last digit of tiny ones', () => {
  assert.equal(mcnemar(0, 20), { statistic: 0, p: 2 ** -19, mid_p: 2 ** -20 });
  assert.is(mcnemar(7, 7).p, 1);
  assert.is(mcnemar(0, 0).mid_p, 1);
  // 2 Σ_{i ≤ 40} C(640, i) / 2^640 in Python's fractions.
  const { p } = mcnemar(40, 600);
  assert.ok(Math.abs(p / 2.928904626109203e-129 - 1) < 1e-12, String(p));
  assert.is(mcnemar(600, 40).p, p);
});

test('Wilcoxon: zeros drop out, ties share ranks, rounding makes neither', () => {
  assert.equal(wilcoxon([0, 0]), { statistic: 0, p: 1, n: 0 });
  assert.equal(wilcoxon([1, 2, 3, 4, 5]), { statistic: 0, p: 2 / 32, n: 5 });
  assert.is(smallestWilcoxonP(5), 2 / 32);
  const exact = wilcoxon([0.1, 0.1, -0.1, 0, 0.2]);
  assert.equal(wilcoxon([0.3 - 0.2, 0.1, 0.2 - 0.3, 1e-17, 0.2]), exact);
  assert.is(exact.n, 4);
});

test('Wilcoxon: the chances of sums add up for many differences', () => {
  const random = createRandom(5);
  const { p } = wilcoxon(Array.from({ length: 200 }, () => random.normal()));
  assert.ok(p > 0.001 && p <= 1, String(p));
});

test('Holm: in order of size, never falling, at most 1', () => {
  assert.equal(holm([]), []);
  assert.equal(holm([0.01, 0.04, 0.03]), [0.03, 0.06, 0.06]);
  assert.equal(holm([0.9, 0.6]), [1, 1]);
});

test.run();
