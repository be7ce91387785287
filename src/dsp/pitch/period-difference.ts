import { createRealFft } from '../fft.ts';
import { isFftSize } from '../fft-size.ts';
import { type FrameGrid, frameGrid } from '../frame/frame-grid.ts';

export interface PitchOptions {
  /** Hz. */
  readonly sampleRate: number;
  /** Lowest and highest pitch in Hz. */
  readonly fmin: number;
  readonly fmax: number;
  /** In samples: more than one period of `fmin`, better two. */
  readonly frameLength: number;
  readonly hopLength: number;
  /** Frame t is centred on sample t × hop, with zeros beyond the ends. */
  readonly center: boolean;
}

/** How little a frame differs from itself one period later, for every period that is searched. */
export interface PeriodDifference {
  /** Shortest period in samples: that of the first value. */
  readonly shortest: number;
  /** Number of periods, one sample apart. */
  readonly periods: number;
  grid(length: number): FrameGrid;
  /** d′ of frame t into `out`, of `periods` values. */
  measure(signal: Float32Array, start: number, out: Float64Array): void;
}

/** Smallest normal number of float32: keeps silence from dividing by 0. */
const tiny = 2 ** -126;

/** Why pitch cannot be found with these options; null where it can. */
export function pitchProblem(options: PitchOptions): string | null {
  const { sampleRate, fmin, fmax, frameLength } = options;
  if (fmax > sampleRate / 2) return `fmax ${fmax} Hz is above half the rate of ${sampleRate} Hz`;
  if (!(fmin > 0 && fmin < fmax)) return `fmin ${fmin} Hz is not between 0 and fmax ${fmax} Hz`;
  if (sampleRate / fmin >= frameLength - 1) {
    return `a frame of ${frameLength} samples is shorter than a period of fmin ${fmin} Hz`;
  }
  return null;
}

/**
 * The cumulative mean normalised difference of YIN (de Cheveigné & Kawahara 2002) as librosa computes it.
 * With r the autocorrelation of a frame, d(k) = 2 (r(0) − r(k)) − Σ_{m<k} x(m)², and d′(k) = d(k) / mean of
 * d(1 … k). Periods run from floor(rate / fmax) to ceil(rate / fmin). Holds buffers, so one instance serves
 * one frame at a time.
 *
 * @throws RangeError where `pitchProblem` finds one
 */
export function createPeriodDifference(options: PitchOptions): PeriodDifference {
  const problem = pitchProblem(options);
  if (problem !== null) throw new RangeError(problem);
  const { sampleRate, fmin, fmax, frameLength } = options;
  const shortest = Math.floor(sampleRate / fmax);
  const longest = Math.min(Math.ceil(sampleRate / fmin), frameLength - 1);
  let size = frameLength + longest;
  while (!isFftSize(size)) size++;
  const fft = createRealFft(size);
  const frame = new Float64Array(fft.size);
  const power = new Float64Array(fft.bins);
  const correlation = new Float64Array(2 * fft.bins);
  return {
    shortest,
    periods: longest - shortest + 1,
    grid: (length) => frameGrid(length, options),
    measure(signal, start, out) {
      frame.fill(0);
      const from = Math.max(0, start);
      const to = Math.min(signal.length, start + frameLength);
      for (let n = from; n < to; n++) frame[n - start] = signal[n]!;
      fft.power(frame, power);
      let energy = 0;
      let sum = 0;
      const squares = (lag: number): number => {
        const value = start + lag < signal.length && start + lag >= 0 ? signal[start + lag]! : 0;
        return value * value;
      };
      // The transform of a power spectrum, which is real and even, is the autocorrelation.
      for (let k = 0; k < fft.bins; k++) {
        frame[k] = power[k]! / fft.size;
        if (k > 0) frame[fft.size - k] = frame[k]!;
      }
      fft.spectrum(frame, correlation);
      for (let lag = 1; lag <= longest; lag++) {
        energy += squares(lag - 1);
        const difference = 2 * (correlation[0]! - correlation[2 * lag]!) - energy;
        sum += difference;
        if (lag >= shortest) out[lag - shortest] = difference / (sum / lag + tiny);
      }
    },
  };
}

/**
 * Where the parabola through three neighbours has its extreme, relative to the middle one; 0 where that
 * is more than one step away, and at both ends.
 */
export function parabolicShift(values: Float64Array, k: number): number {
  if (k <= 0 || k >= values.length - 1) return 0;
  const [before, here, after] = [values[k - 1]!, values[k]!, values[k + 1]!];
  const curvature = after + before - 2 * here;
  const slope = (after - before) / 2;
  return Math.abs(slope) >= Math.abs(curvature) ? 0 : -slope / curvature;
}

/** Whether a value is below the one before and not above the one after; at the ends, below its neighbour. */
export function isTrough(values: Float64Array, k: number): boolean {
  const here = values[k]!;
  const last = values.length - 1;
  if (k === 0) return here < values[1]!;
  if (k === last) return here < values[last - 1]!;
  return here < values[k - 1]! && here <= values[k + 1]!;
}
