import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createLogMel } from '../../src/dsp/log-mel.ts';
import { createScaledMel, type ScaledMelOptions } from '../../src/dsp/scaled-mel.ts';
import { made, melOptions } from '../golden/features/load.ts';
import { golden, worstDifference } from '../golden/librosa/load.ts';

const test = suite('scaled mel');

const signal = golden('signal');
const pcen = { gain: 0.98, bias: 2, power: 0.5, timeConstant: 0.4, eps: 1e-6 };

function options(name: string): ScaledMelOptions {
  return { ...melOptions(made(`mel_${name}`).options), ref: 1, pcen };
}

test('norms, windows and paddings equal librosa.feature.melspectrogram', () => {
  for (const name of ['slaney', 'one', 'two', 'symmetric', 'amplitude']) {
    const { values } = made(`mel_${name}`);
    const { data, bands } = createScaledMel(options(name)).compute(signal);
    const peak = values.reduce((max, value) => Math.max(max, value), 0);
    const worst = worstDifference(data, values, bands);
    // librosa adds up in float32: some units of 2^−24 of the largest value.
    assert.ok(worst <= 1e-6 * peak, `${name}: ${worst} of ${peak}`);
  }
});

test('PCEN equals librosa.pcen of 2³¹ times the bands', () => {
  for (const name of ['default', 'root', 'unbiased', 'logarithm']) {
    const { values, options: call } = made(`pcen_${name}`);
    const given = {
      gain: Number(call['gain'] ?? pcen.gain),
      bias: Number(call['bias'] ?? pcen.bias),
      power: Number(call['power'] ?? pcen.power),
      timeConstant: Number(call['time_constant'] ?? pcen.timeConstant),
      eps: Number(call['eps'] ?? pcen.eps),
    };
    const mel = createScaledMel({ ...options('slaney'), scale: 'pcen', pcen: given });
    const { data, bands } = mel.compute(signal);
    const peak = values.reduce((max, value) => Math.max(max, value), 0);
    const worst = worstDifference(data, values, bands);
    // The bands differ by some units of 2^−24.
    assert.ok(worst <= 1e-6 * Math.max(1, peak), `${name}: ${worst} of ${peak}`);
  }
});

test('decibels take a reference, or the greatest value of the clip', () => {
  for (const [name, given] of [
    ['db_max', { ref: 'max', topDb: 80 }],
    ['db_ref', { ref: 3e-4, amin: 1e-8 }],
  ] as const) {
    const mel = createScaledMel({ ...options('slaney'), scale: 'db', ...given });
    const worst = worstDifference(mel.compute(signal).data, made(name).values, mel.bands);
    assert.ok(worst <= 2e-5, `${name}: ${worst} dB`);
  }
});

test('trimming drops the same frames in every scale', () => {
  const padded = new Float32Array(signal.length + 16000);
  padded.set(signal, 8000);
  const given = { ...options('slaney'), trimDb: 45 };
  const { frames } = createLogMel({ ...given, scale: 'db' }).compute(padded);
  const whole = createScaledMel({ ...given, scale: 'pcen', trimDb: null }).compute(padded);
  for (const change of [{ scale: 'pcen' }, { scale: 'db', ref: 'max' }] as const) {
    const trimmed = createScaledMel({ ...given, ...change }).compute(padded);
    assert.is(trimmed.frames, frames);
    assert.is(trimmed.data.length, frames * trimmed.bands);
    if (change.scale === 'pcen') {
      const at = whole.data.join().indexOf(trimmed.data.join());
      assert.ok(at > 0, 'the memory of PCEN saw what was trimmed');
    }
  }
});

test('silence is finite in every scale', () => {
  for (const change of [{ scale: 'pcen' }, { scale: 'db', ref: 'max' }] as const) {
    for (const length of [0, 1, 3000]) {
      const mel = createScaledMel({ ...options('slaney'), trimDb: 45, ...change });
      const { data, frames } = mel.compute(new Float32Array(length));
      assert.is(frames, 1 + Math.floor(length / 160));
      assert.ok(data.every((value) => value === 0));
    }
  }
});

test.run();
