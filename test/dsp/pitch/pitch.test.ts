import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { pitchProblem } from '../../../src/dsp/pitch/period-difference.ts';
import { pyin } from '../../../src/dsp/pitch/pyin.ts';
import { yin } from '../../../src/dsp/pitch/yin.ts';
import { createRandom } from '../../../src/util/random.ts';
import { frameOptions, furthest, made } from '../../golden/features/load.ts';
import { golden } from '../../golden/librosa/load.ts';

const test = suite('pitch');

const signal = golden('signal');
const sampleRate = 16000;
const voice = { sampleRate, fmin: 60, fmax: 400, frameLength: 1024, hopLength: 256, center: true };

test('YIN equals librosa.yin', () => {
  for (const name of ['default', 'narrow']) {
    const { values, options } = made(`yin_${name}`);
    const { fmin, fmax } = options as unknown as { fmin: number; fmax: number };
    const f0 = yin(signal, {
      ...frameOptions(options),
      sampleRate,
      fmin,
      fmax,
      troughThreshold: 0.1,
    });
    // librosa transforms in float32, and a period is found to about 1e-4 of a sample.
    assert.ok(furthest(f0, values) <= 1e-3, `${name}: ${furthest(f0, values)} Hz`);
  }
});

test('pYIN equals librosa.pyin', () => {
  for (const name of ['default', 'narrow']) {
    const { values, options } = made(`pyin_${name}`);
    const { fmin, fmax } = options as unknown as { fmin: number; fmax: number };
    const found = pyin(signal, { ...frameOptions(options), sampleRate, fmin, fmax });
    const f0 = found.f0.map((value, t) => (found.voiced[t] ? value : 0));
    const count = found.f0.length;
    // Pitch lies on a grid, stored in float32.
    assert.ok(furthest(f0, values.subarray(0, count)) <= 2e-5, name);
    const worst = furthest(found.probability, values.subarray(count));
    assert.ok(worst <= 1e-6, `${name}: ${worst}`);
    assert.ok(found.voiced.includes(true) && found.voiced.includes(false), name);
    assert.ok(found.f0.every((value, t) => Number.isNaN(value) !== found.voiced[t]));
  }
});

test('finds the pitch of a tone', () => {
  const tone = Float32Array.from(
    { length: 8000 },
    (_, n) =>
      0.3 * Math.sin((2 * Math.PI * 220 * n) / sampleRate) +
      0.2 * Math.sin((4 * Math.PI * 220 * n) / sampleRate + 1),
  );
  const middle = (f0: Float64Array) => [...f0.subarray(4, -4)];
  for (const value of middle(yin(tone, { ...voice, troughThreshold: 0.1 }))) {
    // Three points around a trough lie on no parabola quite, and d leaves out one sum of squares.
    assert.ok(Math.abs(value / 220 - 1) < 0.003, String(value));
  }
  const { f0, voiced } = pyin(tone, voice);
  // Half a step of the grid of tenths of a semitone is 0.3 %.
  for (const value of middle(f0)) assert.ok(Math.abs(value / 220 - 1) < 0.003, String(value));
  assert.ok(voiced.every(Boolean));
});

test('noise is unvoiced; silence and very short clips are no error', () => {
  const random = createRandom(1);
  const noise = Float32Array.from({ length: 8000 }, () => 0.1 * random.normal());
  assert.not.ok(pyin(noise, voice).voiced.includes(true));
  for (const length of [0, 1, 5000]) {
    const silence = new Float32Array(length);
    const { voiced, f0, probability } = pyin(silence, voice);
    assert.is(f0.length, 1 + Math.floor(length / 256));
    assert.not.ok(voiced.includes(true));
    assert.ok(probability.every((value) => value === 0));
    assert.ok(yin(silence, { ...voice, troughThreshold: 0.1 }).every((value) => value === 400));
  }
});

test('says what it cannot do', () => {
  assert.is(pitchProblem(voice), null);
  assert.is(
    pitchProblem({ ...voice, fmax: 9000 }),
    'fmax 9000 Hz is above half the rate of 16000 Hz',
  );
  assert.is(pitchProblem({ ...voice, fmin: 500 }), 'fmin 500 Hz is not between 0 and fmax 400 Hz');
  assert.is(
    pitchProblem({ ...voice, frameLength: 256 }),
    'a frame of 256 samples is shorter than a period of fmin 60 Hz',
  );
  assert.throws(() => pyin(signal, { ...voice, fmin: 0 }), RangeError);
});

test.run();
