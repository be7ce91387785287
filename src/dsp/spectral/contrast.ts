import { roundHalfEven } from '../../util/round-half-even.ts';
import type { Matrix } from '../log-mel.ts';
import { createStft } from '../stft.ts';
import { binFrequencies, eachSpectrum, type SpectralOptions } from './spectral-tracks.ts';

export interface ContrastOptions extends SpectralOptions {
  /** Upper edge of the lowest band in Hz; each further band is an octave. librosa's default is 200. */
  readonly fmin: number;
  /** Octaves above `fmin`; there is one band more than that. librosa's default is 6. */
  readonly octaves: number;
}

/** Part of a band's bins that its peak and its valley are the mean of. */
const quantile = 0.02;
/** librosa.power_to_db's defaults. */
const amin = 1e-10;
const topDb = 80;

/** Bins [first, end) of a band, and how many of them make its peak and its valley. */
interface Band {
  readonly first: number;
  readonly end: number;
  readonly count: number;
}

function bandsOf(options: ContrastOptions): readonly Band[] {
  const { fmin, octaves, sampleRate } = options;
  const hz = binFrequencies(options);
  const edges = [0, ...Array.from({ length: octaves + 1 }, (_, k) => fmin * 2 ** k)];
  return edges.slice(0, -1).map((low, k): Band => {
    const high = edges[k + 1]!;
    const inside = hz.findIndex((f) => f >= low);
    const isLast = k === octaves;
    const beyond = hz.findIndex((f) => f > high);
    const end = isLast || beyond < 0 ? hz.length : beyond;
    if (low >= sampleRate / 2 || inside < 0 || inside >= end) {
      throw new RangeError(`no frequency bin from ${low} to ${high} Hz`);
    }
    // A band begins one bin early and, but for the last, ends one bin early; its share counts both.
    const first = k > 0 ? inside - 1 : inside;
    const count = Math.max(1, roundHalfEven(quantile * (end - first)));
    return { first, end: isLast ? end : end - 1, count };
  });
}

/**
 * How far the loudest bins of each octave stand above its quietest, in dB: librosa.feature.spectral_contrast,
 * frames × (octaves + 1). Peaks and valleys are each clipped 80 dB below the loudest of the signal, and the
 * decibels are 10 log10 of magnitudes, as there.
 *
 * @throws RangeError where a band holds no frequency bin
 */
export function spectralContrast(signal: Float32Array, options: ContrastOptions): Matrix {
  const bands = bandsOf(options);
  const frames = createStft(options).countFrames(signal.length);
  const peak = new Float64Array(frames * bands.length);
  const valley = new Float64Array(peak.length);
  eachSpectrum(signal, options, (t, magnitude) => {
    for (const [i, { first, end, count }] of bands.entries()) {
      const sorted = magnitude.slice(first, end).sort();
      valley[t * bands.length + i] = mean(sorted.subarray(0, count));
      peak[t * bands.length + i] = mean(sorted.subarray(-count));
    }
  });
  toDb(peak);
  toDb(valley);
  const data = Float32Array.from(peak, (value, i) => value - valley[i]!);
  return { data, frames, bands: bands.length };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** In place. */
function toDb(values: Float64Array): void {
  let loudest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    values[i] = 10 * Math.log10(Math.max(amin, values[i]!));
    if (values[i]! > loudest) loudest = values[i]!;
  }
  for (let i = 0; i < values.length; i++) values[i] = Math.max(values[i]!, loudest - topDb);
}
