/** Neighbours at the same height that make a flat top: a sampled wave has one, at most two. */
const flatTop = 3;
/** Heights this close are the same: the step of 16 bits. */
const step = 1 / 32768;
/** Quieter peaks are not looked at: their steps are as coarse as a flat top. */
const leastPeak = 0.25;

export interface Peaks {
  /** Greatest absolute sample; full scale = 1. */
  readonly peak: number;
  /** Samples in flat tops. */
  readonly clipped: number;
}

/**
 * Peak and clipping. A clipped wave stands still at its greatest height: counted are samples in runs of
 * at least three of one sign that are within a 16-bit step of the peak, wherever the peak is, so that a
 * recording that was turned down after it clipped is found, too. A peak-normalised one has no runs.
 */
export function measurePeaks(samples: Float32Array): Peaks {
  let peak = 0;
  for (const value of samples) peak = Math.max(peak, Math.abs(value));
  if (peak < leastPeak) return { peak, clipped: 0 };
  const limit = peak - step;
  let clipped = 0;
  let run = 0;
  let sign = 0;
  for (let i = 0; i <= samples.length; i++) {
    const value = samples[i] ?? 0;
    const side = value >= limit ? 1 : value <= -limit ? -1 : 0;
    if (side !== 0 && side === sign) run++;
    else {
      if (run >= flatTop) clipped += run;
      run = side === 0 ? 0 : 1;
      sign = side;
    }
  }
  return { peak, clipped };
}
