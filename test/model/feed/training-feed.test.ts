import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Batch } from '../../../src/model/engine.ts';
import { openClipStore } from '../../../src/model/feed/clip-store.ts';
import { noPolicy, type Policy } from '../../../src/model/feed/policy.ts';
import { createPreparation } from '../../../src/model/feed/preparation.ts';
import {
  createTrainingFeed,
  type Example,
  type TrainingFeed,
} from '../../../src/model/feed/training-feed.ts';
import { madeUp, storeOf } from './made-up.ts';

const test = suite('training feed');

const bands = 6;
const classes = 3;
const lengths = [9, 30, 12, 5, 22, 17, 40, 8, 13, 11, 1];
const cropFrames = 12;
const axis = { bands, fmin: 50, fmax: 4000, htk: false };

const single: Policy = {
  ...noPolicy,
  tempo: 0.15,
  vtlp: 0.1,
  frequencyMask: { width: 2, count: 1 },
  timeMask: { width: 3, count: 2 },
};

interface Change {
  readonly policy?: Policy;
  readonly batchSize?: number;
  readonly budget?: number;
  readonly seed?: number;
  readonly reverse?: boolean;
  readonly only?: readonly string[];
  readonly example?: (example: Example) => Example;
}

function feed(change: Change = {}): TrainingFeed {
  const made = madeUp(bands, lengths);
  const ids = made.ids.filter((id) => change.only?.includes(id) ?? true);
  const examples = ids.map((id, n): Example => {
    const plain = { id, class: Number(id.slice(1)) % classes, weight: 1 + Number(id.slice(1)) };
    return change.example?.(plain) ?? { ...plain, side: Float32Array.of(n, -n) };
  });
  return createTrainingFeed({
    channels: 1,
    bands,
    classes,
    examples: change.reverse === true ? examples.reverse() : examples,
    clips: storeOf(made, bands, change.budget),
    cropFrames,
    batchSize: change.batchSize ?? 4,
    policy: change.policy ?? single,
    axis,
    seed: change.seed ?? 7,
  });
}

interface Row {
  readonly x: readonly number[];
  readonly mask: readonly number[];
  readonly target: readonly number[];
  readonly weight: number;
  readonly side: readonly number[];
}

/** The samples of an epoch by weight, which is different for each clip. */
async function epoch(of: TrainingFeed, number = 1): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const { x, mask, target, weight, side } of of.batches(number)) {
    const count = weight.length;
    const row = (values: Float32Array, n: number): readonly number[] => {
      const width = values.length / count;
      return [...values.subarray(n * width, (n + 1) * width)];
    };
    for (let n = 0; n < count; n++) {
      rows.push({
        ...{ x: row(x, n), mask: row(mask, n), target: row(target, n), weight: weight[n]! },
        side: side === undefined ? [] : row(side, n),
      });
    }
  }
  return rows;
}

const byWeight = (rows: readonly Row[]): ReadonlyMap<number, Row> =>
  new Map(rows.map((row) => [row.weight, row]));

test('an epoch is whole batches of clips that differ, in an order of its own', async () => {
  const of = feed();
  assert.is(of.stepsPerEpoch, 2);
  const orders: string[] = [];
  for (const number of [1, 2, 3]) {
    const weights = (await epoch(of, number)).map(({ weight }) => weight);
    assert.is(weights.length, 8);
    assert.is(new Set(weights).size, 8);
    orders.push(weights.join());
  }
  assert.is(new Set(orders).size, 3);
  assert.is(feed({ batchSize: 12 }).stepsPerEpoch, 0);
  assert.equal(await epoch(feed({ batchSize: 12 })), []);
});

test('the same seed gives the same batches, whatever the order of the list and the memory', async () => {
  const expected = await epoch(feed(), 2);
  assert.equal(await epoch(feed(), 2), expected);
  assert.equal(
    await epoch(
      feed({ reverse: true, example: (one) => ({ ...one, side: Float32Array.of(one.class) }) }),
      2,
    ),
    await epoch(feed({ example: (one) => ({ ...one, side: Float32Array.of(one.class) }) }), 2),
  );
  assert.equal(await epoch(feed({ budget: 0 }), 2), expected);
  const again = feed();
  await epoch(again, 1);
  assert.equal(await epoch(again, 2), expected, 'after another epoch');
  assert.not.equal(await epoch(feed({ seed: 8 }), 2), expected);
  assert.not.equal(await epoch(feed(), 3), expected);
});

test('a sample depends on seed, epoch and id alone, not on its batch', async () => {
  const bare = { example: (one: Example) => one, batchSize: 1 };
  const all = byWeight(await epoch(feed(bare)));
  const some = byWeight(await epoch(feed({ ...bare, only: ['c1', 'c4', 'c6'] })));
  const large = byWeight(await epoch(feed({ ...bare, batchSize: 11 })));
  assert.is(all.size, 11);
  for (const [weight, row] of some) assert.equal(row, all.get(weight));
  assert.equal([...large.keys()].sort(), [...all.keys()].sort());
  for (const [weight, row] of large) assert.equal(row, all.get(weight));
});

test('targets are one-hot, weight and side numbers are the clip’s', async () => {
  for (const { target, weight, side, mask, x } of await epoch(feed())) {
    const id = weight - 1;
    assert.is(target.indexOf(1), id % classes);
    assert.is(
      target.reduce((sum, value) => sum + value, 0),
      1,
    );
    assert.equal(side.map(Math.abs), [id, id]);
    assert.ok(mask.includes(1));
    for (const [i, value] of x.entries()) {
      assert.ok(Number.isFinite(value));
      if (mask[i % cropFrames] === 0) assert.is(value, 0);
    }
  }
});

test('without a policy a sample is a piece of its clip', async () => {
  const { matrices } = madeUp(bands, lengths);
  for (const { x, mask, weight } of await epoch(feed({ policy: noPolicy }))) {
    const { data, frames } = matrices.get(`c${weight - 1}`)!;
    const first = mask.indexOf(1);
    const band = (t: number): readonly number[] =>
      Array.from({ length: bands }, (_, b) => x[b * cropFrames + t]!);
    const places = Array.from({ length: frames }, (_, t) => [
      ...data.subarray(t * bands, (t + 1) * bands),
    ]);
    const start = places.findIndex((values) => values.join() === band(first).join());
    assert.ok(start >= 0, 'its first frame is one of the clip');
    const count = mask.filter((value) => value === 1).length;
    assert.is(count, Math.min(frames, cropFrames));
    for (let t = 0; t < count; t++) assert.equal(band(first + t), places[start + t]);
  }
});

test('mixup mixes everything of a sample in one ratio, and targets still sum to 1', async () => {
  const policy = { ...single, mixup: 0.5 };
  const [plain, mixed] = [await epoch(feed()), await epoch(feed({ policy }))];
  for (let n = 0; n < 4; n++) {
    const [own, next, row] = [plain[n]!, plain[(n + 1) % 4]!, mixed[n]!];
    const share = (row.weight - next.weight) / (own.weight - next.weight);
    assert.ok(share >= 0 && share <= 1);
    for (const key of ['x', 'target', 'side'] as const) {
      for (const [i, value] of row[key].entries()) {
        const expected = share * own[key][i]! + (1 - share) * next[key][i]!;
        // Both shares and values are float32.
        assert.ok(Math.abs(value - expected) < 1e-5, `${key} ${i}: ${value}, not ${expected}`);
      }
    }
    assert.equal(
      row.mask,
      own.mask.map((value, t) => Math.max(value, next.mask[t]!)),
    );
  }
});

test('a sample takes one of its speaker’s tables', async () => {
  const table = (mean: number) => ({
    mean: new Float64Array(bands).fill(mean),
    deviation: new Float64Array(bands).fill(2),
  });
  const tables = [table(1), table(2), table(3)];
  const plain = await epoch(feed({ policy: noPolicy }));
  const moved = await epoch(
    feed({ policy: noPolicy, example: (one) => ({ ...one, side: Float32Array.of(0), tables }) }),
  );
  const offsets = new Set<number>();
  for (const [n, row] of moved.entries()) {
    const at = row.mask.indexOf(1);
    const offset = Math.round(plain[n]!.x[at]! - 2 * row.x[at]!);
    offsets.add(offset);
    for (const [i, value] of row.x.entries()) {
      const expected = row.mask[i % cropFrames] === 1 ? (plain[n]!.x[i]! - offset) / 2 : 0;
      assert.ok(Math.abs(value - expected) < 1e-6);
    }
  }
  assert.ok(offsets.size > 1 && [...offsets].every((offset) => [1, 2, 3].includes(offset)));
});

test('vocal tract length needs an axis', () => {
  const made = madeUp(bands, lengths);
  const options = {
    ...{ channels: 1, bands, classes, examples: [], cropFrames, batchSize: 2, axis: null, seed: 1 },
    clips: storeOf(made, bands),
  };
  assert.throws(() => createTrainingFeed({ ...options, policy: single }), /mel axis/);
  assert.is(createTrainingFeed({ ...options, policy: noPolicy }).stepsPerEpoch, 0);
});

/** One set of arrays serves all batches: what a step has read may be written over. */
test('arrays are used again', async () => {
  const seen: Batch[] = [];
  for await (const batch of feed().batches(1)) seen.push(batch);
  assert.is(seen.length, 2);
  assert.is(seen[0]!.x, seen[1]!.x);
});

test('a policy does the same to all channels', async () => {
  const [channels, cropped] = [3, 12];
  const gains = [1, 2, -0.5];
  const made = madeUp(bands, lengths);
  // Every channel is a multiple of the first: so it is after crops, warps, masks and mixup, too.
  const matrices = new Map(
    [...made.matrices].map(([id, { data, frames }]) => {
      const wide = new Float32Array(data.length * channels);
      for (const [i, value] of data.entries()) {
        const [t, band] = [Math.floor(i / bands), i % bands];
        for (const [c, gain] of gains.entries())
          wide[(t * channels + c) * bands + band] = value * gain;
      }
      return [id, { data: wide, frames }] as const;
    }),
  );
  const load = (ids: readonly string[]) => new Map(ids.map((id) => [id, matrices.get(id)!]));
  const shape = { channels, bands };
  const preparation = createPreparation({ ...shape, floor: null, level: 'band' });
  const clips = openClipStore({
    ...{ ...shape, ids: made.ids, frames: made.frames, load, preparation, budget: 1e9 },
  });
  // Freq-MixStyle is an affine map, the same for all channels: no multiple stays one.
  const policy: Policy = { ...single, ...{ frequencyWarp: 1, timeShift: 2, mixup: 0.4 } };
  const { batches } = createTrainingFeed({
    ...{ ...shape, classes, cropFrames: cropped, batchSize: 4, axis, seed: 3, clips, policy },
    examples: made.ids.map((id) => ({ id, class: 0, weight: 1 })),
  });
  const size = bands * cropped;
  let seen = 0;
  for await (const { x } of batches(1)) {
    for (let n = 0; n < 4; n++) {
      const at = n * channels * size;
      for (let i = 0; i < size; i++) {
        for (const [c, gain] of gains.entries()) {
          const [found, first] = [x[at + c * size + i]!, x[at + i]!];
          assert.ok(Math.abs(found - gain * first) < 1e-4, `${found}, not ${gain} × ${first}`);
        }
        if (x[at + i] !== 0) seen++;
      }
    }
  }
  assert.ok(seen > size, `${seen} values are not 0`);
});

test.run();
