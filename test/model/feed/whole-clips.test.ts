import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type WholeClips, wholeClips } from '../../../src/model/feed/whole-clips.ts';
import { windowStarts, windowsOf } from '../../../src/model/feed/windows.ts';
import { madeUp, storeOf } from './made-up.ts';

const test = suite('whole clips');

const bands = 3;
const lengths = [9, 30, 12, 5, 22, 5];

function batches(change: Partial<Parameters<typeof wholeClips>[1]> = {}): readonly WholeClips[] {
  const made = madeUp(bands, lengths);
  const options = {
    ...{ channels: 1, bands, clips: storeOf(made, bands), batchSize: 3 },
    ...{ batchFrames: 1000, multiple: 1, minimumFrames: 1 },
  };
  return [...wholeClips(made.ids, { ...options, ...change })];
}

test('clips come from short to long, each whole, with zeros behind', () => {
  const { matrices } = madeUp(bands, lengths);
  const [first, second, ...more] = batches();
  assert.equal(first?.ids, ['c3', 'c5', 'c0']);
  assert.equal(second?.ids, ['c2', 'c4', 'c1']);
  assert.equal(more, []);
  for (const { ids, frames, count, x, mask } of [first!, second!]) {
    assert.is(count, 3);
    assert.is(frames, Math.max(...ids.map((id) => matrices.get(id)!.frames)));
    for (const [n, id] of ids.entries()) {
      const clip = matrices.get(id)!;
      for (let t = 0; t < frames; t++) {
        assert.is(mask[n * frames + t], t < clip.frames ? 1 : 0);
        for (let b = 0; b < bands; b++) {
          const value = x[(n * bands + b) * frames + t]!;
          assert.is(value, t < clip.frames ? clip.data[t * bands + b]! : 0);
        }
      }
    }
  }
});

test('frames in a batch are bounded, lengths rounded up and never too short', () => {
  const sizes = (change: Partial<Parameters<typeof wholeClips>[1]>): readonly string[] =>
    batches(change).map(({ count, frames }) => `${count}×${frames}`);
  assert.equal(sizes({ batchFrames: 44 }), ['3×9', '2×22', '1×30']);
  assert.equal(sizes({ batchFrames: 1 }), ['1×5', '1×5', '1×9', '1×12', '1×22', '1×30']);
  assert.equal(sizes({ multiple: 8 }), ['3×16', '3×32']);
  assert.equal(sizes({ minimumFrames: 24 }), ['3×24', '3×30']);
  assert.equal(sizes({ minimumFrames: 24, multiple: 16 }), ['3×32', '3×32']);
});

test('a table moves what is inside the clip alone; side numbers are each clip’s', () => {
  const table = { mean: Float64Array.of(1, 2, 3), deviation: Float64Array.of(1, 2, 4) };
  const options = {
    table: () => table,
    side: (id: string) => Float32Array.of(Number(id.slice(1)), 5),
  };
  const plain = batches();
  for (const [i, { ids, x, mask, frames, side }] of batches(options).entries()) {
    assert.equal(
      [...side!],
      ids.flatMap((id) => [Number(id.slice(1)), 5]),
    );
    for (const [at, value] of x.entries()) {
      const [n, b, t] = [
        Math.floor(at / (bands * frames)),
        Math.floor(at / frames) % bands,
        at % frames,
      ];
      const expected = mask[n * frames + t] === 1 ? (plain[i]!.x[at]! - (b + 1)) / 2 ** b : 0;
      assert.is(value, Math.fround(expected));
    }
  }
  assert.is(plain[0]?.side, undefined);
});

test('windows cover every frame, the last one ends with the clip, short clips are one', () => {
  const starts = (clip: number, frames: number, overlap: number): readonly number[] =>
    windowStarts(clip, windowsOf(frames, overlap));
  assert.equal(starts(96, 96, 0.5), [0]);
  assert.equal(starts(40, 96, 0.5), [0]);
  assert.equal(starts(97, 96, 0.5), [0, 1]);
  assert.equal(starts(192, 96, 0.5), [0, 48, 96]);
  assert.equal(starts(200, 96, 0.5), [0, 48, 96, 104]);
  assert.equal(starts(288, 96, 0), [0, 96, 192]);
  assert.equal(starts(10, 4, 0.75), [0, 1, 2, 3, 4, 5, 6]);
  const [width, overlap] = [7, 0.3];
  for (let clip = 1; clip < 60; clip++) {
    const seen = new Set<number>();
    for (const start of starts(clip, width, overlap)) {
      for (let t = start; t < Math.min(start + width, clip); t++) seen.add(t);
      assert.ok(start === 0 || start + width <= clip, 'no window reaches beyond its clip');
    }
    assert.is(seen.size, clip);
  }
});

test('a window holds the frames that it starts at, and no others', () => {
  const { matrices } = madeUp(bands, lengths);
  const windows = windowsOf(10, 0.5);
  const found = batches({ windows, batchSize: 4 });
  const counts = new Map<string, number>();
  for (const { ids, frames, x, mask } of found) {
    for (const [n, id] of ids.entries()) {
      const clip = matrices.get(id)!;
      const nth = counts.get(id) ?? 0;
      counts.set(id, nth + 1);
      const start = windowStarts(clip.frames, windows)[nth]!;
      for (let t = 0; t < frames; t++) {
        const inside = t < Math.min(10, clip.frames);
        assert.is(mask[n * frames + t], inside ? 1 : 0);
        const value = x[(n * bands + 1) * frames + t]!;
        assert.is(value, inside ? clip.data[(start + t) * bands + 1]! : 0);
      }
    }
  }
  const expected = lengths.map((clip) => windowStarts(clip, windows).length);
  assert.equal(
    lengths.map((_, i) => counts.get(`c${i}`)),
    expected,
  );
});

test.run();
