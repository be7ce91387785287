import type { Fraction, Resample } from './resampling.ts';
import { timeStretch } from './time-stretch.ts';

/**
 * Higher by the given ratio of frequencies at the same length: librosa.effects.pitch_shift of librosa
 * 0.11 (where it is 2^(semitones / 12)), a stretch that is then resampled. Formants move along.
 */
export function pitchShift(
  signal: Float32Array,
  [up, down]: Fraction,
  { nFft, resample }: { readonly nFft: number; readonly resample: Resample },
): Float32Array {
  const shifted = resample(timeStretch(signal, down / up, nFft), up, down);
  const out = new Float32Array(signal.length);
  out.set(shifted.subarray(0, signal.length));
  return out;
}
