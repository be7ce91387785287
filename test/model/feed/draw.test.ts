import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type DrawSizes, drawSample, type SampleDraw } from '../../../src/model/feed/draw.ts';
import { noPolicy, type Policy } from '../../../src/model/feed/policy.ts';
import { createRandom } from '../../../src/util/random.ts';

const test = suite('draws');

const everything: Policy = {
  tempo: 0.15,
  vtlp: 0.12,
  frequencyWarp: 5,
  timeShift: 12,
  frequencyMask: { width: 8, count: 2 },
  timeMask: { width: 20, count: 3 },
  mixup: 0.3,
  freqMixStyle: { probability: 0.6, alpha: 0.4 },
};

const sizes = { bands: 64, frames: 96, clip: 150, tables: 0 };

function draws(
  policy: Policy,
  change: Partial<DrawSizes> = {},
  count = 2000,
): readonly SampleDraw[] {
  return Array.from({ length: count }, (_, seed) =>
    drawSample(policy, { ...sizes, ...change }, createRandom(seed)),
  );
}

/** Frames of the crop that lie inside the clip. */
function filled(
  { start, rate }: SampleDraw,
  { frames, clip }: { frames: number; clip: number },
): number {
  let count = 0;
  for (let t = 0; t < frames; t++) {
    const place = start + rate * t;
    if (place > -1e-9 && place < clip - 1 + 1e-9) count++;
  }
  return count;
}

const within = (values: readonly number[], low: number, high: number): boolean =>
  values.every((value) => value >= low && value <= high);

test('no policy is a crop of whole frames, each place equally likely', () => {
  const found = draws(noPolicy, {}, 20_000);
  const counts = new Array<number>(55).fill(0);
  for (const { start, rate, alpha, bend, bandMasks, frameMasks, mixup, style } of found) {
    assert.ok(Number.isInteger(start) && start >= 0 && start <= 54);
    assert.equal([rate, alpha, bend, bandMasks, frameMasks], [1, 1, null, [], []]);
    assert.equal([mixup, style], [1, 1]);
    counts[start]!++;
  }
  // χ² with 54 degrees of freedom exceeds 110 once in 100,000 times.
  const expected = 20_000 / 55;
  const chi = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  assert.ok(chi < 110, `χ² ${chi}`);
});

test('a crop stays inside a clip that is long enough, a shorter clip inside the crop', () => {
  const policy = { ...everything, timeShift: 0 };
  for (const draw of draws(policy)) assert.is(filled(draw, { frames: 96, clip: 150 }), 96);
  for (const clip of [1, 2, 3, 40]) {
    for (const tempo of [0, 0.15]) {
      for (const draw of draws({ ...policy, tempo }, { clip })) {
        const count = filled(draw, { frames: 96, clip });
        const most = Math.floor((clip - 1) / draw.rate + 1e-9) + 1;
        assert.ok(count >= Math.max(1, most - 1) && count <= most, `${count} of ${clip}`);
      }
    }
  }
});

test('a shift leaves at least one frame, also of the shortest clips', () => {
  for (const clip of [1, 2, 5, 95, 96, 97, 400]) {
    for (const tempo of [0, 0.3]) {
      const policy = { ...everything, tempo, timeShift: 500 };
      for (const draw of draws(policy, { clip }, 500)) {
        assert.ok(filled(draw, { frames: 96, clip }) >= 1, `clip ${clip}, start ${draw.start}`);
      }
    }
  }
  const empty = draws({ ...noPolicy, timeShift: 30 }).filter(
    (draw) => filled(draw, { frames: 96, clip: 150 }) < 96,
  );
  assert.ok(empty.length > 100, 'it goes beyond the ends of the clip');
});

test('ranges are those of the policy, and reached', () => {
  const found = draws(everything);
  const logs = found.map(({ rate }) => Math.log(rate));
  assert.ok(within(logs, -0.15, 0.15) && Math.max(...logs) > 0.149 && Math.min(...logs) < -0.149);
  const alphas = found.map(({ alpha }) => Math.log(alpha));
  assert.ok(within(alphas, -0.12, 0.12) && Math.max(...alphas) > 0.119);
  for (const { bend, bandMasks, frameMasks } of found) {
    assert.ok(bend !== null && within([bend.from], 5, 58) && within([bend.to], 0, 63));
    assert.ok(Math.abs(bend.to - bend.from) <= 5);
    assert.is(bandMasks.length, 2);
    assert.is(frameMasks.length, 3);
    for (const { first, width } of bandMasks) {
      assert.ok(width >= 0 && width <= 8 && first >= 0 && first + width <= 64);
    }
    for (const { first, width } of frameMasks) {
      assert.ok(width >= 0 && width <= 20 && first >= 0 && first + width <= 96);
    }
  }
  const widths = new Set(found.flatMap(({ bandMasks }) => bandMasks.map(({ width }) => width)));
  assert.equal(
    [...widths].sort((a, b) => a - b),
    [0, 1, 2, 3, 4, 5, 6, 7, 8],
  );
  const styled = found.filter(({ style }) => style !== 1).length / found.length;
  // 0.6 with a standard error of 0.011.
  assert.ok(Math.abs(styled - 0.6) < 0.05, `${styled}`);
});

test('masks and bends never exceed what there is', () => {
  for (const { bandMasks, frameMasks, bend } of draws(everything, { bands: 3, frames: 4 })) {
    for (const { first, width } of bandMasks) assert.ok(first + width <= 3);
    for (const { first, width } of frameMasks) assert.ok(first + width <= 4);
    assert.ok(bend !== null && within([bend.from, bend.to], 0, 2));
  }
  assert.ok(draws(everything, { bands: 1 }).every(({ bend }) => bend === null));
});

test('the same generator gives the same draw; one policy leaves what the others draw', () => {
  assert.equal(draws(everything, {}, 20), draws(everything, {}, 20));
  const [full] = draws(everything, {}, 1);
  for (const key of ['vtlp', 'frequencyWarp', 'mixup'] as const) {
    const [less] = draws({ ...everything, [key]: 0 }, {}, 1);
    assert.equal([less!.rate, less!.start], [full!.rate, full!.start], key);
    assert.equal(less!.bandMasks, full!.bandMasks, key);
    assert.equal(less!.frameMasks, full!.frameMasks, key);
  }
});

test('every table of a speaker is taken as often', () => {
  const counts = new Array<number>(42).fill(0);
  for (const { table } of draws(everything, { tables: 42 }, 8400)) counts[table]!++;
  // 200 each; χ² with 41 degrees of freedom exceeds 91 once in 100,000 times.
  const chi = counts.reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0);
  assert.ok(chi < 91, `χ² ${chi}`);
});

test.run();
