import { besselI0 } from '../dsp/bessel.ts';
import { sinTurns } from '../dsp/elementary.ts';

/**
 * Low-pass filter in continuous time: a sinc under a Kaiser window, symmetric about 0. Time is
 * counted in samples of a signal, frequency in cycles per sample.
 */
export interface SincFilter {
  /** The response is 0 for |t| ≥ half. */
  readonly half: number;
  /** Response at time t; its integral is 1. */
  at(t: number): number;
}

/** `cutoff` is where the response has fallen by 6 dB; `beta` trades stop band against steepness. */
export function kaiserSinc(cutoff: number, half: number, beta: number): SincFilter {
  const peak = besselI0(beta);
  return {
    half,
    at(t) {
      const r = t / half;
      if (r <= -1 || r >= 1) return 0;
      const sinc = t === 0 ? 2 * cutoff : sinTurns(cutoff * t, 1) / (Math.PI * t);
      return (sinc * besselI0(beta * Math.sqrt(1 - r * r))) / peak;
    },
  };
}

/**
 * Kaiser's design (Kaiser 1974): pass band up to `pass`, stop band from `stop` on, both within
 * 10^(−attenuation/20). β = 0.1102 (A − 8.7), length (A − 8) / (2.285 Δω).
 */
export function designSinc(pass: number, stop: number, attenuation: number): SincFilter {
  const half = (attenuation - 8) / (2.285 * 2 * Math.PI * (stop - pass)) / 2;
  return kaiserSinc((pass + stop) / 2, half, 0.1102 * (attenuation - 8.7));
}
