import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { splitSilence, trimSilence } from '../../../src/dsp/frame/non-silent.ts';
import { rms } from '../../../src/dsp/frame/rms.ts';
import { zeroCrossingRate } from '../../../src/dsp/frame/zero-crossings.ts';
import { preEmphasis } from '../../../src/dsp/pre-emphasis.ts';
import { frameOptions, furthest, made, pauses } from '../../golden/features/load.ts';
import { golden } from '../../golden/librosa/load.ts';

const test = suite('frame');

const signal = golden('signal');
const framings = ['centred', 'odd', 'uncentred'];

test('levels equal librosa.feature.rms', () => {
  for (const name of framings) {
    const { values, options } = made(`rms_${name}`);
    const worst = furthest(rms(signal, frameOptions(options)), values);
    // librosa adds squares up in float32: some units of 2^−24 of values below 1.
    assert.ok(worst <= 3e-7, `${name}: ${worst}`);
  }
});

test('rates equal librosa.feature.zero_crossing_rate', () => {
  for (const name of framings) {
    const { values, options } = made(`zcr_${name}`);
    assert.equal(zeroCrossingRate(signal, frameOptions(options)), values, name);
  }
});

test('a zero counts as positive, and the first sample of a frame never crosses', () => {
  const options = { frameLength: 4, hopLength: 4, center: false };
  const sound = Float32Array.of(1, -1, 0, -1e-11, -1, -1, -1, 1);
  assert.equal(zeroCrossingRate(sound, options), Float32Array.of(2 / 4, 1 / 4));
});

test('trimming equals librosa.effects.trim, splitting librosa.effects.split', () => {
  const sound = pauses();
  for (const topDb of [20, 35, 60]) {
    const { values } = made(`trim_${topDb}`);
    assert.equal(trimSilence(sound, { topDb, frameLength: 2048, hopLength: 512 }), [...values]);
    const parts = made(`split_${topDb}`);
    assert.equal(splitSilence(sound, { topDb, frameLength: 1024, hopLength: 256 }).flat(), [
      ...parts.values,
    ]);
  }
  assert.equal(trimSilence(sound), [...made('trim_60').values]);
});

test('zeros are trimmed to nothing less than librosa leaves of them', () => {
  // All frames are as loud as the loudest.
  assert.equal(trimSilence(new Float32Array(3000)), [0, 3000]);
  assert.equal(splitSilence(new Float32Array(3000)), [[0, 3000]]);
});

test('short clips have one frame', () => {
  const options = { frameLength: 1024, hopLength: 256, center: false };
  assert.equal(rms(Float32Array.of(32), options), Float32Array.of(1));
  assert.equal(zeroCrossingRate(new Float32Array(0), options), Float32Array.of(0));
});

test('pre-emphasis equals librosa.effects.preemphasis', () => {
  // librosa multiplies in float32: one unit in the last place of values below 1.
  assert.ok(furthest(preEmphasis(signal), made('preemphasis').values) <= 1.2e-7);
  assert.equal(preEmphasis(new Float32Array(0)), new Float32Array(0));
});

test.run();
