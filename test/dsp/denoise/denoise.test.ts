import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { exponentialIntegral } from '../../../src/dsp/denoise/exponential-integral.ts';
import { logMmse } from '../../../src/dsp/denoise/log-mmse.ts';
import { createOverlapAdd } from '../../../src/dsp/denoise/overlap-add.ts';
import { spectralGate } from '../../../src/dsp/denoise/spectral-gate.ts';
import { createRandom } from '../../../src/util/random.ts';

const test = suite('denoise');

const rms = (x: Float32Array): number => Math.sqrt(x.reduce((s, v) => s + v * v, 0) / x.length);

/** A voice for a test: a buzz of 120 Hz in syllables with pauses between them. */
function voice(seconds: number, rate = 16_000): Float32Array {
  return Float32Array.from({ length: Math.round(seconds * rate) }, (_, i) => {
    const t = i / rate;
    const syllable = Math.max(0, Math.sin(2 * Math.PI * 1.5 * t)) ** 2;
    let sum = 0;
    for (let h = 1; h <= 20; h++) sum += Math.sin(2 * Math.PI * 120 * h * t) / h;
    return 0.2 * syllable * sum;
  });
}

function white(length: number, level: number): Float32Array {
  const random = createRandom(7);
  // Sum of twelve uniform numbers: near enough to normal.
  return Float32Array.from({ length }, () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += random.next();
    return level * sum;
  });
}

/** Scale-invariant signal-to-distortion ratio in dB (Le Roux et al. 2019). */
function siSdr(reference: Float32Array, estimate: Float32Array): number {
  let [dot, own] = [0, 0];
  for (const [i, r] of reference.entries()) {
    dot += r * estimate[i]!;
    own += r * r;
  }
  const scale = dot / own;
  let noise = 0;
  for (const [i, r] of reference.entries()) noise += (estimate[i]! - scale * r) ** 2;
  return 10 * Math.log10((scale * scale * own) / noise);
}

const methods = {
  logmmse: (x: Float32Array, rate: number) => logMmse(x, rate),
  stationary: (x: Float32Array, rate: number) =>
    spectralGate(x, { sampleRate: rate, stationary: true, propDecrease: 1 }),
  following: (x: Float32Array, rate: number) =>
    spectralGate(x, { sampleRate: rate, stationary: false, propDecrease: 1 }),
} as const;

test('E₁ has the values of Abramowitz & Stegun, table 5.1', () => {
  for (const [x, value] of [
    [0.01, 4.03792957653811],
    [0.5, 0.55977359477616],
    [1, 0.21938393439552],
    [2, 0.0489005107080611],
    [10, 4.15696892968532e-6],
    [50, 3.78326402955046e-24],
  ] as const) {
    assert.ok(Math.abs(exponentialIntegral(x) / value - 1) < 1e-12, `E1(${x})`);
  }
  assert.is(exponentialIntegral(1e4), 0);
});

test('unchanged spectra give the signal itself', () => {
  const signal = white(5000, 0.1);
  for (const length of [1, 127, 128, 512, 5000]) {
    const part = signal.subarray(0, length);
    const transform = createOverlapAdd(512);
    const back = transform.synthesise(transform.analyse(part), length);
    assert.is(back.length, length);
    // Rounding to float32.
    assert.ok(back.every((value, i) => Math.abs(value - part[i]!) < 1e-7));
  }
});

test('white noise goes, the voice stays', () => {
  const clean = voice(3);
  const noise = white(clean.length, 1);
  const factor = (rms(clean) / rms(noise)) * 10 ** (-5 / 20);
  const noisy = clean.map((value, i) => value + factor * noise[i]!);
  assert.ok(Math.abs(siSdr(clean, noisy) - 5) < 0.3, 'SI-SDR of 5 dB to begin with');
  const better = siSdr(clean, logMmse(noisy, 16_000));
  assert.ok(better > 12, `${better} dB, 7 more are asked for`);
});

test('a clean voice passes through log-MMSE', () => {
  const clean = voice(3);
  const found = siSdr(clean, logMmse(clean, 16_000));
  assert.ok(found > 25, `${found} dB`);
});

for (const [name, method] of Object.entries(methods)) {
  test(`${name}: silence stays silence, length stays, nothing but numbers comes out`, () => {
    for (const rate of [8000, 96_000]) {
      for (const length of [1, Math.round(0.3 * rate), 8017]) {
        const silent = method(new Float32Array(length), rate);
        assert.is(silent.length, length);
        assert.ok(silent.every((value) => value === 0));
        for (const signal of [
          new Float32Array(length).fill(0.5),
          Float32Array.from({ length }, (_, i) => (i % 50 < 25 ? 1 : -1)),
          white(length, 1e-20),
        ]) {
          const out = method(signal, rate);
          assert.is(out.length, length);
          assert.ok(out.every(Number.isFinite), `${rate} Hz, ${length} samples`);
        }
      }
    }
  });
}

test('a clip too short to hold a pause is left as it is', () => {
  const short = white(7000, 0.1);
  assert.equal(logMmse(short, 16_000), short);
});

test.run();
