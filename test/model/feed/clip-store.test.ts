import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ClipRows } from '../../../src/dsp/augment/crop.ts';
import { inParts } from '../../../src/model/feed/clips.ts';
import { madeUp, storeOf } from './made-up.ts';

const test = suite('clip store');

const bands = 3;
const lengths = [4, 1, 7, 2];

const values = ({ data, at, frames }: ClipRows): readonly number[] => [
  ...data.subarray(at, at + bands * frames),
];

test('within the budget every clip is read once, and time runs fastest', () => {
  const made = madeUp(bands, lengths);
  const bytes = 14 * bands * 4;
  const store = storeOf(made, bands, bytes);
  const [second, first] = store.fetch(['c2', 'c0']);
  for (const [clip, id] of [
    [second!, 'c2'],
    [first!, 'c0'],
  ] as const) {
    const { data, frames } = made.matrices.get(id)!;
    assert.is(clip.frames, frames);
    const expected = Array.from({ length: bands * frames }, (_, i) => {
      const [band, t] = [Math.floor(i / frames), i % frames];
      return data[t * bands + band];
    });
    assert.equal(values(clip), expected);
  }
  assert.equal(made.loads.flat(), made.ids);
  assert.throws(() => store.fetch(['c9']), /"c9" was not opened/);
});

test('beyond the budget clips are read when they are asked for, with the same values', () => {
  const made = madeUp(bands, lengths);
  const held = storeOf(madeUp(bands, lengths), bands);
  const store = storeOf(made, bands, 14 * bands * 4 - 1);
  assert.equal(made.loads, [], 'opening reads nothing');
  for (const ids of [['c2', 'c0'], ['c1'], ['c3', 'c2', 'c0', 'c1']]) {
    assert.equal(store.fetch(ids).map(values), held.fetch(ids).map(values));
  }
  assert.equal(made.loads.length, 3);
});

test('what a loader does not give is named', () => {
  const made = madeUp(bands, lengths);
  const store = storeOf({ ...made, load: () => new Map() }, bands, 0);
  assert.throws(() => store.fetch(['c1']), /the clip "c1" has no features/);
});

test('parts hold at most so many numbers, or one clip', () => {
  const sizes: Readonly<Record<string, number>> = { a: 3, b: 3, c: 9, d: 1, e: 1, f: 5 };
  const parts = [...inParts(Object.keys(sizes), (id) => sizes[id]!, 6)];
  assert.equal(parts, [['a', 'b'], ['c'], ['d', 'e'], ['f']]);
  assert.equal([...inParts([], () => 1, 6)], []);
});

test.run();
