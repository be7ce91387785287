import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeMono } from '../../src/audio/decode.ts';
import { delta } from '../../src/dsp/cepstrum/delta.ts';
import { createMfcc } from '../../src/dsp/cepstrum/mfcc.ts';
import { splitSilence, trimSilence } from '../../src/dsp/frame/non-silent.ts';
import { rms } from '../../src/dsp/frame/rms.ts';
import { zeroCrossingRate } from '../../src/dsp/frame/zero-crossings.ts';
import { createLogMel, type LogMelOptions } from '../../src/dsp/log-mel.ts';
import { createMelBank } from '../../src/dsp/mel.ts';
import { pyin } from '../../src/dsp/pitch/pyin.ts';
import { yin } from '../../src/dsp/pitch/yin.ts';
import { preEmphasis } from '../../src/dsp/pre-emphasis.ts';
import { createScaledMel } from '../../src/dsp/scaled-mel.ts';
import { spectralContrast } from '../../src/dsp/spectral/contrast.ts';
import { bandwidth, centroid, flatness, rollOff } from '../../src/dsp/spectral/measures.ts';
import { spectralTracks } from '../../src/dsp/spectral/spectral-tracks.ts';
import { furthest } from '../golden/features/load.ts';
import { readFloats, worstDifference } from '../golden/librosa/load.ts';

const test = suite('reference arrays of librosa 0.11');

const folder = join(import.meta.dirname, '../../../shared/reference/librosa');
const array = (name: string): Float32Array => readFloats(join(folder, `${name}.bin`));
const integers = (name: string): readonly number[] => [
  ...new Int32Array(new Uint8Array(readFileSync(join(folder, `${name}.bin`))).buffer),
];

const sampleRate = 16000;
const stft = {
  ...({ nFft: 512, winLength: 512, hopLength: 160, window: 'hann' } as const),
  ...({ center: true, padMode: 'constant' } as const),
};
const mel: LogMelOptions = {
  ...({ ...stft, sampleRate, power: 2, nMels: 64, fmin: 0, fmax: 8000, htk: false } as const),
  ...({ norm: 'slaney', scale: 'power', amin: 1e-10, topDb: null, trimDb: null } as const),
};

async function sound(): Promise<Float32Array> {
  const decoded = await decodeMono(readFileSync(join(folder, 'sig16k.wav')));
  if (!decoded.ok) throw new Error(decoded.error.message);
  return decoded.value.samples;
}

if (existsSync(folder)) {
  test('filters', () => {
    for (const [name, change] of [
      ['mel_16000_512_64_sl_slaney', {}],
      ['mel_16000_1024_128_sl_slaney', { nFft: 1024, nMels: 128 }],
      ['mel_22050_2048_128_sl_slaney', { sampleRate: 22050, nFft: 2048, nMels: 128, fmax: 11025 }],
      [
        'mel_16000_400_80_htk_None',
        { nFft: 400, nMels: 80, fmin: 20, fmax: 7600, htk: true, norm: null },
      ],
      [
        'mel_8000_256_23_htk_slaney',
        { sampleRate: 8000, nFft: 256, nMels: 23, fmin: 64, fmax: 4000, htk: true },
      ],
    ] as const) {
      const options = { ...mel, ...change };
      const bank = createMelBank(options);
      const bins = options.nFft / 2 + 1;
      const ours = Float32Array.from({ length: bank.bands * bins }, (_, i) =>
        bank.weight(Math.floor(i / bins), i % bins),
      );
      // Two roundings to float32 of weights of at most 1.
      assert.ok(furthest(ours, array(name)) <= 1.2e-7, name);
    }
  });

  test('cepstra, derivatives and PCEN', async () => {
    const signal = await sound();
    const db = createLogMel({ ...mel, scale: 'db', topDb: 80 }).compute(signal);
    const mfcc = createMfcc(64, { count: 13, lifter: 0 })(db);
    assert.ok(worstDifference(mfcc.data, array('mfcc13'), 13) <= 2e-4);
    const lifted = createMfcc(64, { count: 13, lifter: 22 })(db);
    assert.ok(worstDifference(lifted.data, array('mfcc13_lifter22'), 13) <= 1e-3);
    for (const order of [1, 2] as const) {
      const ours = delta(mfcc, { width: 9, order, mode: 'interp' });
      assert.ok(worstDifference(ours, array(`delta${order}`), 13) <= 1e-4, String(order));
    }
    const pcen = { gain: 0.98, bias: 2, power: 0.5, timeConstant: 0.4, eps: 1e-6 };
    const energies = createScaledMel({ ...mel, scale: 'pcen', ref: 1, pcen });
    const wanted = array('pcen');
    const peak = wanted.reduce((a, b) => Math.max(a, b), 0);
    assert.ok(worstDifference(energies.compute(signal).data, wanted, 64) <= 1e-6 * peak);
  });

  test('spectral features, level and crossings', async () => {
    const signal = await sound();
    const tracks = spectralTracks(signal, mel, { centroid, bandwidth, rolloff: rollOff() });
    for (const [name, track] of Object.entries(tracks)) {
      const worst = furthest(track, array(`spectral_${name}`));
      // In Hz, of float32 sums.
      assert.ok(worst <= (name === 'rolloff' ? 0 : 2e-3), `${name}: ${worst}`);
    }
    const flat = spectralTracks(signal, mel, { flatness }).flatness;
    assert.ok(furthest(flat, array('spectral_flatness')) <= 5e-6);
    const contrast = spectralContrast(signal, { ...mel, fmin: 100, octaves: 5 });
    assert.ok(worstDifference(contrast.data, array('spectral_contrast'), 6) <= 2e-5);
    const frame = { frameLength: 512, hopLength: 160, center: true };
    assert.ok(furthest(rms(signal, frame), array('rms')) <= 3e-7);
    assert.equal(zeroCrossingRate(signal, frame), array('zcr'));
    assert.ok(furthest(preEmphasis(signal), array('preemphasis')) <= 1.2e-7);
  });

  test('silence', () => {
    const signal = array('trim_in');
    const options = { topDb: 30, frameLength: 2048, hopLength: 512 };
    assert.equal(trimSilence(signal), integers('trim_idx_60'));
    assert.equal(trimSilence(signal, options), integers('trim_idx_30'));
    assert.equal(splitSilence(signal, options).flat(), integers('split_30'));
  });

  test('pitch', async () => {
    const signal = await sound();
    const voice = { sampleRate, fmin: 60, fmax: 400, frameLength: 1024, hopLength: 256 };
    const plain = yin(signal, { ...voice, center: true, troughThreshold: 0.1 });
    assert.ok(furthest(plain, array('yin')) <= 1e-3);
    const { f0, voiced } = pyin(signal, { ...voice, center: true });
    const marked = f0.map((value, t) => (voiced[t] ? value : 0));
    // Stored in float32: half a step at 400 Hz.
    assert.ok(furthest(marked, array('pyin_f0')) <= 2e-5);
  });
} else {
  test.skip('reference arrays of librosa 0.11', () => undefined);
  process.stdout.write(`skip: no reference arrays in ${folder}\n`);
}

test.run();
