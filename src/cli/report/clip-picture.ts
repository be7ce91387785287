import { readFileSync } from 'node:fs';
import { encode } from 'fast-png';
import { decodeMono } from '../../audio/decode.ts';
import { createResampler } from '../../audio/resample.ts';
import { createLogMel } from '../../dsp/log-mel.ts';

const rate = 16_000;
const bands = 64;
/** dB below the loudest that are drawn. */
const depth = 60;
/** Shades of grey: as many as one sees in so small a picture, and half the bytes of all 256. */
const shades = 24;

/**
 * A log-mel spectrogram (64 bands, 50 to 8000 Hz, low below; 16 ms a column) of a sound file as a PNG
 * in grey, the loudest black. Throws on a file that cannot be decoded.
 */
export async function clipPicture(path: string): Promise<Uint8Array> {
  const sound = await decodeMono(readFileSync(path));
  if (!sound.ok) throw new Error(sound.error.message);
  const { samples, sampleRate } = sound.value;
  const mel = createLogMel({
    ...{ sampleRate: rate, nFft: 1024, winLength: 640, hopLength: 256, window: 'hann' },
    ...{ center: true, padMode: 'constant', power: 2, nMels: bands, fmin: 50, fmax: 8000 },
    ...{ htk: false, norm: 'slaney', scale: 'db', amin: 1e-10, topDb: null, trimDb: null },
  });
  const { data, frames } = mel.compute(createResampler(sampleRate, rate).resample(samples));
  const loudest = data.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const pixels = new Uint8Array(frames * bands);
  for (let t = 0; t < frames; t++) {
    for (let b = 0; b < bands; b++) {
      const below = Math.min(1, (loudest - (data[t * bands + b] ?? 0)) / depth);
      const shade = Math.round(below * (shades - 1)) / (shades - 1);
      pixels[(bands - 1 - b) * frames + t] = Math.round(255 * shade);
    }
  }
  return encode(
    { width: frames, height: bands, data: pixels, channels: 1, depth: 8 },
    { zlib: { level: 9 } },
  );
}
