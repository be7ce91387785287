import { quantile } from '../../stats/quantile.ts';
import { ln } from '../elementary.ts';
import { rms } from '../frame/rms.ts';

/** What the energy of a clip's frames says. Levels are dB relative to full scale. */
export interface FrameLevels {
  /** Root mean square of the frames that are not quiet. */
  readonly level: number;
  /** Signal-to-noise ratio in dB, at most `mostSnr`. */
  readonly snr: number;
  /** Part of the frames that are quiet, 0 … 1: pauses, breath, what lies before and after speech. */
  readonly quiet: number;
}

/** Frame and hop in seconds. */
const frameDuration = 0.032;
const hopDuration = 0.016;
/** A frame is quiet below this part (−20 dB) of the power that 5 % of the frames exceed … */
const quietPart = 0.01;
/** … and whenever its power is below −70 dBFS. */
const quietPower = 1e-7;
/** Part of the frames that are taken for noise. */
const quietest = 0.1;
const mostSnr = 80;
/** Power of a 24-bit file's last bit, about −138 dB: nothing is quieter. */
const leastPower = 1.6e-14;

/**
 * Level, noise and pauses by percentiles of frame energy (32 ms, 16 ms apart). With P the mean power of
 * frames that are not quiet and N that of the quietest tenth of all frames, SNR = 10 log10(P / N − 1).
 * A clip without pauses has no quiet frames but quiet speech, so the ratio is a lower bound; reverberation
 * counts as noise.
 */
export function frameLevels(signal: Float32Array, sampleRate: number): FrameLevels {
  const frames = rms(signal, {
    frameLength: Math.round(frameDuration * sampleRate),
    hopLength: Math.round(hopDuration * sampleRate),
    center: false,
  });
  const power = Float64Array.from(frames, (value) => Math.max(value * value, leastPower)).sort();
  const limit = Math.max(quietPart * quantile(power, 0.95), quietPower);
  const active = power.filter((value) => value >= limit);
  const noise = meanOf(power.subarray(0, Math.max(1, Math.floor(quietest * power.length))));
  const speech = meanOf(active.length === 0 ? power : active);
  const ratio = Math.max(speech / noise - 1, 1e-3);
  return {
    level: decibels(speech),
    snr: Math.min(mostSnr, decibels(ratio)),
    quiet: 1 - active.length / power.length,
  };
}

function decibels(power: number): number {
  return (10 / Math.LN10) * ln(power);
}

function meanOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}
