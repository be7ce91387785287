import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createResampler } from '../../../src/audio/resample.ts';
import { selfBabble } from '../../../src/dsp/waveform/babble.ts';
import { colorNoise, type NoiseColor } from '../../../src/dsp/waveform/color-noise.ts';
import { addNoise, gain, matchLevel, rootMeanSquare } from '../../../src/dsp/waveform/level.ts';
import { createRandom } from '../../../src/util/random.ts';
import { golden } from '../../golden/librosa/load.ts';
import { bandPower } from '../../util/sound-measures.ts';

const test = suite('waveform noise');

const sampleRate = 16000;
const signal = golden('signal');
const resample = (x: Float32Array, orig: number, target: number): Float32Array =>
  createResampler(orig, target).resample(x);

test('white, pink and brown fall by 0, 3.01 and 6.02 dB per octave', () => {
  const perOctave = { white: 0, pink: -10 * Math.log10(2), brown: -20 * Math.log10(2) };
  for (const [color, slope] of Object.entries(perOctave)) {
    // Power densities add up to 2^18 samples: each octave from 125 Hz on has 2,048 bins or more.
    const noise = colorNoise(1 << 18, { color: color as NoiseColor, sampleRate }, createRandom(3));
    const octaves = [125, 250, 500, 1000, 2000].map(
      (low) => 10 * Math.log10(bandPower(noise, sampleRate, low, 2 * low)),
    );
    for (const [i, value] of octaves.slice(1).entries()) {
      // The mean of n exponential variables is off by 4.3 / √n dB: 0.096 at 2,048; here four of that.
      const step = value - octaves[i]!;
      assert.ok(Math.abs(step - slope) < 0.4, `${color}, octave ${i}: ${step} dB`);
    }
    assert.ok(Math.abs(octaves[4]! - octaves[0]! - 4 * slope) < 0.4, color);
    assert.ok(
      bandPower(noise, sampleRate, 1, 49) < 1e-6 * bandPower(noise, sampleRate, 50, 100),
      `${color} has nothing below 50 Hz`,
    );
    assert.ok(Math.abs(rootMeanSquare(noise) - 1) < 0.1, color);
  }
});

test('noise comes at the signal-to-noise ratio that was asked for', () => {
  for (const snr of [-5, 0, 12.5, 40]) {
    for (const color of ['white', 'brown'] as const) {
      const noise = colorNoise(signal.length, { color, sampleRate }, createRandom(snr + 10));
      const noisy = addNoise(signal, noise, snr);
      const added = noisy.map((value, i) => value - signal[i]!);
      const reached = 20 * Math.log10(rootMeanSquare(signal) / rootMeanSquare(added));
      // Rounding of the sum to float32.
      assert.ok(Math.abs(reached - snr) < 1e-3, `${color} at ${snr}: ${reached}`);
    }
  }
  const silence = new Float32Array(100);
  assert.equal(addNoise(silence, signal.subarray(0, 100), 0), silence, 'silence stays silence');
  assert.equal(
    addNoise(signal, new Float32Array(signal.length), 0),
    signal,
    'and so does a signal',
  );
});

test('babble of a clip has its spectrum and not its samples', () => {
  const babble = selfBabble(signal, 8, createRandom(5), resample);
  assert.is(babble.length, signal.length);
  let product = 0;
  for (const [i, value] of babble.entries()) product += value * signal[i]!;
  const correlation = product / signal.length / rootMeanSquare(babble) / rootMeanSquare(signal);
  assert.ok(Math.abs(correlation) < 0.1, `correlation ${correlation}`);
  for (const low of [200, 400, 800, 1600, 3200]) {
    const of = (x: Float32Array): number =>
      10 * Math.log10(bandPower(x, sampleRate, low, 2 * low) / rootMeanSquare(x) ** 2);
    assert.ok(Math.abs(of(babble) - of(signal)) < 4, `${low} Hz: ${of(babble) - of(signal)} dB`);
  }
});

test('the same seed gives the same noise, another seed another', () => {
  const draw = (seed: number): Float32Array =>
    colorNoise(500, { color: 'pink', sampleRate }, createRandom(seed));
  assert.equal(draw(1), draw(1));
  assert.not.equal(draw(1), draw(2));
  const babble = (seed: number): Float32Array =>
    selfBabble(signal, 2, createRandom(seed), resample);
  assert.equal(babble(1), babble(1));
  assert.not.equal(babble(1), babble(2));
});

test('gain and level', () => {
  const louder = gain(signal, 6);
  assert.ok(Math.abs(20 * Math.log10(rootMeanSquare(louder) / rootMeanSquare(signal)) - 6) < 1e-5);
  assert.ok(Math.abs(rootMeanSquare(matchLevel(louder, signal)) - rootMeanSquare(signal)) < 1e-7);
  const silence = new Float32Array(4);
  assert.equal(matchLevel(silence, signal), silence);
  assert.is(rootMeanSquare(new Float32Array(0)), 0);
});

test.run();
