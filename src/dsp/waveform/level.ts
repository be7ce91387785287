import { exp } from '../elementary.ts';

/** The amplitude that is `decibels` above 1. */
function amplitude(decibels: number): number {
  return exp((decibels * Math.LN10) / 20);
}

/** √(mean of squares); 0 for no samples. */
export function rootMeanSquare(signal: Float32Array): number {
  let sum = 0;
  for (const value of signal) sum += value * value;
  return signal.length === 0 ? 0 : Math.sqrt(sum / signal.length);
}

/** The signal louder by `decibels`; nothing is clipped. */
export function gain(signal: Float32Array, decibels: number): Float32Array {
  const factor = amplitude(decibels);
  return signal.map((value) => factor * value);
}

/** At the level of another signal (RMS); silence stays silence. */
export function matchLevel(signal: Float32Array, like: Float32Array): Float32Array {
  const own = rootMeanSquare(signal);
  const factor = own > 0 ? rootMeanSquare(like) / own : 1;
  return signal.map((value) => factor * value);
}

/**
 * signal + g noise with 20 log10(RMS of the signal / RMS of g noise) = `snr` dB, both over the whole
 * length. The noise has the signal's length; nothing is added to silence, and no noise adds nothing.
 */
export function addNoise(signal: Float32Array, noise: Float32Array, snr: number): Float32Array {
  const own = rootMeanSquare(noise);
  const factor = own > 0 ? (rootMeanSquare(signal) / own) * amplitude(-snr) : 0;
  return signal.map((value, i) => value + factor * noise[i]!);
}
