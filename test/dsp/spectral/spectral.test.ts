import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { spectralContrast } from '../../../src/dsp/spectral/contrast.ts';
import { bandwidth, centroid, flatness, rollOff } from '../../../src/dsp/spectral/measures.ts';
import { spectralTracks } from '../../../src/dsp/spectral/spectral-tracks.ts';
import { furthest, made, stftOptions } from '../../golden/features/load.ts';
import { golden, worstDifference } from '../../golden/librosa/load.ts';

const test = suite('spectral');

const signal = golden('signal');
/**
 * librosa sums hundreds of float32: some units of 2^−24, of logarithms down to −20 for flatness. Roll-off
 * is a bin's frequency.
 */
const tolerance = { centroid: 1e-6, bandwidth: 1e-6, rolloff: 0, flatness: 5e-6 };

const measures = { centroid, bandwidth, rolloff: rollOff(), flatness };

test('centroid, bandwidth, roll-off and flatness equal librosa’s', () => {
  for (const setting of ['default', 'edge']) {
    const options = stftOptions(made(`centroid_${setting}`).options);
    const tracks = spectralTracks(signal, { ...options, sampleRate: 16000 }, measures);
    for (const [name, track] of Object.entries(tracks)) {
      const { values } = made(`${name}_${setting}`);
      const scale = name === 'flatness' ? 1 : 8000;
      const worst = furthest(track, values) / scale;
      assert.ok(worst <= tolerance[name as keyof typeof tolerance], `${name} ${setting}: ${worst}`);
    }
  }
});

test('contrast equals librosa’s', () => {
  for (const setting of ['default', 'edge']) {
    for (const [fmin, octaves] of [
      [100, 5],
      [250, 3],
    ] as const) {
      const { values, options } = made(`contrast_${setting}_${fmin}`);
      const given = { ...stftOptions(options), sampleRate: 16000, fmin, octaves };
      const { data, bands } = spectralContrast(signal, given);
      assert.is(bands, octaves + 1);
      const worst = worstDifference(data, values, bands);
      assert.ok(worst <= 2e-5, `${setting} ${fmin}: ${worst} dB`);
    }
  }
});

test('silence is flat, without a centre', () => {
  const options = stftOptions(made('centroid_default').options);
  const given = { ...options, sampleRate: 16000 };
  const tracks = spectralTracks(new Float32Array(300), given, measures);
  assert.equal(tracks.centroid, new Float32Array(2));
  assert.equal(tracks.bandwidth, new Float32Array(2));
  assert.equal(tracks.rolloff, new Float32Array(2));
  assert.ok(tracks.flatness.every((value) => Math.abs(value - 1) < 1e-6));
  const { data } = spectralContrast(new Float32Array(300), { ...given, fmin: 200, octaves: 5 });
  assert.ok(data.every((value) => value === 0));
});

test('refuses bands above Nyquist, or without a bin', () => {
  const options = stftOptions(made('centroid_default').options);
  const given = { ...options, sampleRate: 16000 };
  assert.throws(() => spectralContrast(signal, { ...given, fmin: 200, octaves: 7 }), /12800 to/);
  assert.throws(
    () => spectralContrast(signal, { ...given, fmin: 1, octaves: 3 }),
    /no frequency bin/,
  );
});

test.run();
