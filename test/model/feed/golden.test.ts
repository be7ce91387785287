import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createBandWarp } from '../../../src/dsp/augment/band-warp.ts';
import type { Batch } from '../../../src/model/engine.ts';
import type { SampleDraw } from '../../../src/model/feed/draw.ts';
import { fitNormaliser } from '../../../src/model/feed/normaliser.ts';
import { createPreparation, type Level } from '../../../src/model/feed/preparation.ts';
import { createSampler } from '../../../src/model/feed/sampler.ts';
import {
  bands,
  clips,
  cropFrames,
  golden,
  lengths,
  stored,
  tableOf,
  worst,
} from '../../golden/feed/load.ts';

const test = suite('feed as NumPy and PyTorch have it');

const shape = { channels: 1, bands };
const axis = { bands, fmin: 50, fmax: 8000, htk: false };
const ids = ['0', '1', '2', '3', '4'];
const floor = (80 * Math.LN10) / 10;

function prepare(level: Level, unit = 1) {
  const matrices = clips().map((data, n) => ({
    data: data.map((value) => value * unit),
    frames: lengths[n]!,
  }));
  const load = (wanted: readonly string[]) => new Map(wanted.map((id) => [id, matrices[+id]!]));
  const options = { ...shape, floor: floor * unit, level };
  const bare = createPreparation(options);
  const frames = (id: string): number => lengths[+id]!;
  const normaliser = fitNormaliser(ids.slice(0, 3), shape, bare, frames, load);
  const preparation = createPreparation({ ...options, normaliser });
  const rows = matrices.map((clip) => {
    const data = new Float32Array(clip.data.length);
    preparation.prepare(clip, data, 0);
    return { data, at: 0, frames: clip.frames };
  });
  return { normaliser, rows };
}

for (const level of ['scalar', 'band', 'none'] as const) {
  test(`level ${level}, floor and z-score are those of numpy`, () => {
    const { normaliser, rows } = prepare(level);
    const { mean, deviation } = golden.levels[level]!;
    // The features are float32 of magnitude 30: one step is 2e-6, and statistics average over many.
    assert.ok(worst(normaliser.mean, mean) < 2e-6, `${worst(normaliser.mean, mean)}`);
    assert.ok(worst(normaliser.deviation, deviation) < 2e-6);
    // Deviations are above 1, so a step of 2e-6 stays one.
    const off = worst(rows[3]!.data, stored(`prepared_${level}`));
    assert.ok(off < 4e-6, `${off}`);
  });
}

test('a band that never changes is named and becomes finite', () => {
  assert.equal(prepare('none').normaliser.constant, [63]);
  assert.equal(prepare('band').normaliser.constant, [63]);
  // With one level per clip it moves against the rest of the clip, so it does change.
  assert.equal(prepare('scalar').normaliser.constant, []);
});

test('decibels give what nepers give', () => {
  const nepers = prepare('scalar').rows;
  const decibels = prepare('scalar', 10 / Math.LN10).rows;
  for (const [n, { data }] of nepers.entries()) {
    // Decibels are rounded to float32 at magnitudes up to 130, 8e-6 a step, and divided by ~ 9.
    assert.ok(worst(decibels[n]!.data, data) < 4e-6, `${worst(decibels[n]!.data, data)}`);
  }
});

test('a warp by α reads bands where numpy puts them', () => {
  const warp = createBandWarp(bands, axis);
  const out = new Float64Array(bands);
  for (const [alpha, places] of Object.entries(golden.bands)) {
    warp(Number(alpha), null, out);
    assert.ok(worst(out, places) < 1e-9, alpha);
  }
});

test('given the draws, samples are those of grid_sample, masks and Freq-MixStyle of torch', () => {
  const { rows } = prepare('scalar');
  const count = rows.length;
  const sampler = createSampler(count, { ...shape, frames: cropFrames }, axis);
  const batch: Batch = {
    x: new Float32Array(count * bands * cropFrames).fill(9),
    mask: new Float32Array(count * cropFrames).fill(9),
    target: Float32Array.from({ length: count * 2 }, (_, i) => i % 2),
    weight: Float32Array.from({ length: count }, (_, n) => n + 1),
  };
  const draws = golden.draws.map((draw): SampleDraw => ({ ...draw, bend: null, table: 0 }));
  for (const [n, clip] of rows.entries()) sampler.write(batch, n, clip, draws[n]!, tableOf(n));
  // grid_sample in double precision: what is left is the rounding of our float32 clips and results.
  const first = worst(batch.x, stored('samples'));
  assert.ok(first < 1e-5, `${first}`);
  sampler.mix(batch, draws);
  // Deviations as small as 0.05 of a style may be blown up to those of the partner.
  const second = worst(batch.x, stored('mixed'));
  assert.ok(second < 1e-4, `${second}`);
  const mask = Array.from({ length: count }, (_, n) =>
    batch.mask.subarray(n * cropFrames, (n + 1) * cropFrames).join(''),
  );
  assert.equal(mask, golden.mask);
  const shares = draws.map(({ mixup }) => mixup);
  assert.ok(
    worst(
      batch.weight,
      shares.map((share, n) => share * (n + 1) + (1 - share) * (((n + 1) % count) + 1)),
    ) < 1e-6,
  );
});

test.run();
