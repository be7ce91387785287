import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeMono } from '../../src/audio/decode.ts';
import { powerToDb } from '../../src/dsp/decibel.ts';
import { createLogMel, trimRange } from '../../src/dsp/log-mel.ts';
import { facts, golden, melOptions, readFloats, worstDifference } from '../golden/librosa/load.ts';

const test = suite('log-mel');

/** One float32 step at 64–128 dB is 7.6e-6; librosa's own rounding may differ by one or two. */
const tolerance = 2e-5;

const signal = golden('signal');

test('mel spectrograms equal librosa.feature.melspectrogram', () => {
  for (const name of ['mel_default', 'mel_htk', 'mel_edge', 'mel_uncentred']) {
    const options = melOptions(name);
    const { data } = createLogMel(options).compute(signal);
    const theirs = golden(name);
    const peak = theirs.reduce((max, value) => Math.max(max, value), 0);
    const worst = worstDifference(data, theirs, options.nMels);
    // librosa adds up in float32: some units of 2^−24 of the largest value.
    assert.ok(worst <= 1e-6 * peak, `${name}: ${worst} of ${peak}`);
  }
});

test('decibels equal librosa.power_to_db', () => {
  for (const name of ['default', 'htk', 'edge', 'uncentred']) {
    for (const topDb of [null, 60]) {
      const options = { ...melOptions(`mel_${name}`), scale: 'db', topDb } as const;
      const { data } = createLogMel(options).compute(signal);
      const theirs = golden(`db_${name}_${topDb ?? 'all'}`);
      const worst = worstDifference(data, theirs, options.nMels);
      assert.ok(worst <= tolerance, `${name} ${topDb}: ${worst} dB`);
    }
  }
});

test('decibels take a reference', () => {
  const { data, bands } = createLogMel(melOptions('mel_default')).compute(signal);
  const ref = data.reduce((max, value) => Math.max(max, value), 0);
  const ours = powerToDb(data, { ref, amin: 1e-10, topDb: 80 });
  const worst = worstDifference(ours, golden('db_default_max'), bands);
  assert.ok(worst <= tolerance, `${worst} dB`);
});

test('a clip shorter than the reflected padding equals librosa', () => {
  const { start, end } = facts('mel_short') as unknown as { start: number; end: number };
  const options = melOptions('mel_short');
  const { data } = createLogMel(options).compute(signal.slice(start, end));
  const theirs = golden('mel_short');
  const peak = theirs.reduce((max, value) => Math.max(max, value), 0);
  assert.ok(worstDifference(data, theirs, options.nMels) <= 1e-6 * peak);
});

test('the natural logarithm is the decibel value times ln 10 / 10', () => {
  const options = melOptions('mel_default');
  const db = createLogMel({ ...options, scale: 'db' }).compute(signal).data;
  const ln = createLogMel({ ...options, scale: 'ln' }).compute(signal).data;
  ln.forEach((value, i) => {
    assert.ok(Math.abs(value - (db[i]! * Math.LN10) / 10) < 5e-6, String(i));
  });
});

test('one instance gives the same result again after another signal', () => {
  const logMel = createLogMel({ ...melOptions('mel_default'), scale: 'db' });
  const first = logMel.compute(signal).data;
  logMel.compute(signal.map((value) => 1 - value));
  assert.equal(logMel.compute(signal).data, first);
});

test('silent and very short clips give finite rows', () => {
  for (const center of [true, false]) {
    const options = { ...melOptions('mel_default'), center, scale: 'db', trimDb: 45 } as const;
    for (const length of [1, 2, 300, 5000]) {
      const { data, frames } = createLogMel(options).compute(new Float32Array(length));
      assert.is(
        frames,
        center ? 1 + Math.floor(length / 256) : 1 + Math.floor(Math.max(0, length - 1024) / 256),
      );
      assert.ok(
        data.every((value) => value === -100),
        `${center} ${length}`,
      );
    }
    const { data } = createLogMel(options).compute(Float32Array.of(0.5));
    assert.ok(data.every((value) => Number.isFinite(value) && (value > -100 || !center)));
  }
});

test('trimming keeps what is within trim_db of the loudest frame, and three frames more', () => {
  // Two bands; levels 0, 0, 0, 0, 0, −44, 0 dB, −46, −46 …, relative to the loudest.
  const level = (db: number): readonly number[] => [10 ** (db / 10), 0];
  const decibels = [-60, -60, -46, -60, -60, -44, 0, -46, -46, -46, -46, -46];
  const mel = Float32Array.from(decibels.flatMap(level));
  assert.equal(trimRange(mel, 2, 2, 45), [2, 10]);
  assert.equal(trimRange(mel, 2, 2, 70), [0, 12]);
  // Amplitudes: the same levels with half the exponent.
  const amplitude = mel.map((value) => Math.sqrt(value));
  assert.equal(trimRange(amplitude, 2, 1, 45), [2, 10]);
  assert.equal(trimRange(new Float32Array(8), 2, 2, 45), [0, 4]);
});

test('trimming removes rows and changes no other value', () => {
  const options = { ...melOptions('mel_default'), scale: 'db', topDb: 60 } as const;
  const padded = new Float32Array(signal.length + 20000);
  padded.set(signal, 8000);
  const all = createLogMel(options).compute(padded);
  const some = createLogMel({ ...options, trimDb: 45 }).compute(padded);
  assert.ok(some.frames < all.frames && some.frames > 10, `${some.frames} of ${all.frames}`);
  const text = all.data.join();
  assert.ok(text.includes(some.data.join()));
});

const reference = join(import.meta.dirname, '../../../shared/reference/librosa');
if (existsSync(reference)) {
  test('reference arrays of librosa 0.11', async () => {
    const sound = await decodeMono(readFileSync(join(reference, 'sig16k.wav')));
    assert.ok(sound.ok);
    for (const [nFft, hopLength, nMels] of [
      [512, 160, 64],
      [1024, 256, 128],
      [2048, 512, 128],
    ] as const) {
      const framing = { nFft, winLength: nFft, hopLength, nMels, fmin: 0 };
      const options = { ...melOptions('mel_default'), ...framing, scale: 'db', topDb: 80 } as const;
      const { data } = createLogMel(options).compute(sound.value.samples);
      const theirs = readFloats(join(reference, `logmel_ref1_${nFft}_${hopLength}_${nMels}.bin`));
      const worst = worstDifference(data, theirs, nMels);
      assert.ok(worst <= tolerance, `${nFft}: ${worst} dB`);
    }
  });
} else {
  test.skip('reference arrays of librosa 0.11', () => undefined);
  process.stdout.write(`skip: no reference arrays in ${reference}\n`);
}

test.run();
