import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { measurePeaks } from '../../../src/dsp/measures/clipping.ts';
import { fingerprint, fingerprintDistance } from '../../../src/dsp/measures/fingerprint.ts';
import { frameLevels } from '../../../src/dsp/measures/frame-levels.ts';
import { countNuclei } from '../../../src/dsp/measures/syllables.ts';
import { createRandom } from '../../../src/util/random.ts';

const test = suite('measures of a clip');

const rate = 16_000;
const sine = (hertz: number, amplitude: number, seconds: number): Float32Array =>
  Float32Array.from(
    { length: Math.round(seconds * rate) },
    (_, i) => amplitude * Math.sin((2 * Math.PI * hertz * i) / rate),
  );

test('level and SNR of a tone in noise are those it was made with', () => {
  const random = createRandom(1);
  // One second of noise, then three of tone and noise: a quarter of the frames is noise alone.
  const tone = sine(400, 0.5, 4);
  const noisy = tone.map((value, i) => (i < rate ? 0 : value) + 0.005 * random.normal());
  const found = frameLevels(noisy, rate);
  const signal = 10 * Math.log10(0.5 ** 2 / 2);
  assert.ok(Math.abs(found.level - signal) < 0.1, `${found.level}`);
  // The quietest tenth of frames of noise is quieter than their mean: by 0.3 dB with 512 samples each.
  const snr = signal - 20 * Math.log10(0.005);
  assert.ok(Math.abs(found.snr - snr) < 1, `${found.snr}, not ${snr}`);
  assert.ok(Math.abs(found.quiet - 0.25) < 0.01, `${found.quiet}`);
});

test('silence is finite and all quiet', () => {
  const found = frameLevels(new Float32Array(rate), rate);
  assert.ok(found.level < -130 && Number.isFinite(found.snr));
  assert.is(found.quiet, 1);
});

test('clipping is found at any gain; a full-scale tone is not clipped', () => {
  const loud = sine(200, 2, 1).map((value) => Math.max(-1, Math.min(1, value)));
  const share = measurePeaks(loud).clipped / loud.length;
  // |2 sin| > 1 for two thirds of a period.
  assert.ok(Math.abs(share - 2 / 3) < 0.03, `${share}`);
  assert.is(measurePeaks(loud.map((value) => 0.5 * value)).clipped, measurePeaks(loud).clipped);
  for (const hertz of [90, 200, 1000])
    assert.is(measurePeaks(sine(hertz, 1, 1)).clipped < 10, true);
});

test('five bursts are five nuclei', () => {
  const levels = Array.from({ length: 100 }, (_, t) => -30 + 15 * Math.cos((2 * Math.PI * t) / 20));
  const voiced = levels.map(() => true);
  // Peaks at 0, 20, 40, 60, 80 and the last frame, which rises again.
  assert.is(countNuclei(levels.slice(0, 92), voiced), 5);
  assert.is(
    countNuclei(
      levels,
      levels.map(() => false),
    ),
    0,
  );
});

test('fingerprints of unrelated pictures differ in half of their bits', () => {
  const random = createRandom(3);
  const picture = (): Float32Array => Float32Array.from({ length: 96 * 40 }, () => random.normal());
  const a = picture();
  const distance = fingerprintDistance(fingerprint(a, 40), fingerprint(picture(), 40));
  // 1034 bits: a standard deviation of 0.016, a little more since neighbours share terms.
  assert.ok(Math.abs(distance - 0.5) < 0.08, `${distance}`);
  const louder = a.map((value) => value + 20);
  assert.is(fingerprintDistance(fingerprint(a, 40), fingerprint(louder, 40)) < 0.01, true);
});

test.run();
