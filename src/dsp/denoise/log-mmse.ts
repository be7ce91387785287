import { exp } from '../elementary.ts';
import { exponentialIntegral } from './exponential-integral.ts';
import { createOverlapAdd } from './overlap-add.ts';
import { quantileNoise } from './quantile-noise.ts';

/** Smoothing of the a priori SNR from frame to frame. */
const decisionDirected = 0.98;
/** −25 dB: the least a priori SNR. */
const leastPrior = 0.0031622776601683794;
/** The largest a posteriori SNR that is told apart. */
const mostPosterior = 40;
/** −20 dB: what is left of a bin that holds noise alone, so that it does not ring. */
const leastGain = 0.1;
/** Sound shorter than this (s) holds no pause to learn the noise from, and is left as it is. */
const shortestDenoised = 0.5;

/** Frames of about 32 ms: the nearest power of two. */
function denoiseFrame(sampleRate: number): number {
  return Math.max(64, 2 ** Math.round(Math.log2(0.032 * sampleRate)));
}

/**
 * Speech enhancement by the log-spectral amplitude estimator of Ephraim & Malah (1985): every bin is
 * multiplied by G = ξ / (1 + ξ) exp(E₁(v) / 2), v = γ ξ / (1 + ξ), with γ = |X|² / N the SNR as it is seen and
 * ξ the one it is taken to have, decision-directed. The noise power N of a bin is one number per clip: a low
 * quantile over time. Length unchanged.
 */
export function logMmse(signal: Float32Array, sampleRate: number): Float32Array {
  if (signal.length < shortestDenoised * sampleRate) return signal;
  const size = denoiseFrame(sampleRate);
  const transform = createOverlapAdd(size);
  const { bins } = transform;
  const spectrum = transform.analyse(signal);
  const power = new Float64Array(spectrum.length / 2);
  for (let i = 0; i < power.length; i++) {
    const [re, im] = [spectrum[2 * i]!, spectrum[2 * i + 1]!];
    power[i] = re * re + im * im;
  }
  // Frames that reach beyond the ends would make the noise look smaller than it is.
  const to = transform.frames(signal.length) - 4;
  applyGains(spectrum, power, quantileNoise(power, bins, { from: 3, to }));
  return transform.synthesise(spectrum, signal.length);
}

/** Multiplies every bin by its gain, frame after frame. */
function applyGains(spectrum: Float64Array, power: Float64Array, noise: Float64Array): void {
  const bins = noise.length;
  /** Clean power over noise of the frame before; below 0 where there is none. */
  const before = new Float64Array(bins).fill(-1);
  for (let at = 0; at < power.length; at += bins) {
    for (let k = 0; k < bins; k++) {
      const n = noise[k]!;
      // Nothing is heard in the pauses of this bin: nothing is to be taken away.
      if (n < 1e-30) continue;
      const posterior = Math.min(power[at + k]! / n, mostPosterior);
      const innovation = (1 - decisionDirected) * Math.max(posterior - 1, 0);
      const earlier = before[k]! < 0 ? 1 : before[k]!;
      const prior = Math.max(decisionDirected * earlier + innovation, leastPrior);
      const share = prior / (1 + prior);
      const v = Math.max(posterior * share, 1e-8);
      const gain = Math.min(Math.max(share * exp(0.5 * exponentialIntegral(v)), leastGain), 1);
      before[k] = (gain * gain * power[at + k]!) / n;
      spectrum[2 * (at + k)]! *= gain;
      spectrum[2 * (at + k) + 1]! *= gain;
    }
  }
}
