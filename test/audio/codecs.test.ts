import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Audio } from '../../src/audio/audio.ts';
import { decodeAudio, probeAudio } from '../../src/audio/decode.ts';
import { SoundSink } from '../../src/audio/sound-sink.ts';

const test = suite('codecs');

const folder = join(import.meta.dirname, '../golden/audio');
const load = (name: string): Uint8Array => readFileSync(join(folder, name));

/** The tones that test/golden/audio/make.py wrote, by their formula. */
const count = 3001;
const tone = (hertz: number, level: number): readonly number[] =>
  Array.from({ length: count }, (_, n) => level * Math.sin((2 * Math.PI * hertz * n) / 16000));
const [left, right] = [tone(440, 0.5), tone(660, 0.25)];

async function decode(bytes: Uint8Array): Promise<Audio> {
  const result = await decodeAudio(bytes);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

/** Level of the tone over that of the difference, dB, away from the ends. */
function signalToNoise(samples: Float32Array, wanted: readonly number[]): number {
  let signal = 0;
  let noise = 0;
  for (let n = 200; n < count - 200; n++) {
    signal += wanted[n]! ** 2;
    noise += (samples[n]! - wanted[n]!) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}

test('FLAC gives back the integers that went in', async () => {
  const round = (value: number, bits: number): number => {
    const scale = 2 ** (bits - 1);
    return Math.round(value * scale) / scale;
  };
  for (const [name, bits, tones] of [
    ['mono-16.flac', 16, [left]],
    ['mono-16.oga', 16, [left]],
    ['stereo-24.flac', 24, [left, right]],
  ] as const) {
    const { sampleRate, channels, truncated } = await decode(load(name));
    assert.equal([sampleRate, channels.length, truncated], [16000, tones.length, false], name);
    for (const [index, samples] of channels.entries()) {
      assert.is(samples.length, count);
      // The writer scales by 2^(bits − 1) − 1 or rounds half otherwise: one step of the grid.
      const step = 2 ** (1 - bits);
      tones[index]!.forEach((value, n) => {
        const wanted = round(value, bits);
        assert.ok(Math.abs(samples[n]! - wanted) <= step, `${name} ${index} ${n}`);
      });
      assert.ok(samples.every((value) => Number.isInteger(value / step)));
    }
  }
});

test('lossy codecs give the tones back, in place and without their padding', async () => {
  for (const [name, tones] of [
    ['mono.mp3', [left]],
    ['stereo.mp3', [left, right]],
    ['stereo.ogg', [left, right]],
    ['mono.opus', [left]],
  ] as const) {
    const { sampleRate, channels, truncated } = await decode(load(name));
    assert.equal([sampleRate, channels.length, truncated], [16000, tones.length, false], name);
    for (const [index, samples] of channels.entries()) {
      assert.is(samples.length, count, name);
      const ratio = signalToNoise(samples, tones[index]!);
      assert.ok(ratio > 20, `${name}, channel ${index}: ${ratio} dB`);
    }
  }
});

test('one file after another, or all at once, gives the same samples', async () => {
  const names = readdirSync(folder).filter((name) => !name.endsWith('.py'));
  const alone: Audio[] = [];
  for (const name of names) alone.push(await decode(load(name)));
  assert.equal(await Promise.all(names.map((name) => decode(load(name)))), alone);
});

test('a file that was cut off is known as such, or refused', async () => {
  for (const name of readdirSync(folder).filter((file) => !file.endsWith('.py'))) {
    const bytes = load(name);
    const whole = await decode(bytes);
    for (const part of [0.97, 0.8, 0.6, 0.3, 0.01]) {
      const result = await decodeAudio(bytes.subarray(0, Math.floor(bytes.length * part)));
      if (!result.ok) continue;
      assert.ok(result.value.truncated, `${name} at ${part}`);
      assert.ok(result.value.channels[0]!.length <= whole.channels[0]!.length, name);
    }
  }
});

test('a changed byte inside a frame or page is an error, not another sound', async () => {
  for (const name of ['mono-16.flac', 'stereo-24.flac', 'mono-16.oga', 'stereo.ogg', 'mono.opus']) {
    const bytes = load(name);
    for (const part of [0.3, 0.5, 0.7, 0.9]) {
      const changed = Uint8Array.from(bytes);
      changed[Math.floor(bytes.length * part)]! ^= 0x10;
      const result = await decodeAudio(changed);
      assert.is(result.ok ? 'was read' : result.error.reason, 'damaged', `${name} at ${part}`);
    }
  }
});

test('what decodes to more than memory should hold is given up', () => {
  const sink = new SoundSink(2);
  assert.ok(sink.grow(1000));
  assert.not.ok(sink.grow(2 ** 26));
  assert.is(sink.length, 1000);
});

test('a probe says what decoding would', async () => {
  for (const name of readdirSync(folder).filter((file) => !file.endsWith('.py'))) {
    const info = await probeAudio(load(name));
    if (!info.ok) throw new Error(info.error.message);
    const { sampleRate, frames, truncated } = info.value;
    assert.equal([sampleRate, frames, truncated], [16000, count, false], name);
  }
});

test.run();
