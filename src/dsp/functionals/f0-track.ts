import { cosTurns, ln } from '../elementary.ts';
import { createRealFft } from '../fft.ts';

/** Pitch of a signal, frame by frame. */
export interface F0Track {
  /** ln of the frequency in Hz at the strongest period, voiced or not. */
  readonly logF0: Float64Array;
  /** Normalised autocorrelation there, up to about 1. */
  readonly strength: Float64Array;
  readonly voiced: readonly boolean[];
}

export interface F0Options {
  /** Hz. */
  readonly sampleRate: number;
  readonly f0Min: number;
  readonly f0Max: number;
}

/** Finds pitch. Holds buffers, so one instance serves one signal at a time. */
export type F0Tracker = (signal: Float32Array) => F0Track;

/** Frame and hop in seconds. */
const frameDuration = 0.064;
const hopDuration = 0.016;
/** A frame is voiced if the autocorrelation at its period is above this part of that at 0 … */
const leastStrength = 0.5;
/** … and its energy above this part of the loudest frame's. */
const leastEnergy = 1e-4;

/**
 * Boersma's method (1993) without interpolation: the autocorrelation of a frame under a symmetric Hann
 * window (64 ms, 16 ms apart, centred, zeros beyond the ends), divided by the window's own, is greatest
 * at the period. Periods are whole samples from floor(rate / f0_max) up to floor(rate / f0_min), the
 * latter left out, so that at 8 kHz a step is 2.5 % of 200 Hz.
 */
export function createF0Tracker({ sampleRate, f0Min, f0Max }: F0Options): F0Tracker {
  const size = Math.round(frameDuration * sampleRate);
  const hop = Math.round(hopDuration * sampleRate);
  const fft = createRealFft(2 ** Math.ceil(Math.log2(2 * size)));
  const first = Math.floor(sampleRate / f0Max);
  const end = Math.min(Math.floor(sampleRate / f0Min), size);
  const power = new Float64Array(fft.bins);
  const frame = new Float64Array(fft.size);
  const spectrum = new Float64Array(2 * fft.bins);

  /** Leaves Σ_t x(t) x(t + lag) in the real part of `spectrum`: the power spectrum's own transform. */
  const correlate = (): void => {
    fft.power(frame, power);
    for (let k = 0; k < fft.bins; k++) {
      frame[k] = power[k]! / fft.size;
      if (k > 0) frame[fft.size - k] = frame[k]!;
    }
    fft.spectrum(frame, spectrum);
  };

  const window = Float64Array.from({ length: size }, (_, n) => 0.5 - 0.5 * cosTurns(n, size - 1));
  frame.set(window);
  correlate();
  const gain = Float64Array.from(
    { length: end },
    (_, lag) => spectrum[0]! / Math.max(spectrum[2 * lag]!, 1e-3),
  );

  return (signal) => {
    const count = 1 + Math.floor(signal.length / hop);
    let loudest = 0;
    for (const value of signal) loudest = Math.max(loudest, Math.abs(value));
    const scale = 1 / (loudest + 1e-9);
    const logF0 = new Float64Array(count);
    const strength = new Float64Array(count);
    const energy = new Float64Array(count);
    for (let t = 0; t < count; t++) {
      const start = t * hop - (size >> 1);
      frame.fill(0);
      const from = Math.max(0, -start);
      const to = Math.min(size, signal.length - start);
      for (let n = from; n < to; n++) frame[n] = signal[start + n]! * scale * window[n]!;
      correlate();
      energy[t] = spectrum[0]!;
      const unit = 1 / (spectrum[0]! + 1e-6);
      let best = first;
      let most = Number.NEGATIVE_INFINITY;
      for (let lag = first; lag < end; lag++) {
        const value = spectrum[2 * lag]! * unit * gain[lag]!;
        if (value > most) {
          most = value;
          best = lag;
        }
      }
      logF0[t] = ln(sampleRate / best);
      strength[t] = most;
    }
    const quiet = leastEnergy * energy.reduce((a, b) => Math.max(a, b), 0);
    const voiced = Array.from(strength, (value, t) => value > leastStrength && energy[t]! > quiet);
    return { logF0, strength, voiced };
  };
}
