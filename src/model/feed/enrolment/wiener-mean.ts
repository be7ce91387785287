import { solveSymmetric } from '../../cholesky.ts';

/** Estimates a new speaker's mean of each row from the mean of k of its clips. */
export type WienerMean = (mean: Float64Array, k: number) => Float64Array;

/** How strongly bands at distance d share an offset: exp(−d / 6). */
const bandReach = 6;
/** Bands on each side over which the spread between speakers is smoothed. */
const smoothing = 5;
/** Part of the mean variance that is added to the diagonal of W. */
const ridge = 0.02;
/** Added as well, so that there is something to divide by where nothing varies. */
const leastVariance = 1e-12;

/**
 * m(k) = g + T (T + W / k)⁻¹ (m_k − g): the least squares estimate of a speaker's offset under
 * normal offsets and clips. g is the mean of the training speakers' means, W the pooled covariance of
 * clip means within speakers with a ridge of 2 % of its mean diagonal, and T half the covariance S between
 * speakers, half exp(−|i − j| / 6) v_i v_j with v² the diagonal of S smoothed over 11 bands: few
 * speakers say little about S, but neighbouring bands move together. A biased choice of clips (all
 * neutral, say) moves the estimate less than it moves their plain mean.
 *
 * @param speakers for each training speaker the mean of each of its clips, all rows; at least two
 * speakers
 * @param bands rows of one channel: smoothing and shared offsets stay within a channel
 */
export function fitWienerMean(
  speakers: readonly (readonly Float64Array[])[],
  bands: number,
): WienerMean {
  const means = speakers.map(meanOf);
  const centre = meanOf(means);
  const size = centre.length;
  const within = withinSpeakers(speakers, means, size);
  const between = betweenSpeakers(means, centre, bands);
  return (mean, k) => {
    const matrix = Float64Array.from(between, (value, i) => value + within[i]! / k);
    const offset = mean.map((value, i) => value - centre[i]!);
    const solved = solveSymmetric(matrix, offset, size);
    return centre.map((value, i) => {
      let sum = value;
      for (let j = 0; j < size; j++) sum += between[i * size + j]! * solved[j]!;
      return sum;
    });
  };
}

function meanOf(rows: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(rows[0]?.length ?? 0);
  for (const row of rows) for (let i = 0; i < out.length; i++) out[i]! += row[i]!;
  return out.map((value) => value / rows.length);
}

/** Adds v vᵀ to a matrix. */
function addOuter(matrix: Float64Array, v: Float64Array): void {
  const size = v.length;
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) matrix[i * size + j]! += v[i]! * v[j]!;
  }
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - b[i]!);
}

/** W. */
function withinSpeakers(
  speakers: readonly (readonly Float64Array[])[],
  means: readonly Float64Array[],
  size: number,
): Float64Array {
  const matrix = new Float64Array(size * size);
  let clips = 0;
  for (const [s, own] of speakers.entries()) {
    clips += own.length;
    for (const clip of own) addOuter(matrix, difference(clip, means[s]!));
  }
  // Where every speaker has one clip, nothing varies within them.
  const freedom = Math.max(clips - speakers.length, 1);
  let trace = 0;
  for (let i = 0; i < size; i++) trace += matrix[i * (size + 1)]!;
  const extra = (ridge * trace) / size + leastVariance;
  for (let i = 0; i < size; i++) matrix[i * (size + 1)]! += extra;
  return matrix.map((value) => value / freedom);
}

/** T. */
function betweenSpeakers(
  means: readonly Float64Array[],
  centre: Float64Array,
  bands: number,
): Float64Array {
  const size = centre.length;
  const sample = new Float64Array(size * size);
  for (const mean of means) addOuter(sample, difference(mean, centre));
  const scale = 1 / (means.length - 1);
  const spread = centre.map((_, i) => {
    const first = i - (i % bands);
    let sum = 0;
    for (let d = -smoothing; d <= smoothing; d++) {
      const j = Math.min(Math.max(i + d, first), first + bands - 1);
      sum += sample[j * (size + 1)]! * scale;
    }
    return Math.sqrt(sum / (2 * smoothing + 1));
  });
  return sample.map((value, at) => {
    const [i, j] = [Math.floor(at / size), at % size];
    const together = Math.floor(i / bands) === Math.floor(j / bands);
    const shared = together ? Math.exp(-Math.abs(i - j) / bandReach) : 0;
    return 0.5 * value * scale + 0.5 * shared * spread[i]! * spread[j]!;
  });
}
