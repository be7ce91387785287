import { parseArgs } from 'node:util';
import { bootstrap } from '../../src/stats/bootstrap.ts';
import { newSpeakers, theseSpeakers } from '../../src/stats/intervals.ts';
import { mean } from '../../src/stats/moments.ts';
import type { Scored } from '../../src/stats/predictions.ts';
import { createRandom, type Random } from '../../src/util/random.ts';

/**
 * How often an interval holds the mean UAR over all speakers there are, when only a few were recorded.
 * Speakers differ (standard deviation 8 points about 60 %), evenly on both sides or with a tail of
 * hard ones; each has 20 clips of 5 classes, so that a speaker's UAR is itself measured. 95 % intervals;
 * what remains between models that share training speakers is not simulated.
 *
 *     node --import tsx bench/stats/coverage.ts [--trials 10000] [--bootstraps 400]     (4 minutes)
 */
const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '10000' },
    bootstraps: { type: 'string', default: '400' },
  },
});
const trials = Number(values.trials);
const bootstraps = Number(values.bootstraps);
const classes = 5;
const clips = 20;
const level = 0.95;
const centre = 0.6;
const spread = 0.08;

/** Mean 0, variance 1. */
const effects: Readonly<Record<string, (random: Random) => number>> = {
  normal: (random) => random.normal(),
  // Skewness −2: most speakers are a little easier than average, a few much harder.
  skewed: (random) => 1 + Math.log(1 - random.next()),
};

const within = (value: number): number => Math.min(1, Math.max(0, value));

/** Clips right of each class of one speaker. */
function record(random: Random, recall: number): number[] {
  return Array.from({ length: classes }, () => {
    let hits = 0;
    for (let i = 0; i < clips; i++) if (random.next() < recall) hits++;
    return hits;
  });
}

/** Rows of clips with a wrong class wherever one is not right. */
function rowsOf(speakers: readonly (readonly number[])[]): Scored[] {
  return speakers.flatMap((hits, s) =>
    hits.flatMap((right, truth) =>
      Array.from({ length: clips }, (_, i): Scored => {
        const predicted = i < right ? truth : (truth + 1) % classes;
        return {
          ...{ id: `${s} ${truth} ${i}`, speaker: String(s), fold: s + 1, seed: 1 },
          ...{ truth, predicted },
          posterior: Array.from({ length: classes }, (_, k) => (k === predicted ? 1 : 0)),
        };
      }),
    ),
  );
}

const percent = (value: number): string => (100 * value).toFixed(1);

console.log(
  '| speakers | they are | new speakers holds it | mean width | these speakers holds it |',
);
console.log('|---:|---|---:|---:|---:|');
for (const [name, effect] of Object.entries(effects)) {
  const far = createRandom(1);
  // Clipping to 0 … 1 moves the mean a little.
  const truth = mean(Array.from({ length: 1e6 }, () => within(centre + spread * effect(far))));
  for (const count of [5, 6, 10, 24]) {
    const random = createRandom(count);
    let held = 0;
    let width = 0;
    let heldNear = 0;
    for (let trial = 0; trial < trials; trial++) {
      const speakers = Array.from({ length: count }, () =>
        record(random, within(centre + spread * effect(random))),
      );
      const interval = newSpeakers(
        speakers.map((hits) => mean(hits) / clips),
        level,
      );
      if (interval === undefined) throw new Error('too few speakers');
      if (interval.low <= truth && truth <= interval.high) held++;
      width += (interval.high - interval.low) / trials;
      if (trial >= bootstraps) continue;
      const draws = bootstrap(rowsOf(speakers), classes, { resamples: 200, random });
      const near = theseSpeakers(draws.uar, level);
      if (near && near.low <= truth && truth <= near.high) heldNear++;
    }
    const cells = [percent(held / trials), percent(width), percent(heldNear / bootstraps)];
    console.log(`| ${count} | ${name} | ${cells.join(' | ')} |`);
  }
}
