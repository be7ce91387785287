/** Frames below the loudest by more than this many dB hold no nucleus. */
const depth = 25;
/** A nucleus stands out from the dip before it by this many dB. */
const dip = 2;
/** Frames on each side that a level is averaged over. */
const reach = 2;

/**
 * Nuclei of syllables: peaks of smoothed intensity, voiced, within 25 dB of the loudest and at least 2 dB
 * above the lowest level since the last one. A proxy of speaking rate in the manner of de Jong & Wempe
 * (2009), whose order between speakers means more than its number.
 *
 * @param levels of frames in dB
 * @param voiced of the same frames; the shorter of both counts
 */
export function countNuclei(levels: ArrayLike<number>, voiced: readonly boolean[]): number {
  const count = Math.min(levels.length, voiced.length);
  const smooth = Float64Array.from({ length: count }, (_, t) => {
    const from = Math.max(0, t - reach);
    const to = Math.min(count, t + reach + 1);
    let sum = 0;
    for (let i = from; i < to; i++) sum += levels[i]!;
    return sum / (to - from);
  });
  const limit = smooth.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY) - depth;
  let nuclei = 0;
  let lowest = Number.NEGATIVE_INFINITY;
  let candidate: number | undefined;
  for (let t = 0; t < count; t++) {
    const value = smooth[t]!;
    if (candidate !== undefined && value <= smooth[candidate]! - dip) {
      // The wave has fallen behind a peak: it stands, and the next one is measured from here.
      nuclei++;
      candidate = undefined;
      lowest = value;
    }
    if (value < lowest || lowest === Number.NEGATIVE_INFINITY) lowest = value;
    const rises = value >= lowest + dip || nuclei === 0;
    const higher = candidate === undefined || value > smooth[candidate]!;
    if (rises && higher && value >= limit && voiced[t]) candidate = t;
  }
  return candidate === undefined ? nuclei : nuclei + 1;
}
