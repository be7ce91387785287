import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createCropper } from '../../../src/dsp/augment/crop.ts';

const test = suite('crop');

const identity = (bands: number): Float64Array => Float64Array.from({ length: bands }, (_, i) => i);

/** Value at (row, t) is 100 row + t. */
function ramp(rows: number, frames: number, at = 0) {
  const data = new Float32Array(at + rows * frames);
  for (let i = 0; i < rows * frames; i++)
    data[at + i] = 100 * Math.floor(i / frames) + (i % frames);
  return { data, at, frames };
}

function crop(
  clip: ReturnType<typeof ramp>,
  sizes: { readonly channels: number; readonly bands: number; readonly frames: number },
  place: { readonly start: number; readonly rate: number; readonly bandAt: Float64Array },
) {
  const x = new Float32Array(sizes.channels * sizes.bands * sizes.frames).fill(7);
  const mask = new Float32Array(sizes.frames).fill(7);
  createCropper(sizes).crop(clip, place, x, 0, mask, 0);
  return { x: [...x], mask: [...mask] };
}

test('at whole frames and bands it copies, from anywhere in an array', () => {
  const sizes = { channels: 1, bands: 2, frames: 3 };
  const place = { start: 4, rate: 1, bandAt: identity(2) };
  const expected = { x: [4, 5, 6, 104, 105, 106], mask: [1, 1, 1] };
  assert.equal(crop(ramp(2, 7), sizes, place), expected);
  assert.equal(crop(ramp(2, 7, 5), sizes, place), expected);
});

test('a ramp in time and over bands is met exactly, whatever the rate', () => {
  const sizes = { channels: 1, bands: 3, frames: 4 };
  const bandAt = Float64Array.of(0.25, 1.5, 1.75);
  const { x } = crop(ramp(3, 20), sizes, { start: 2.5, rate: 1.25, bandAt });
  const expected = [...bandAt].flatMap((band) =>
    [0, 1, 2, 3].map((t) => 100 * band + 2.5 + 1.25 * t),
  );
  assert.equal(x, expected);
});

test('outside the clip is 0, in the mask, too', () => {
  const sizes = { channels: 1, bands: 1, frames: 6 };
  const bandAt = identity(1);
  assert.equal(crop(ramp(1, 3), sizes, { start: -2, rate: 1, bandAt }), {
    x: [0, 0, 0, 1, 2, 0],
    mask: [0, 0, 1, 1, 1, 0],
  });
  assert.equal(crop(ramp(1, 3), sizes, { start: 50, rate: 1, bandAt }), {
    x: [0, 0, 0, 0, 0, 0],
    mask: [0, 0, 0, 0, 0, 0],
  });
});

test('a clip of one frame is itself', () => {
  const sizes = { channels: 1, bands: 2, frames: 3 };
  const { x, mask } = crop(ramp(2, 1), sizes, { start: -1.1, rate: 1.1, bandAt: identity(2) });
  assert.equal(x, [0, 0, 0, 0, 100, 0]);
  assert.equal(mask, [0, 1, 0]);
});

test('channels are warped alike and do not mix', () => {
  const sizes = { channels: 2, bands: 2, frames: 2 };
  const bandAt = Float64Array.of(0.5, 1);
  assert.equal(crop(ramp(4, 5), sizes, { start: 1, rate: 1, bandAt }).x, [
    ...[51, 52, 101, 102],
    ...[251, 252, 301, 302],
  ]);
});

test('a table is taken from what is inside the clip, and not from what is outside', () => {
  const sizes = { channels: 1, bands: 2, frames: 3 };
  const x = new Float32Array(6);
  const table = { mean: Float64Array.of(1, 100), deviation: Float64Array.of(2, 4) };
  const place = { start: 1, rate: 1, bandAt: identity(2) };
  createCropper(sizes).crop(ramp(2, 3), place, x, 0, new Float32Array(3), 0, table);
  assert.equal([...x], [0, 0.5, 0, 0.25, 0.5, 0]);
});

test.run();
