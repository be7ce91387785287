import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type WholeClips, wholeClips } from '../../../src/model/feed/whole-clips.ts';
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

test.run();
