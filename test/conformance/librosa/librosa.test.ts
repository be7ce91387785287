import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createResampler } from '../../../src/audio/resample.ts';
import { createLogMel, type LogMelOptions } from '../../../src/dsp/log-mel.ts';
import { readFloats } from '../../golden/librosa/load.ts';
import { runPython } from '../../util/run-python.ts';
import { decode, figure, hidden, sample, synthetic } from './clips.ts';

const test = suite('librosa');

const target = 16000;

const settings = [
  { n_fft: 1024, win_length: 640, hop_length: 256, n_mels: 64, fmin: 50, fmax: 8000, top_db: null },
  { n_fft: 2048, win_length: 2048, hop_length: 512, n_mels: 128, fmin: 0, fmax: null, top_db: 80 },
  // No power of two, and bands far below their neighbours (see `hidden`).
  { n_fft: 480, win_length: 400, hop_length: 160, n_mels: 40, fmin: 0, fmax: null, top_db: null },
  {
    n_fft: 512,
    win_length: 400,
    hop_length: 160,
    n_mels: 40,
    fmin: 20,
    fmax: 7600,
    top_db: null,
    htk: true,
    norm: null,
    window: 'hamming',
    pad_mode: 'reflect',
  },
] as const;

function options(setting: (typeof settings)[number], sampleRate: number): LogMelOptions {
  return {
    sampleRate,
    nFft: setting.n_fft,
    winLength: setting.win_length,
    hopLength: setting.hop_length,
    window: 'window' in setting ? setting.window : 'hann',
    center: true,
    padMode: 'pad_mode' in setting ? setting.pad_mode : 'constant',
    power: 2,
    nMels: setting.n_mels,
    fmin: setting.fmin,
    fmax: setting.fmax ?? sampleRate / 2,
    htk: 'htk' in setting,
    norm: 'norm' in setting ? null : 'slaney',
    scale: 'db',
    amin: 1e-10,
    topDb: setting.top_db,
    trimDb: null,
  };
}

const folder = mkdtempSync(join(tmpdir(), 'affekt-librosa-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const clips = [
  synthetic(folder),
  hidden(folder),
  ...(await sample('aesdd', 25)),
  ...(await sample('aesdd-originals', 8)),
  ...(await sample('emodb', 25)),
];
const printed = runPython(join(import.meta.dirname, 'reference.py'), {
  input: { folder, clips, settings, target },
});
const { rates, ...versions } = JSON.parse(printed) as {
  readonly rates: readonly number[];
  readonly librosa: string;
  readonly soxr: string;
};
const peers = `${clips.length} clips, librosa ${versions.librosa}, soxr ${versions.soxr}`;

test('samples equal librosa.load, bit for bit', async () => {
  for (const [n, clip] of clips.entries()) {
    const { samples, sampleRate } = await decode(clip);
    assert.is(sampleRate, rates[n], clip);
    const theirs = readFloats(join(folder, `${n}.pcm`));
    assert.is(samples.length, theirs.length, clip);
    assert.ok(
      samples.every((value, i) => value === theirs[i]!),
      clip,
    );
  }
});

test('log-mel at the native rate is within 1e-4 dB of librosa', async () => {
  for (const [s, setting] of settings.entries()) {
    let worst = 0;
    let sum = 0;
    let count = 0;
    for (const [n, clip] of clips.entries()) {
      const { samples, sampleRate } = await decode(clip);
      const ours = createLogMel(options(setting, sampleRate)).compute(samples).data;
      const theirs = readFloats(join(folder, `${n}.${s}.mel`));
      assert.is(ours.length, theirs.length, clip);
      for (const [i, value] of ours.entries()) {
        const difference = Math.abs(value - theirs[i]!);
        assert.ok(difference <= 1e-4, `${clip}: ${value} and ${theirs[i]} dB`);
        worst = Math.max(worst, difference);
        sum += difference;
      }
      count += ours.length;
    }
    figure(
      `log-mel ${setting.n_fft}/${setting.win_length}/${setting.hop_length}/${setting.n_mels}: ` +
        `worst ${worst.toExponential(2)} dB, mean ${(sum / count).toExponential(2)} dB (${peers})`,
    );
  }
});

test('resampled speech is within 60 dB of soxr', async () => {
  const worst = new Map<number, number>();
  for (const [n, clip] of clips.entries()) {
    const { samples, sampleRate } = await decode(clip);
    if (sampleRate === target) continue;
    const ours = createResampler(sampleRate, target).resample(samples);
    const theirs = readFloats(join(folder, `${n}.soxr`));
    // soxr may give one sample less than ceil(n × ratio).
    assert.ok(ours.length - theirs.length === 0 || ours.length - theirs.length === 1, clip);
    let signal = 0;
    let noise = 0;
    for (const [i, value] of theirs.entries()) {
      signal += value ** 2;
      noise += (ours[i]! - value) ** 2;
    }
    const ratio = 10 * Math.log10(signal / noise);
    worst.set(sampleRate, Math.min(worst.get(sampleRate) ?? Number.POSITIVE_INFINITY, ratio));
  }
  for (const [rate, ratio] of worst) {
    figure(`resampling ${rate} to ${target} Hz: worst ${ratio.toFixed(1)} dB below`);
    // Synthetic noise fills the transition band; speech has little there.
    assert.ok(ratio >= (rate === 24414 ? 54 : 60), `${rate}: ${ratio} dB`);
  }
});

test.run();
