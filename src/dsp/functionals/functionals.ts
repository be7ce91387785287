import { quantile } from '../../stats/quantile.ts';
import { exp, ln } from '../elementary.ts';
import type { Matrix } from '../log-mel.ts';
import type { F0Track } from './f0-track.ts';

/** The numbers in their order. */
export const functionalNames = [
  'f0_median',
  'f0_range',
  'f0_deviation',
  'f0_change',
  'voiced_fraction',
  'voiced_run',
  'voicing',
  'log_frames',
  'energy_p25',
  'energy_p50',
  'energy_p75',
  'energy_change',
  'energy_peaks',
  'spectrum_curvature',
  'spectrum_slope',
] as const;

/** With fewer voiced frames there is no pitch, and an average voice's stands in its place. */
const leastVoiced = 5;
const averageLogF0 = 5.2;
/** Values of the spectrogram further below its loudest are raised to it: 80 dB in nepers of power. */
const floor = 8 * Math.LN10;
/** A peak of energy is within this many nepers of the greatest energy. */
const peakDepth = 5;

/**
 * What a clip's voice does, in 15 numbers, which do not depend on how loud it was recorded:
 *
 * - of ln F0 over the voiced frames: median, 90th less 10th percentile, standard deviation, mean
 *   absolute difference between neighbours; then voiced frames in all frames, mean length of a run of
 *   them, mean strength of their autocorrelation;
 * - ln of the number of frames; of the log-energy ln Σ_bands e^x: 25th, 50th and 75th percentile less the
 *   maximum, mean absolute difference between frames, and local maxima per frame;
 * - quadratic and linear coefficient of the parabola through the mean spectrum over band positions in
 *   [−1, 1].
 *
 * @param mel log-mel in nepers of power, silence at its ends cut off
 */
export function computeFunctionals(track: F0Track, mel: Matrix): Float32Array {
  return Float32Array.from([...pitch(track), ...energy(mel), ...tilt(mel)]);
}

function pitch({ logF0, strength, voiced }: F0Track): readonly number[] {
  const found = logF0.filter((_, t) => voiced[t]);
  const values = found.length < leastVoiced ? new Float64Array(5).fill(averageLogF0) : found;
  const centre = mean(values);
  const [low, middle, high] = [0.1, 0.5, 0.9].map((q) => quantile(values, q)) as [
    number,
    number,
    number,
  ];
  const starts = voiced.filter((one, t) => one && voiced[t - 1] !== true).length;
  return [
    middle,
    high - low,
    Math.sqrt(mean(values.map((value) => (value - centre) * (value - centre)))),
    meanChange(values),
    found.length / voiced.length,
    starts === 0 ? 0 : found.length / starts,
    found.length === 0 ? 0 : mean(strength.filter((_, t) => voiced[t])),
  ];
}

/** Calls `visit` with each value, at least the floor. */
function eachValue(
  { data, bands }: Matrix,
  visit: (value: number, t: number, band: number) => void,
) {
  const lowest = data.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) - floor;
  for (let i = 0; i < data.length; i++) {
    visit(Math.max(data[i]!, lowest), Math.floor(i / bands), i % bands);
  }
}

function energy(mel: Matrix): readonly number[] {
  const { frames } = mel;
  const sums = new Float64Array(frames);
  eachValue(mel, (value, t) => {
    sums[t]! += exp(value);
  });
  const levels = sums.map(ln);
  const loudest = levels.reduce((a, b) => Math.max(a, b));
  let peaks = 0;
  for (let t = 1; t < frames - 1; t++) {
    const level = levels[t]!;
    const isPeak = level > levels[t - 1]! && level >= levels[t + 1]!;
    if (isPeak && level > loudest - peakDepth) peaks++;
  }
  return [
    ln(frames),
    ...[0.25, 0.5, 0.75].map((q) => quantile(levels, q) - loudest),
    meanChange(levels),
    peaks / frames,
  ];
}

/** Least squares over positions that are symmetric about 0, so that odd and even terms part. */
function tilt(mel: Matrix): readonly number[] {
  const { bands, frames } = mel;
  if (bands < 3) return [0, 0];
  const spectrum = new Float64Array(bands);
  eachValue(mel, (value, _t, band) => {
    spectrum[band]! += value / frames;
  });
  const places = spectrum.map((_, band) => (2 * band) / (bands - 1) - 1);
  const squares = places.map((place) => place * place);
  const centre = mean(squares);
  const bowls = squares.map((square) => square - centre);
  const along = (shape: Float64Array): number => dot(shape, spectrum) / dot(shape, shape);
  return [along(bowls), along(places)];
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function meanChange(values: Float64Array): number {
  if (values.length < 2) return 0;
  let sum = 0;
  for (let i = 1; i < values.length; i++) sum += Math.abs(values[i]! - values[i - 1]!);
  return sum / (values.length - 1);
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
