/** What a frame says of its pitch: probabilities of pitch bins that it is voiced in, the others 0. */
export interface PitchEvidence {
  readonly bins: readonly { readonly bin: number; readonly probability: number }[];
  /** Their sum, in [0, 1]. */
  readonly voiced: number;
}

/** Probability of changing between voiced and unvoiced. */
const change = 0.01;
/** Stands for a probability of 0: the smallest normal double. */
const tiny = 2 ** -1022;
const logTiny = Math.log(tiny);

/**
 * ln of the probability of moving between bins: a triangle around the bin one comes from, cut off at the
 * ends and scaled to sum to 1. Row k holds what leads to bin k, from the bins k − reach … k + reach.
 */
function logTransitions(bins: number, reach: number, factor: number): Float64Array {
  const width = 2 * reach + 1;
  const out = new Float64Array(bins * width).fill(logTiny);
  for (let k = 0; k < bins; k++) {
    let sum = 0;
    const weight = (d: number): number => 1 - Math.abs(d) / (reach + 1);
    const [low, high] = [Math.max(-reach, -k), Math.min(reach, bins - 1 - k)];
    for (let d = low; d <= high; d++) sum += weight(d);
    for (let d = low; d <= high; d++) {
      out[(k + d) * width + reach - d] = Math.log((factor * weight(d)) / sum + tiny);
    }
  }
  return out;
}

/**
 * The most likely path through 2 × `bins` states, voiced and unvoiced at each bin: librosa.sequence.viterbi
 * with the transitions of librosa.pyin. Unvoiced evidence is spread evenly over the bins. State s < bins is
 * voiced at bin s, others are unvoiced.
 *
 * @param reach bins that pitch may move by from one frame to the next
 */
export function voicingPath(
  evidence: readonly PitchEvidence[],
  bins: number,
  reach: number,
): Int32Array {
  const width = 2 * reach + 1;
  const stay = logTransitions(bins, reach, 1 - change);
  const cross = logTransitions(bins, reach, change);
  const frames = evidence.length;
  const from = new Int32Array(frames * 2 * bins);
  let value = new Float64Array(2 * bins);
  let next = new Float64Array(2 * bins);
  const observe = (t: number, into: Float64Array): void => {
    const { bins: seen, voiced } = evidence[t]!;
    into.fill(logTiny, 0, bins);
    for (const { bin, probability } of seen) into[bin] = Math.log(probability + tiny);
    into.fill(Math.log((1 - voiced) / bins + tiny), bins);
  };
  observe(0, value);
  const start = Math.log(1 / (2 * bins) + tiny);
  for (let s = 0; s < 2 * bins; s++) value[s]! += start;
  const alive = new Int32Array(bins);
  for (let t = 1; t < frames; t++) {
    observe(t, next);
    // Any state can be reached from any other at the price of a probability of 0.
    const best = greatest(value);
    const jump = value[best]! + logTiny;
    // No state is reached with less than this, from the unvoiced one of its bin: a voiced state below it
    // leads nowhere. Mostly that leaves a handful.
    let least = Number.POSITIVE_INFINITY;
    for (let bin = 0; bin < bins; bin++) {
      least = Math.min(least, value[bins + bin]! + cross[bin * width + reach]!);
    }
    let count = 0;
    for (let bin = 0; bin < bins; bin++) if (value[bin]! >= least) alive[count++] = bin;
    /** The best way into a state, of three. */
    const enter = (
      state: number,
      voiced: number,
      sung: number,
      unvoiced: number,
      silent: number,
    ) => {
      const most = Math.max(jump, sung, silent);
      next[state]! += most;
      from[t * 2 * bins + state] = most === jump ? best : most === sung ? voiced : bins + unvoiced;
    };
    for (let bin = 0, first = 0; bin < bins; bin++) {
      const [low, high] = [Math.max(0, bin - reach), Math.min(bins - 1, bin + reach)];
      const row = bin * width + reach - bin;
      // Staying and changing differ by a constant, so the best source is the same for both.
      let voiced = -1;
      let unvoiced = low;
      let most = Number.NEGATIVE_INFINITY;
      while (first < count && alive[first]! < low) first++;
      for (let i = first; i < count && alive[i]! <= high; i++) {
        const sum = value[alive[i]!]! + stay[row + alive[i]!]!;
        if (sum <= most) continue;
        most = sum;
        voiced = alive[i]!;
      }
      most = Number.NEGATIVE_INFINITY;
      for (let k = low; k <= high; k++) {
        const sum = value[bins + k]! + stay[row + k]!;
        if (sum <= most) continue;
        most = sum;
        unvoiced = k;
      }
      const sung = voiced < 0 ? Number.NEGATIVE_INFINITY : value[voiced]!;
      const silent = value[bins + unvoiced]!;
      const [v, u] = [row + voiced, row + unvoiced];
      enter(bin, voiced, sung + (stay[v] ?? 0), unvoiced, silent + cross[u]!);
      enter(bins + bin, voiced, sung + (cross[v] ?? 0), unvoiced, silent + stay[u]!);
    }
    [value, next] = [next, value];
  }
  const path = new Int32Array(frames);
  path[frames - 1] = greatest(value);
  for (let t = frames - 1; t > 0; t--) path[t - 1] = from[t * 2 * bins + path[t]!]!;
  return path;
}

/** Where the greatest value is, the first of equal ones. */
function greatest(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i;
  return best;
}
