import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loudness } from '../../../src/dsp/loudness/loudness.ts';

const test = suite('loudness');

const sine = (seconds: number, rate: number, level = 1, hertz = 997): Float32Array =>
  Float32Array.from(
    { length: seconds * rate },
    (_, i) => level * Math.sin((2 * Math.PI * hertz * i) / rate),
  );

test('a full-scale sine of 997 Hz in one channel has −3.01 LUFS at every rate', () => {
  for (const rate of [16_000, 22_050, 44_100, 48_000]) {
    // BS.1770-4, annex 1. The nearer Nyquist is, the more the bilinear transform bends the shelf.
    const found = loudness(sine(5, rate), rate);
    assert.ok(Math.abs(found + 3.01) < (rate < 40_000 ? 0.05 : 0.01), `${rate} Hz: ${found}`);
  }
});

test('half the amplitude is 6.02 LU less', () => {
  const difference = loudness(sine(3, 48_000), 48_000) - loudness(sine(3, 48_000, 0.5), 48_000);
  assert.ok(Math.abs(difference - 20 * Math.log10(2)) < 1e-6);
});

test('pauses do not count: the relative gate', () => {
  const tone = sine(2, 48_000, 0.1);
  const quiet = sine(20, 48_000, 0.0001);
  const both = new Float32Array(tone.length + quiet.length);
  both.set(tone);
  both.set(quiet, tone.length);
  // Two of three blocks at the seam hold less of the tone than the gate lets pass.
  assert.ok(Math.abs(loudness(both, 48_000) - loudness(tone, 48_000)) < 0.7);
});

test('silence is −∞, and a sound shorter than a block is one block', () => {
  assert.is(loudness(new Float32Array(48_000), 48_000), Number.NEGATIVE_INFINITY);
  assert.is(loudness(new Float32Array(0), 48_000), Number.NEGATIVE_INFINITY);
  const short = loudness(sine(0.1, 48_000), 48_000);
  // The filter's transient is part of so short a sound.
  assert.ok(Math.abs(short + 3.01) < 0.5, `${short}`);
});

test.run();
