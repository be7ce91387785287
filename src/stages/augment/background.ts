import { createResampler } from '../../audio/resample.ts';
import { readSound } from '../read-sound.ts';
import type { BackgroundNoise } from './alter.ts';

/** Samples of noise that a worker keeps: 64 MB, some 17 minutes at 16 kHz. */
const keptSamples = 1 << 24;

/**
 * Background noise from files: it begins anywhere, and starts over where a file is too short. Files that
 * were read last are kept.
 */
export function createBackground(files: readonly string[]): BackgroundNoise {
  const kept = new Map<string, Float32Array>();
  const load = async (file: string, sampleRate: number): Promise<Float32Array> => {
    const sound = await readSound(
      file,
      file,
      'Every file of sounds_path must be sound that affekt can decode.',
    );
    return createResampler(sound.sampleRate, sampleRate).resample(sound.samples);
  };
  return async (length, sampleRate, random) => {
    const file = files[random.integer(files.length)] ?? '';
    const key = `${sampleRate} ${file}`;
    const noise = kept.get(key) ?? (await load(file, sampleRate));
    kept.delete(key);
    kept.set(key, noise);
    let samples = 0;
    for (const { length: own } of kept.values()) samples += own;
    for (const [old, { length: own }] of kept) {
      if (samples <= keptSamples || old === key) break;
      kept.delete(old);
      samples -= own;
    }
    const start = random.integer(noise.length);
    return Float32Array.from({ length }, (_, i) => noise[(start + i) % noise.length] ?? 0);
  };
}
