import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createResampler } from '../../../src/audio/resample.ts';
import { istft } from '../../../src/dsp/istft.ts';
import { yin } from '../../../src/dsp/pitch/yin.ts';
import { createStft } from '../../../src/dsp/stft.ts';
import { pitchShift } from '../../../src/dsp/waveform/pitch-shift.ts';
import { changeSpeed, fraction } from '../../../src/dsp/waveform/resampling.ts';
import { shift } from '../../../src/dsp/waveform/shift.ts';
import { timeStretch } from '../../../src/dsp/waveform/time-stretch.ts';
import { vtlp, warpFrequency } from '../../../src/dsp/waveform/vtlp.ts';
import { golden } from '../../golden/librosa/load.ts';
import { peers, unpack } from '../../golden/waveform/load.ts';
import { bandPower, likeness } from '../../util/sound-measures.ts';

const test = suite('waveform time and pitch');

const sampleRate = 16000;
const signal = golden('signal');
const resample = (x: Float32Array, orig: number, target: number): Float32Array =>
  createResampler(orig, target).resample(x);

test('the inverse transform gives the signal back', () => {
  for (const [nFft, hopLength, winLength] of [
    [512, 200, 400],
    [256, 64, 256],
  ] as const) {
    const framing = { nFft, hopLength, winLength, window: 'hann' } as const;
    for (const length of [5000, 300, 5]) {
      const part = signal.subarray(1000, 1000 + length);
      const { spectrum } = createStft({ ...framing, center: true, padMode: 'constant' });
      const back = istft(spectrum(part), length, framing);
      assert.ok(likeness(part, back) > 120, `${nFft}, ${length}: ${likeness(part, back)} dB`);
    }
  }
});

test('time stretch equals librosa.effects.time_stretch', () => {
  for (const { rate, n_fft, samples } of peers.stretched) {
    const ours = timeStretch(signal, rate, n_fft);
    // librosa keeps spectra and phases in float32; phases add up over the frames.
    const like = likeness(unpack(samples), ours);
    assert.ok(like > 70, `rate ${rate}: ${like} dB`);
  }
});

test('pitch shift equals librosa.effects.pitch_shift', () => {
  for (const { semitones, n_fft, samples } of peers.shifted) {
    const factor = fraction(2 ** (semitones / 12), 50_000);
    const ours = pitchShift(signal, factor, { nFft: n_fft, resample });
    // And its resampler is soxr, which differs from ours by −60 dB in the band where both fall off.
    const like = likeness(unpack(samples), ours);
    assert.ok(like > 60, `${semitones} semitones: ${like} dB`);
  }
});

/** Harmonics of a pitch, in the formants of a vowel: a pulse train through two resonances. */
function vowel(pitch: number, formants: readonly number[]): Float32Array {
  let wave = Float64Array.from({ length: 16000 }, (_, i) => {
    const before = Math.floor(((i - 1) * pitch) / sampleRate);
    return Math.floor((i * pitch) / sampleRate) > before ? 1 : 0;
  });
  for (const formant of formants) {
    const r = Math.exp((-Math.PI * 80) / sampleRate);
    const a1 = -2 * r * Math.cos((2 * Math.PI * formant) / sampleRate);
    const out = new Float64Array(wave.length);
    for (const [i, value] of wave.entries()) {
      out[i] = value - a1 * (out[i - 1] ?? 0) - r * r * (out[i - 2] ?? 0);
    }
    wave = out;
  }
  const peak = wave.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return Float32Array.from(wave, (value) => (0.5 * value) / peak);
}

function medianPitch(x: Float32Array): number {
  const framing = { frameLength: 1024, hopLength: 256, center: true };
  const options = { sampleRate, fmin: 60, fmax: 400, ...framing, troughThreshold: 0.1 };
  const f0 = yin(x, options).sort();
  return f0[f0.length >> 1]!;
}

/** The strongest band of one harmonic's width around a formant. */
function formantNear(x: Float32Array, guess: number): number {
  let best = 0;
  let most = 0;
  for (let f = guess - 300; f <= guess + 300; f += 10) {
    const power = bandPower(x, sampleRate, f - 50, f + 50);
    if (power > most) [most, best] = [power, f];
  }
  return best;
}

test('pitch, length and formants move as they should', () => {
  const voice = vowel(100, [700, 1700]);
  const pitch = medianPitch(voice);
  const stretched = timeStretch(voice, 1.1, 1024);
  assert.is(stretched.length, Math.round(16000 / 1.1));
  assert.ok(Math.abs(medianPitch(stretched) / pitch - 1) < 0.01);

  const up = fraction(2 ** (2 / 12), 200);
  const shifted = pitchShift(voice, up, { nFft: 1024, resample });
  assert.is(shifted.length, voice.length);
  assert.ok(Math.abs(medianPitch(shifted) / pitch - 2 ** (2 / 12)) < 0.01);

  const faster = changeSpeed(voice, [11, 10], resample);
  assert.is(faster.length, Math.ceil(16000 / 1.1));
  assert.ok(Math.abs(medianPitch(faster) / pitch - 1.1) < 0.01);

  for (const alpha of [0.88, 1.12]) {
    const warped = vtlp(voice, alpha, { nFft: 1024, sampleRate });
    assert.is(warped.length, voice.length);
    assert.ok(Math.abs(medianPitch(warped) / pitch - 1) < 0.01, `α = ${alpha}`);
    for (const formant of [700, 1700]) {
      // Harmonics are 100 Hz apart: a formant is found to half of that.
      const found = formantNear(warped, formant / alpha);
      assert.ok(Math.abs(found - formant / alpha) <= 50, `α = ${alpha}: ${formant} → ${found} Hz`);
    }
  }
  assert.ok(
    likeness(voice, vtlp(voice, 1, { nFft: 1024, sampleRate })) > 100,
    'α = 1 does nothing',
  );
});

test('the frequency axis of vtlp', () => {
  for (const alpha of [0.9, 1, 1.15]) {
    assert.is(Math.round(warpFrequency(8000, alpha, 8000)), 8000);
    assert.ok(Math.abs(warpFrequency(1000, alpha, 8000) - alpha * 1000) < 1e-9);
    for (const f of [0, 500, 4300, 5000, 7999]) {
      const back = warpFrequency(warpFrequency(f, alpha, 8000), 1 / alpha, 8000);
      assert.ok(Math.abs(back - f) < 1e-9, `${f} Hz, α = ${alpha}: ${back}`);
    }
  }
});

test('shift moves, rolls over, fills and fades', () => {
  const x = Float32Array.of(1, 2, 3, 4, 5);
  const move = (by: number, rollover: boolean, fade = 0): number[] => [
    ...shift(x, by, { rollover, fade }),
  ];
  assert.equal(move(2, true), [4, 5, 1, 2, 3]);
  assert.equal(move(-2, true), [3, 4, 5, 1, 2]);
  assert.equal(move(2, false), [0, 0, 1, 2, 3]);
  assert.equal(move(-2, false), [3, 4, 5, 0, 0]);
  assert.equal(move(9, false), [0, 0, 0, 0, 0]);
  assert.equal(move(0, true, 3), [1, 2, 3, 4, 5]);
  assert.equal(move(2, false, 2), [0, 0, 0, 1, 3]);
  assert.equal(move(-2, false, 2), [3, 2, 0, 0, 0]);
  assert.equal(move(2, true, 2), [2, 0, 0, 1, 3]);
});

test('fractions', () => {
  assert.equal(fraction(1.1, 100), [11, 10]);
  assert.equal(fraction(1, 100), [1, 1]);
  assert.equal(fraction(0.925, 200), [37, 40]);
  for (const value of [2 ** (1 / 12), 2 ** (-1.7 / 12), 0.93123]) {
    const [p, q] = fraction(value, 200);
    assert.ok(p <= 200 && q <= 200);
    assert.ok(Math.abs(p / q / value - 1) < 1e-4, `${value}: ${p} / ${q}`);
  }
});

test.run();
