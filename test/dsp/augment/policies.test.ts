import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createBandWarp } from '../../../src/dsp/augment/band-warp.ts';
import { createFreqMixStyle } from '../../../src/dsp/augment/freq-mix-style.ts';
import { maskBands, maskFrames } from '../../../src/dsp/augment/mask.ts';
import { joinMasks, mixRows } from '../../../src/dsp/augment/mix.ts';
import { createRandom } from '../../../src/util/random.ts';

const test = suite('policies');

const axis = { bands: 8, fmin: 0, fmax: 900, htk: false };

test('without a warp every band is itself', () => {
  const out = new Float64Array(8);
  createBandWarp(8, axis)(1, null, out);
  assert.equal([...out], [0, 1, 2, 3, 4, 5, 6, 7]);
});

test('below 1 kHz Slaney’s bands lie evenly in Hz: α moves them in proportion, up to the last', () => {
  const out = new Float64Array(8);
  createBandWarp(8, axis)(1.1, null, out);
  // Band b is at 100 (b + 1) Hz and reads 110 (b + 1) Hz.
  const expected = [0, 1, 2, 3, 4, 5, 6, 7].map((b) => Math.min(1.1 * (b + 1) - 1, 7));
  for (const [b, place] of expected.entries()) assert.ok(Math.abs(out[b]! - place) < 1e-12);
});

test('a bend moves one band, keeps the ends and is straight between', () => {
  const out = new Float64Array(11);
  createBandWarp(11, null)(1, { from: 4, to: 5 }, out);
  assert.equal(
    [...out].map((x) => +x.toFixed(9)),
    [0, 0.8, 1.6, 2.4, 3.2, 4, 5.2, 6.4, 7.6, 8.8, 10],
  );
  const edges = new Float64Array(3);
  createBandWarp(3, null)(1, { from: 1, to: 0 }, edges);
  assert.equal([...edges], [1, 1.5, 2]);
  createBandWarp(3, null)(1, { from: 1, to: 2 }, edges);
  assert.equal([...edges], [0, 0.5, 1]);
});

test('masks cover their bands and frames in every channel, and nothing else', () => {
  const sizes = { channels: 2, bands: 3, frames: 4 };
  const x = new Float32Array(2 * 24).fill(1);
  maskBands(x, 24, sizes, 1, 1);
  maskFrames(x, 24, sizes, 2, 2);
  const sample = ['1100', '0000', '1100'];
  const rows = Array.from({ length: 12 }, (_, row) => x.subarray(row * 4, row * 4 + 4).join(''));
  assert.equal(rows, [...Array<string>(6).fill('1111'), ...sample, ...sample]);
});

test('mixRows mixes each row with the next as it was', () => {
  const rows = Float32Array.of(1, 2, 10, 20, 100, 200);
  mixRows(rows, 2, Float64Array.of(0.5, 1, 0.25), new Float32Array(2));
  assert.equal([...rows], [5.5, 11, 10, 20, 25.75, 51.5]);
  const mask = Float32Array.of(1, 0, 0, 0, 0, 1);
  joinMasks(mask, 2, new Float32Array(2));
  assert.equal([...mask], [1, 0, 0, 1, 1, 1]);
});

test('Freq-MixStyle gives a sample the statistics of its partner, over channels and kept frames', () => {
  const sizes = { channels: 2, bands: 2, frames: 5 };
  const random = createRandom(2);
  const x = Float32Array.from({ length: 40 }, () => random.normal());
  const mask = Float32Array.of(1, 1, 1, 0, 0, 1, 1, 1, 1, 1);
  for (let i = 0; i < 20; i++) if (i % 5 >= 3) x[i] = 0;
  const before = x.slice();
  const statistics = (n: number, band: number): readonly [number, number] => {
    const kept: number[] = [];
    for (const channel of [0, 1]) {
      for (let t = 0; t < 5; t++) {
        if (mask[n * 5 + t] === 1) kept.push(x[n * 20 + (channel * 2 + band) * 5 + t]!);
      }
    }
    const mean = kept.reduce((sum, value) => sum + value, 0) / kept.length;
    const squares = kept.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return [mean, Math.sqrt(squares / kept.length)];
  };
  const partner = [0, 1].map((band) => statistics(1, band));
  createFreqMixStyle(2, sizes).apply(x, mask, Float64Array.of(0, 1), (n) => 1 - n);
  for (const band of [0, 1]) {
    const [mean, deviation] = statistics(0, band);
    assert.ok(Math.abs(mean - partner[band]![0]) < 1e-6);
    assert.ok(Math.abs(deviation - partner[band]![1]) < 1e-6);
  }
  assert.equal([...x.subarray(20)], [...before.subarray(20)], 'λ = 1 leaves it alone');
  assert.ok(
    [3, 4].every((t) => x[t] === 0 && x[15 + t] === 0),
    'padding stays 0',
  );
});

test.run();
