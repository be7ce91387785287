import { exp } from '../elementary.ts';
import { istft } from '../istft.ts';
import { createStft } from '../stft.ts';

export interface SpectralGateOptions {
  readonly sampleRate: number;
  /** One threshold per bin from the whole clip; false: a floor that follows the sound. */
  readonly stationary: boolean;
  /** Share of the noise that is taken away, 0 … 1. */
  readonly propDecrease: number;
}

const nFft = 1024;
const hopLength = 256;
/** Zeros put before and after. */
const padding = 30_000;
/** Longer sounds are treated piece by piece. */
const pieceLength = 600_000;
/** Width to which the mask is smoothed. */
const smoothing = { hertz: 500, milliseconds: 50 } as const;
const stationaryDeviations = 1.5;
const floorDb = 80;
const following = { seconds: 2, threshold: 2, slope: 10 } as const;

const transform = { nFft, hopLength, winLength: nFft, window: 'hann' } as const;
/** scipy.signal.stft's scaling "spectrum": by the sum of the window. */
const scale = 2 / nFft;
const epsilon = Number.EPSILON;

/**
 * Spectral gating as noisereduce 3 defines it (reduce_noise with its defaults): bins that do not stand out
 * from the noise are turned down by a mask that is smoothed over 500 Hz and 50 ms. Stationary: a bin is
 * kept where its level exceeds mean + 1.5 deviations of its own level over the clip. Otherwise by a
 * sigmoid of how far its amplitude lies above its own average of 2 s, forward and backward. Length unchanged.
 */
export function spectralGate(signal: Float32Array, options: SpectralGateOptions): Float32Array {
  const stft = createStft({ ...transform, center: true, padMode: 'constant' });
  const threshold = options.stationary
    ? noiseThreshold(stft.spectrum(signal.subarray(0, pieceLength)), stft.bins)
    : undefined;
  const out = new Float32Array(signal.length);
  for (let start = 0; start < signal.length; start += pieceLength) {
    const padded = new Float32Array(pieceOf(signal.length) + 2 * padding);
    const from = Math.max(0, start - padding);
    padded.set(
      signal.subarray(from, Math.min(signal.length, start - padding + padded.length)),
      from - start + padding,
    );
    const spectrum = stft.spectrum(padded);
    const mask =
      threshold === undefined
        ? followingMask(spectrum, stft.bins, options)
        : stationaryMask(spectrum, threshold);
    const decrease = (): void => {
      for (let i = 0; i < mask.length; i++) {
        mask[i] = mask[i]! * options.propDecrease + (1 - options.propDecrease);
      }
    };
    if (options.stationary) decrease();
    smooth(mask, stft.bins, options.sampleRate);
    if (!options.stationary) decrease();
    for (let i = 0; i < mask.length; i++) {
      spectrum[2 * i]! *= mask[i]!;
      spectrum[2 * i + 1]! *= mask[i]!;
    }
    const clean = istft(spectrum, padded.length, transform);
    const end = Math.min(signal.length, start + pieceLength);
    out.set(clean.subarray(padding, padding + end - start), start);
  }
  return out;
}

function pieceOf(length: number): number {
  return Math.min(length, pieceLength);
}

/** 20 log10(amplitude) of a bin. */
function level(spectrum: Float64Array, i: number): number {
  return 20 * Math.log10(amplitude(spectrum, i) + epsilon);
}

function amplitude(spectrum: Float64Array, i: number): number {
  const [re, im] = [spectrum[2 * i]!, spectrum[2 * i + 1]!];
  return scale * Math.sqrt(re * re + im * im);
}

/** Levels of one bin over time, none more than 80 dB below its own loudest. */
function levelsOf(spectrum: Float64Array, bins: number, k: number): Float64Array {
  const frames = spectrum.length / 2 / bins;
  const levels = new Float64Array(frames);
  let loudest = Number.NEGATIVE_INFINITY;
  for (let t = 0; t < frames; t++) {
    levels[t] = level(spectrum, t * bins + k);
    loudest = Math.max(loudest, levels[t]!);
  }
  return levels.map((value) => Math.max(value, loudest - floorDb));
}

/** Mean + 1.5 standard deviations of every bin's level. */
function noiseThreshold(spectrum: Float64Array, bins: number): Float64Array {
  return Float64Array.from({ length: bins }, (_, k) => {
    const levels = levelsOf(spectrum, bins, k);
    const mean = levels.reduce((sum, value) => sum + value, 0) / levels.length;
    const variance =
      levels.reduce((sum, value) => sum + (value - mean) * (value - mean), 0) / levels.length;
    return mean + stationaryDeviations * Math.sqrt(variance);
  });
}

function stationaryMask(spectrum: Float64Array, threshold: Float64Array): Float64Array {
  const bins = threshold.length;
  const mask = new Float64Array(spectrum.length / 2);
  for (let k = 0; k < bins; k++) {
    const levels = levelsOf(spectrum, bins, k);
    for (let t = 0; t < levels.length; t++) {
      mask[t * bins + k] = levels[t]! > threshold[k]! ? 1 : 0;
    }
  }
  return mask;
}

function followingMask(
  spectrum: Float64Array,
  bins: number,
  { sampleRate }: SpectralGateOptions,
): Float64Array {
  const frames = spectrum.length / 2 / bins;
  const constant = (following.seconds * sampleRate) / hopLength;
  const b = (Math.sqrt(1 + 4 * constant * constant) - 1) / (2 * constant * constant);
  const mask = new Float64Array(frames * bins);
  const track = new Float64Array(frames);
  for (let k = 0; k < bins; k++) {
    for (let t = 0; t < frames; t++) track[t] = amplitude(spectrum, t * bins + k);
    const floor = track.slice();
    // scipy.signal.filtfilt without padding: each way starts as if its first value had always been there.
    for (let t = 1; t < frames; t++) floor[t] = b * floor[t]! + (1 - b) * floor[t - 1]!;
    for (let t = frames - 2; t >= 0; t--) floor[t] = b * floor[t]! + (1 - b) * floor[t + 1]!;
    for (let t = 0; t < frames; t++) {
      const above = (track[t]! - floor[t]!) / floor[t]!;
      // Digital silence: there is nothing to keep (noisereduce gives NaN).
      mask[t * bins + k] =
        floor[t] === 0 ? 0 : 1 / (1 + exp(-(above - following.threshold) * following.slope));
    }
  }
  return mask;
}

/** Convolves with the product of two triangles of sum 1, zeros beyond the edges. */
function smooth(mask: Float64Array, bins: number, sampleRate: number): void {
  const across = Math.max(1, Math.floor(smoothing.hertz / (sampleRate / (nFft / 2))));
  const along = Math.max(1, Math.floor(smoothing.milliseconds / ((hopLength / sampleRate) * 1000)));
  if (across === 1 && along === 1) return;
  const frames = mask.length / bins;
  for (let t = 0; t < frames; t++) convolve(mask, { from: t * bins, step: 1, count: bins }, across);
  for (let k = 0; k < bins; k++) convolve(mask, { from: k, step: bins, count: frames }, along);
}

/**
 * In place, along one line of the matrix, with the triangle (n + 1 − |d|) / (n + 1)², d = −n … n: the mean of
 * n + 1 neighbours on one side, twice.
 */
function convolve(
  values: Float64Array,
  line: { readonly from: number; readonly step: number; readonly count: number },
  n: number,
): void {
  const { from, step, count } = line;
  const size = n + 1;
  const once = new Float64Array(count + n);
  let sum = 0;
  for (let i = 0; i < count + n; i++) {
    if (i < count) sum += values[from + i * step]!;
    if (i >= size) sum -= values[from + (i - size) * step]!;
    once[i] = sum / size;
  }
  sum = 0;
  for (let i = 0; i < n; i++) sum += once[i]!;
  for (let i = 0; i < count; i++) {
    sum += once[i + n]!;
    values[from + i * step] = sum / size;
    sum -= once[i]!;
  }
}
