import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createMelBank, hzToMel, type MelOptions, melToHz } from '../../src/dsp/mel.ts';
import { golden } from '../golden/librosa/load.ts';

const test = suite('mel');

const narrow: MelOptions = {
  sampleRate: 16000,
  nFft: 256,
  nMels: 128,
  fmin: 0,
  fmax: 8000,
  htk: false,
  norm: 'slaney',
};

test('weights equal librosa.filters.mel', () => {
  const htk: MelOptions = {
    sampleRate: 22050,
    nFft: 512,
    nMels: 30,
    fmin: 60,
    fmax: 9000,
    htk: true,
    norm: null,
  };
  for (const [name, options] of [
    ['bank', htk],
    ['bank_narrow', narrow],
  ] as const) {
    const bank = createMelBank(options);
    const theirs = golden(name);
    const bins = options.nFft / 2 + 1;
    const peak = theirs.reduce((max, value) => Math.max(max, value), 0);
    assert.is(theirs.length, bank.bands * bins);
    theirs.forEach((value, i) => {
      const difference = Math.abs(value - bank.weight(Math.floor(i / bins), i % bins));
      // Two roundings to float32 and the order of operations: two units in the last place.
      assert.ok(difference <= 1.2e-7 * peak, `${name} ${i}: ${difference}`);
    });
  }
});

test('names the bands that no bin falls into', () => {
  const theirs = golden('bank_narrow');
  const rows = Array.from({ length: 128 }, (_, band) =>
    theirs.subarray(band * 129, band * 129 + 129),
  );
  const empty = rows.flatMap((row, band) => (row.every((weight) => weight === 0) ? [band] : []));
  assert.ok(empty.length > 0);
  assert.equal(createMelBank(narrow).empty, empty);
});

test('applies the weights', () => {
  const bank = createMelBank(narrow);
  const power = Float64Array.from({ length: 129 }, (_, k) => 1 + Math.sin(k));
  const out = new Float32Array(130).fill(-1);
  bank.apply(power, out, 1);
  for (let band = 0; band < 128; band++) {
    const wanted = power.reduce((sum, value, k) => sum + value * bank.weight(band, k), 0);
    assert.ok(Math.abs(out[band + 1]! - wanted) < 1e-8, String(band));
  }
  assert.equal([out[0], out[129]], [-1, -1]);
});

test('mel scales have their published anchor points and invert', () => {
  assert.ok(Math.abs(hzToMel(1000, false) - 15) < 1e-12);
  assert.ok(Math.abs(hzToMel(6400, false) - 42) < 1e-12);
  assert.ok(Math.abs(hzToMel(1000, true) - 999.9855) < 1e-4);
  for (const htk of [true, false]) {
    for (const hz of [0, 60, 999, 1001, 7999]) {
      assert.ok(Math.abs(melToHz(hzToMel(hz, htk), htk) - hz) < 1e-9, `${hz} ${htk}`);
    }
  }
});

test.run();
