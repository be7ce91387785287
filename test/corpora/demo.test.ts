import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type DemoClip, demo, demoClips } from '../../src/corpora/demo/index.ts';

const test = suite('demo corpus');

const clips = demoClips();
const sounds = new Map(clips.map((clip) => [clip.id, clip.render()]));

function soundOf(clip: DemoClip): Float32Array {
  return sounds.get(clip.id) ?? new Float32Array();
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function rms(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
}

/** Median F0 of the frames whose normalised autocorrelation has a clear peak between 60 and 500 Hz. */
function medianPitch(samples: Float32Array): number {
  const found: number[] = [];
  for (let start = 0; start + 1024 <= samples.length; start += 512) {
    const frame = samples.subarray(start, start + 1024);
    if (rms(frame) < 0.5 * rms(samples)) continue;
    let best = 0;
    let lag = 0;
    for (let k = 32; k <= 266; k++) {
      let cross = 0;
      let a = 0;
      let b = 0;
      for (let i = 0; i + k < 1024; i++) {
        const x = frame[i] ?? 0;
        const y = frame[i + k] ?? 0;
        cross += x * y;
        a += x * x;
        b += y * y;
      }
      const r = cross / Math.sqrt(a * b);
      if (r > best + 0.02) {
        best = r;
        lag = k;
      }
    }
    if (best > 0.7) found.push(demo.rate / lag);
  }
  found.sort((a, b) => a - b);
  return found[Math.floor(found.length / 2)] ?? Number.NaN;
}

test('six speakers say eight sentences in four emotions, once each', () => {
  assert.is(clips.length, 192);
  assert.is(new Set(clips.map(({ id }) => id)).size, 192);
  assert.is(new Set(clips.map(({ speaker }) => speaker)).size, 6);
  assert.is(new Set(clips.map(({ text }) => text)).size, 8);
  assert.equal(new Set(clips.map(({ emotion }) => emotion)), new Set(demo.labels));
  assert.equal(new Set(clips.map(({ sex }) => sex)), new Set(['female', 'male']));
});

test('a clip is the same however often and in whatever order it is rendered', () => {
  const last = demoClips().at(-1);
  assert.ok(last);
  assert.equal(last.render(), soundOf(last));
});

test('samples lie on the 16-bit grid, unclipped, for one to three seconds', () => {
  for (const clip of clips) {
    const sound = soundOf(clip);
    const seconds = sound.length / demo.rate;
    assert.ok(seconds > 1 && seconds < 3, `${clip.id}: ${seconds} s`);
    assert.ok(
      sound.every((x) => Number.isInteger(x * 32768) && Math.abs(x) < 0.999),
      clip.id,
    );
  }
});

test('emotions differ on average in level as in pitch, and overlap', () => {
  const levels = (emotion: string): number[] =>
    clips
      .filter((clip) => clip.emotion === emotion)
      .map((clip) => 20 * Math.log10(rms(soundOf(clip))));
  assert.ok(mean(levels('anger')) > mean(levels('neutral')) + 3);
  assert.ok(mean(levels('sadness')) < mean(levels('neutral')) - 3);
  assert.ok(Math.min(...levels('anger')) < Math.max(...levels('neutral')));
  const pitches = (emotion: string): number[] =>
    clips
      .filter(({ speaker, ...clip }) => clip.emotion === emotion && speaker === '2')
      .map((clip) => medianPitch(soundOf(clip)));
  assert.ok(mean(pitches('happiness')) > 1.15 * mean(pitches('neutral')));
  assert.ok(mean(pitches('sadness')) < 1.05 * mean(pitches('neutral')));
});

test('voices have their own pitch', () => {
  const pitch = (speaker: string): number =>
    mean(
      clips
        .filter((clip) => clip.speaker === speaker && clip.emotion === 'neutral')
        .map((clip) => medianPitch(soundOf(clip))),
    );
  // Median of the neutral voice in the table, ± 3 semitones for eight draws of sd 1.6 and the estimator.
  const near = (value: number, hertz: number): boolean =>
    Math.abs(12 * Math.log2(value / hertz)) < 3;
  assert.ok(near(pitch('2'), 112), String(pitch('2')));
  assert.ok(near(pitch('5'), 226), String(pitch('5')));
});

test.run();
