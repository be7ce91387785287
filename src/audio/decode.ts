import { err, ok, type Result } from '../engine/result.ts';
import { type AudioError, toMono } from './audio.ts';
import { readWav } from './wav.ts';

/** One channel of sound at its own rate. */
export interface Mono {
  /** Hz. */
  readonly sampleRate: number;
  /** Finite; full scale = ±1. */
  readonly samples: Float32Array;
  /** The header promised more than the file has. */
  readonly truncated: boolean;
}

/**
 * Decodes a sound file to mono (mean of its channels) by its content, not by its name. WAV only so
 * far: the reader refuses other formats by name.
 */
export function decodeMono(bytes: Uint8Array): Result<Mono, AudioError> {
  const audio = readWav(bytes);
  if (!audio.ok) return audio;
  const { sampleRate, channels, truncated } = audio.value;
  const samples = toMono(channels);
  const bad = samples.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    return err({
      reason: 'not-finite',
      message: `sample ${bad} (at ${(bad / sampleRate).toFixed(3)} s) is not a number`,
    });
  }
  return ok({ sampleRate, samples, truncated });
}
