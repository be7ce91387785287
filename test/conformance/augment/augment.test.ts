import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeMono, type Mono } from '../../../src/audio/decode.ts';
import { createResampler } from '../../../src/audio/resample.ts';
import { butterworth, filterSections } from '../../../src/dsp/waveform/butterworth.ts';
import { pitchShift } from '../../../src/dsp/waveform/pitch-shift.ts';
import { fraction } from '../../../src/dsp/waveform/resampling.ts';
import { timeStretch } from '../../../src/dsp/waveform/time-stretch.ts';
import { golden, readFloats } from '../../golden/librosa/load.ts';
import { runPython } from '../../util/run-python.ts';
import { likeness } from '../../util/sound-measures.ts';

const test = suite('augment and its peers');

const data =
  process.env['AFFEKT_TEST_DATA'] ?? join(import.meta.dirname, '../../../../shared/data');
const rates = [0.9, 1.1];
const semitones = [-2, 1.3];
const filters = [
  { order: 2, pass: 'low', cutoff: 3000 },
  { order: 4, pass: 'high', cutoff: 120 },
  { order: 3, pass: 'low', cutoff: 500 },
] as const;

interface Clip extends Mono {
  readonly nFft: number;
}

/** The golden signal, and a clip of each corpus that is there. */
async function clipsOf(): Promise<readonly Clip[]> {
  const clips: Clip[] = [
    { samples: golden('signal'), sampleRate: 16000, truncated: false, nFft: 1024 },
  ];
  for (const folder of ['aesdd/anger', 'emodb/wav']) {
    const path = join(data, folder);
    const [file] = existsSync(path) ? readdirSync(path).sort() : [];
    if (file === undefined) {
      process.stdout.write(`no clips in ${path}: left out\n`);
      continue;
    }
    const sound = await decodeMono(readFileSync(join(path, file)));
    if (sound.ok) clips.push({ ...sound.value, nFft: 2048 });
  }
  return clips;
}

test('stretched, shifted and filtered speech is that of librosa and SciPy', async () => {
  const clips = await clipsOf();
  const folder = mkdtempSync(join(tmpdir(), 'affekt-augment-'));
  try {
    for (const [n, { samples }] of clips.entries()) {
      writeFileSync(join(folder, `${n}.pcm`), Buffer.from(Float32Array.from(samples).buffer));
    }
    const job = {
      ...{ folder, rates, semitones, filters },
      clips: clips.map(({ sampleRate, nFft }) => ({ rate: sampleRate, n_fft: nFft })),
    };
    const versions = runPython(join(import.meta.dirname, 'reference.py'), { input: job });
    const lowest = { stretch: Infinity, shift: Infinity, filter: Infinity };
    const compare = (kind: keyof typeof lowest, n: number, i: number, ours: Float32Array): void => {
      const like = likeness(readFloats(join(folder, `${n}.${kind}.${i}`)), ours);
      lowest[kind] = Math.min(lowest[kind], like);
    };
    const resample = (x: Float32Array, orig: number, target: number): Float32Array =>
      createResampler(orig, target).resample(x);
    for (const [n, { samples, sampleRate, nFft }] of clips.entries()) {
      for (const [i, rate] of rates.entries()) {
        compare('stretch', n, i, timeStretch(samples, rate, nFft));
      }
      for (const [i, steps] of semitones.entries()) {
        const ratio = fraction(2 ** (steps / 12), 50_000);
        compare('shift', n, i, pitchShift(samples, ratio, { nFft, resample }));
      }
      for (const [i, filter] of filters.entries()) {
        compare('filter', n, i, filterSections(samples, butterworth({ ...filter, sampleRate })));
      }
    }
    const words = Object.entries(lowest).map(([kind, value]) => `${kind} ${value.toFixed(1)} dB`);
    process.stdout.write(`least alike: ${words.join(', ')} (${versions.trim()})\n`);
    // librosa adds phases up to some 1e5 radians in float32, whose steps are 0.01 there.
    assert.ok(lowest.stretch > 45, words.join());
    // The same; its resampler adds −60 dB.
    assert.ok(lowest.shift > 45, words.join());
    // Both end in float32.
    assert.ok(lowest.filter > 130, words.join());
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
