import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { clusteredRecall } from '../../src/stats/clustered-recall.ts';
import { createRandom } from '../../src/util/random.ts';

const test = suite('interval of a recall in clusters');

const near = (a: number | undefined, b: number): void =>
  assert.ok(Math.abs((a ?? Number.NaN) - b) < 1e-9, `${a} is not ${b}`);

test('of equal clusters is the t interval of their recalls (scipy.stats.t.interval)', () => {
  const hits = [
    [3, 1],
    [2, 2],
    [0, 4],
    [5, 1],
  ];
  const found = clusteredRecall(
    hits.map((own) => ({ hits: own, clips: [6, 8] })),
    0.99,
  );
  near(found?.value, 1 / 3);
  near(found?.low, 0.039434661987252206);
  near(found?.high, 0.6272320046794144);
  assert.is(found?.df, 3);
});

test('a class that nobody has counts nowhere, one that some lack counts by its clips', () => {
  const found = clusteredRecall(
    [
      { clips: [4, 0, 0], hits: [2, 0, 0] },
      { clips: [4, 2, 0], hits: [4, 1, 0] },
    ],
    0.99,
  );
  near(found?.value, (6 / 8 + 1 / 2) / 2);
  assert.is(clusteredRecall([{ clips: [1], hits: [1] }], 0.99), undefined);
});

test('holds the truth as often as it says where clusters shift as a whole', () => {
  const random = createRandom(7);
  let held = 0;
  const trials = 400;
  for (let trial = 0; trial < trials; trial++) {
    const clusters = Array.from({ length: 10 }, () => {
      // What a training on permuted labels does: one class takes over, another one in each fold.
      const favourite = Math.floor(4 * random.next());
      const clips = [12, 8, 10, 10];
      const hits = clips.map((n, c) =>
        Array.from({ length: n }, () => random.next() < (c === favourite ? 0.7 : 0.1)).reduce(
          (sum, right) => sum + Number(right),
          0,
        ),
      );
      return { clips, hits };
    });
    const { low = 1, high = 0 } = clusteredRecall(clusters, 0.95) ?? {};
    if (low <= 0.25 && 0.25 <= high) held++;
  }
  // Binomial: 0.95 ± 3 standard deviations of 400 trials.
  assert.ok(Math.abs(held / trials - 0.95) < 0.033, `${held} of ${trials}`);
});

test.run();
