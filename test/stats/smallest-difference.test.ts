import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { mean, standardDeviation } from '../../src/stats/moments.ts';
import { permutationTest } from '../../src/stats/permutation.ts';
import type { Scored } from '../../src/stats/predictions.ts';
import { smallestDifferences } from '../../src/stats/smallest-difference.ts';
import { studentQuantile } from '../../src/stats/student-t.ts';
import { createRandom } from '../../src/util/random.ts';

const test = suite('smallest difference');

/** Clips of 6 speakers × 3 classes × 10; `right` says which of them are recognised. */
function predictions(right: (speaker: number, clip: number, truth: number) => boolean): Scored[] {
  const rows: Scored[] = [];
  for (let g = 0; g < 6; g++) {
    for (let truth = 0; truth < 3; truth++) {
      for (let clip = 0; clip < 10; clip++) {
        const predicted = right(g, clip, truth) ? truth : (truth + 1) % 3;
        const rest = { fold: 1, seed: 1, posterior: [] };
        rows.push({
          id: `${g}-${truth}-${clip}`,
          speaker: String(g),
          truth,
          predicted,
          ...rest,
        } as never);
      }
    }
  }
  return rows;
}

const counts = Array.from({ length: 6 }, () => [10, 10, 10]);

test('a difference at the least is significant, one clip less is not', () => {
  const found = smallestDifferences(counts, 0.05);
  const options = { classes: 3, metric: 'uar' as const, random: createRandom(1) };
  const none = predictions(() => false);
  const bySpeaker = (speakers: number) =>
    permutationTest(
      predictions((g, clip, truth) => g < speakers && clip === 0 && truth === 0),
      none,
      {
        ...{ ...options, unit: (row) => row.speaker },
      },
    );
  const all = bySpeaker(6);
  assert.ok(Math.abs(all.statistic - (found.speaker_test.least ?? 0)) < 1e-6);
  assert.ok(all.p <= 0.05 && bySpeaker(5).p > 0.05);
  const byClip = (clips: number) =>
    permutationTest(
      predictions((g, clip, truth) => g === 0 && truth === 0 && clip < clips),
      none,
      {
        ...{ ...options, unit: (row) => row.id },
      },
    );
  const enough = byClip(found.clip_test.clips);
  assert.ok(Math.abs(enough.statistic - (found.clip_test.least ?? 0)) < 1e-6);
  assert.ok(enough.p <= 0.05 && byClip(found.clip_test.clips - 1).p > 0.05);
});

test('families are refused as an evaluation refuses them', () => {
  const of = (speakers: number) =>
    smallestDifferences(counts.slice(0, speakers).concat(counts).slice(0, speakers), 0.05)
      .speaker_test;
  assert.is(of(6).largest_family, 1, 'six speakers: from two comparisons on');
  assert.equal([of(5).largest_family, of(5).least], [0, null], 'five: always');
  assert.is(of(10).largest_family, 25);
});

test('expected differences are those of simulated models that disagree at random', () => {
  const q = 0.2;
  const random = createRandom(5);
  const pooled: number[] = [];
  const halfWidths: number[] = [];
  const t = studentQuantile(0.975, 5);
  for (let draw = 0; draw < 1500; draw++) {
    // Per clip +1, −1 (q / 2 each) or 0: what one set has more than the other.
    const perSpeaker = counts.map((row) =>
      mean(
        row.map((n) => {
          let sum = 0;
          for (let i = 0; i < n; i++) {
            const x = random.next();
            sum += x < q / 2 ? 1 : x < q ? -1 : 0;
          }
          return sum / n;
        }),
      ),
    );
    pooled.push(mean(perSpeaker));
    halfWidths.push(((t * standardDeviation(perSpeaker)) / Math.sqrt(6)) ** 2);
  }
  const row = smallestDifferences(counts, 0.05).expected.find((one) => one.q === q);
  const clips = 1.96 * standardDeviation(pooled);
  // The standard error of a standard deviation of 1500 draws is 1.8 %.
  assert.ok(Math.abs(clips / (row?.clips ?? 0) - 1) < 0.07, `${clips}, not ${row?.clips}`);
  const speakers = Math.sqrt(mean(halfWidths));
  assert.ok(
    Math.abs(speakers / (row?.speakers ?? 0) - 1) < 0.07,
    `${speakers}, not ${row?.speakers}`,
  );
});

test.run();
