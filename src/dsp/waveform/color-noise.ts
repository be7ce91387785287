import type { Random } from '../../util/random.ts';
import { createInverseFft } from '../inverse-fft.ts';

export const noiseColors = ['white', 'pink', 'brown'] as const;

export type NoiseColor = (typeof noiseColors)[number];

/** Nothing lies below, in Hz: a rumble that nobody hears would take up the power of brown noise. */
const lowest = 50;

/**
 * Gaussian noise whose power density from 50 Hz to Nyquist is even (white), 1 / f (pink: −3.01 dB per
 * octave) or 1 / f² (brown: −6.02 dB), and 0 below: a random complex number per frequency, times the root
 * of that. Its RMS is about 1.
 */
export function colorNoise(
  length: number,
  { color, sampleRate }: { readonly color: NoiseColor; readonly sampleRate: number },
  random: Random,
): Float32Array {
  const size = Math.max(4, 2 ** Math.ceil(Math.log2(Math.max(1, length))));
  const spectrum = new Float64Array(size + 2);
  let power = 0;
  for (let k = 1; k < size / 2; k++) {
    const frequency = (k * sampleRate) / size;
    if (frequency < lowest) continue;
    const amplitude =
      color === 'white' ? 1 : color === 'pink' ? 1 / Math.sqrt(frequency) : 1 / frequency;
    spectrum[2 * k] = amplitude * random.normal();
    spectrum[2 * k + 1] = amplitude * random.normal();
    power += amplitude * amplitude;
  }
  const wave = new Float64Array(size);
  createInverseFft(size).frame(spectrum, wave);
  const scale = power > 0 ? size / (2 * Math.sqrt(power)) : 0;
  return Float32Array.from({ length }, (_, i) => scale * wave[i]!);
}
