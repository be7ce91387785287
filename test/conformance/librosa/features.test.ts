import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Mono } from '../../../src/audio/decode.ts';
import { delta } from '../../../src/dsp/cepstrum/delta.ts';
import { createMfcc } from '../../../src/dsp/cepstrum/mfcc.ts';
import { splitSilence, trimSilence } from '../../../src/dsp/frame/non-silent.ts';
import { rms } from '../../../src/dsp/frame/rms.ts';
import { zeroCrossingRate } from '../../../src/dsp/frame/zero-crossings.ts';
import { createLogMel } from '../../../src/dsp/log-mel.ts';
import { pyin } from '../../../src/dsp/pitch/pyin.ts';
import { yin } from '../../../src/dsp/pitch/yin.ts';
import { preEmphasis } from '../../../src/dsp/pre-emphasis.ts';
import { spectralContrast } from '../../../src/dsp/spectral/contrast.ts';
import { bandwidth, centroid, flatness, rollOff } from '../../../src/dsp/spectral/measures.ts';
import { spectralTracks } from '../../../src/dsp/spectral/spectral-tracks.ts';
import { sha256 } from '../../../src/engine/digest.ts';
import { createClipReader } from '../../../src/stages/melspec/clip.ts';
import { checkMelspecParams } from '../../../src/stages/melspec/params.ts';
import { createRandom } from '../../../src/util/random.ts';
import { runPython } from '../../util/run-python.ts';
import { decode, figure, sample, synthetic } from './clips.ts';
import { randomParams } from './random-params.ts';

const test = suite('librosa features');

const folder = mkdtempSync(join(tmpdir(), 'affekt-features-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const clips = [
  synthetic(folder),
  ...(await sample('aesdd', 6)),
  ...(await sample('aesdd-originals', 2)),
  ...(await sample('emodb', 6)),
];
const sounds: readonly Mono[] = await Promise.all(clips.map(decode));

const random = createRandom(5);
const mels = Array.from({ length: 45 }, (_, m) => ({
  clip: m % clips.length,
  params: randomParams(random),
}));
const frame = { frame_length: 1024, hop_length: 256, center: true };
const stft = {
  n_fft: 1024,
  win_length: 640,
  hop_length: 256,
  window: 'hann',
  center: true,
} as const;
const pitch = { fmin: 65, fmax: 500, frame_length: 2048, hop_length: 512, center: true };
const contrast = { fmin: 100, n_bands: 5 };
const mel = { n_mels: 64, fmin: 50, fmax: 8000 };
const cepstrum = { n_mfcc: 20, lifter: 22 };

const printed = runPython(join(import.meta.dirname, 'features.py'), {
  input: {
    ...{ folder, clips, frame, stft, pitch, contrast, mel, cepstrum },
    mels: mels.map(({ clip, params: { sample_rate, trim_db, ...params } }) => ({ clip, params })),
  },
});
const { librosa } = JSON.parse(printed) as { readonly librosa: string };

function theirs(name: string): Float64Array {
  return new Float64Array(new Uint8Array(readFileSync(join(folder, name))).buffer);
}

/** Differences of one feature over all clips. */
interface Row {
  worst: number;
  sum: number;
  count: number;
}

/** A line per feature: greatest and mean difference, in its unit. */
function print(name: string, unit: string, { worst, sum, count }: Row): void {
  const figures = `max ${worst.toExponential(1)}, mean ${(sum / count).toExponential(1)} ${unit}`;
  figure(`${name.padEnd(16)} ${figures.trim()}  (${count} values)`);
}

function compare(row: Row, ours: ArrayLike<number>, wanted: Float64Array, what: string): void {
  assert.is(ours.length, wanted.length, `${what}: ${ours.length} values, not ${wanted.length}`);
  for (let i = 0; i < wanted.length; i++) {
    const difference = Math.abs(ours[i]! - wanted[i]!);
    assert.ok(Number.isFinite(difference), what);
    row.worst = Math.max(row.worst, difference);
    row.sum += difference;
  }
  row.count += wanted.length;
}

const emptyRow = (): Row => ({ worst: 0, sum: 0, count: 0 });

figure(`${clips.length} clips, librosa ${librosa}`);

test('melspec with random params equals librosa', async () => {
  const rows = new Map<string, Row>();
  for (const [m, { clip, params }] of mels.entries()) {
    assert.equal(checkMelspecParams(params), [], JSON.stringify(params));
    const path = clips[clip]!;
    const { data } = await createClipReader(params)({ digest: sha256(path) }, path);
    const wanted = theirs(`mel.${m}`);
    const row = emptyRow();
    compare(row, data, wanted, JSON.stringify(params));
    const isLog = params.scale === 'db' || params.scale === 'ln';
    const peak = isLog ? 1 : wanted.reduce((a, b) => Math.max(a, b), 0);
    row.worst /= peak;
    row.sum /= peak;
    assert.ok(row.worst <= limits[params.scale], `${row.worst}: ${JSON.stringify(params)}`);
    const all = rows.get(params.scale) ?? emptyRow();
    rows.set(params.scale, all);
    all.worst = Math.max(all.worst, row.worst);
    all.sum += row.sum;
    all.count += row.count;
  }
  assert.is(rows.size, 4);
  for (const [scale, row] of rows) print(`melspec ${scale}`, units[scale] ?? '', row);
});

/** librosa stores in float32, where a step is 7.6e-6 at 100 dB and 6e-8 of the peak. */
const limits = { db: 1e-4, ln: 1e-5, power: 1e-6, pcen: 1e-6 };
const units: Readonly<Record<string, string>> = {
  ...{ db: 'dB', ln: 'Np', power: 'of the peak', pcen: 'of the peak' },
};

/**
 * Greatest difference that is allowed, and its unit. librosa sums hundreds of float32; coefficients reach
 * 1,200 under the lifter, where a step of float32 is 1.2e-4.
 */
const tolerance = {
  rms: [1e-6, ''],
  'zero crossings': [1e-7, ''],
  centroid: [2e-3, 'Hz'],
  bandwidth: [2e-3, 'Hz'],
  'roll-off': [0, 'Hz'],
  flatness: [5e-6, ''],
  contrast: [2e-5, 'dB'],
  trim: [0, 'samples'],
  split: [0, 'samples'],
  'pre-emphasis': [1e-6, ''],
  mfcc: [1e-3, ''],
  delta: [3e-4, ''],
  'delta-delta': [3e-4, ''],
} as const;

function computed(sound: Mono): Readonly<Record<keyof typeof tolerance, ArrayLike<number>>> {
  const { samples, sampleRate } = sound;
  const framing = { frameLength: frame.frame_length, hopLength: frame.hop_length, center: true };
  const spectrum = {
    ...{ sampleRate, nFft: stft.n_fft, winLength: stft.win_length, hopLength: stft.hop_length },
    ...({ window: stft.window, center: true, padMode: 'constant' } as const),
  };
  const tracks = spectralTracks(samples, spectrum, {
    ...{ centroid, bandwidth, flatness, rolloff: rollOff() },
  });
  const silence = { topDb: 30, frameLength: 2048, hopLength: 512 };
  const bands = createLogMel({
    ...spectrum,
    ...{ power: 2, nMels: mel.n_mels, fmin: mel.fmin, fmax: mel.fmax, htk: false, norm: 'slaney' },
    ...{ scale: 'db', amin: 1e-10, topDb: 80, trimDb: null },
  }).compute(samples);
  const { n_mfcc: count, lifter } = cepstrum;
  const mfcc = createMfcc(bands.bands, { count, lifter })(bands);
  return {
    rms: rms(samples, framing),
    'zero crossings': zeroCrossingRate(samples, framing),
    ...{ centroid: tracks.centroid, bandwidth: tracks.bandwidth, flatness: tracks.flatness },
    'roll-off': tracks.rolloff,
    contrast: spectralContrast(samples, {
      ...{ ...spectrum, fmin: contrast.fmin, octaves: contrast.n_bands },
    }).data,
    trim: trimSilence(samples, silence),
    split: splitSilence(samples, silence).flat(),
    'pre-emphasis': preEmphasis(samples),
    mfcc: mfcc.data,
    delta: delta(mfcc, { width: 9, order: 1, mode: 'interp' }),
    'delta-delta': delta(mfcc, { width: 9, order: 2, mode: 'interp' }),
  };
}

test('features of clips equal librosa’s', () => {
  const names = Object.keys(tolerance) as (keyof typeof tolerance)[];
  const rows = new Map(names.map((name) => [name, emptyRow()]));
  for (const [n, sound] of sounds.entries()) {
    const ours = computed(sound);
    for (const [name, row] of rows) {
      compare(row, ours[name], theirs(`${name}.${n}`), `${name} of ${clips[n]}`);
    }
  }
  for (const [name, row] of rows) {
    const [limit, unit] = tolerance[name];
    print(name, unit, row);
    assert.ok(row.worst <= limit, `${name}: ${row.worst}`);
  }
});

test('pitch of clips equals librosa’s in nearly every frame', () => {
  const seen = { frames: 0, yin: 0, pyin: 0, voicing: 0 };
  const probability = emptyRow();
  for (const [n, { samples, sampleRate }] of sounds.entries()) {
    const options = {
      ...{ sampleRate, fmin: pitch.fmin, fmax: pitch.fmax, center: true },
      ...{ frameLength: pitch.frame_length, hopLength: pitch.hop_length },
    };
    const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-3;
    const wanted = { yin: theirs(`yin.${n}`), pyin: theirs(`pyin.${n}`) };
    const plain = yin(samples, { ...options, troughThreshold: 0.1 });
    const { f0, voiced, probability: sure } = pyin(samples, options);
    assert.is(plain.length, wanted.yin.length);
    assert.is(f0.length, wanted.pyin.length);
    seen.frames += plain.length;
    for (const [t, value] of plain.entries()) {
      if (near(value, wanted.yin[t]!)) seen.yin++;
      if (near(voiced[t] ? f0[t]! : 0, wanted.pyin[t]!)) seen.pyin++;
      if (voiced[t] === wanted.pyin[t]! > 0) seen.voicing++;
    }
    compare(probability, sure, theirs(`voicing.${n}`), `voicing of ${clips[n]}`);
  }
  const share = (count: number): string => `${((100 * count) / seen.frames).toFixed(2)} %`;
  figure(
    `YIN within 1e-3 Hz in ${share(seen.yin)} of ${seen.frames} frames; ` +
      `pYIN with equal voicing in ${share(seen.voicing)}, and within 1e-3 Hz in ${share(seen.pyin)}`,
  );
  print('voicing', '', probability);
  assert.ok(seen.yin >= 0.99 * seen.frames);
  assert.ok(seen.pyin >= 0.99 * seen.frames);
});

test.run();
