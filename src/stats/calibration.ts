import type { Scored } from './predictions.ts';

export interface CalibrationBin {
  /** Bounds of the confidence, (low, high]. */
  readonly low: number;
  readonly high: number;
  readonly count: number;
  /** Mean of the largest probability; null in an empty bin. */
  readonly confidence: number | null;
  /** Fraction that is right; null in an empty bin. */
  readonly accuracy: number | null;
}

export interface Calibration {
  /** Σ (count / n) · |accuracy − confidence| over the bins (Guo et al. 2017). */
  readonly ece: number;
  /** Mean of Σ_k (p_k − y_k)², between 0 and 2. */
  readonly brier: number;
  /** Mean of −ln p of the true class, p ≥ 2.2e-16 (`sklearn.metrics.log_loss`). */
  readonly log_loss: number;
  readonly bins: readonly CalibrationBin[];
}

/** How far the probabilities can be believed. `bins` of equal width between 0 and 1; 15 by default. */
export function calibration(predictions: readonly Scored[], bins = 15): Calibration {
  const n = predictions.length;
  const count = new Array<number>(bins).fill(0);
  const confidence = new Array<number>(bins).fill(0);
  const right = new Array<number>(bins).fill(0);
  let brier = 0;
  let logLoss = 0;
  for (const one of predictions) {
    let top = 0;
    for (const [k, p] of one.posterior.entries()) {
      brier += (p - (k === one.truth ? 1 : 0)) ** 2;
      top = Math.max(top, p);
    }
    const p = one.posterior[one.truth]!;
    logLoss -= Math.log(Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, p)));
    const bin = Math.min(bins - 1, Math.max(0, Math.ceil(top * bins) - 1));
    count[bin]!++;
    confidence[bin]! += top;
    if (one.predicted === one.truth) right[bin]!++;
  }
  let ece = 0;
  for (let b = 0; b < bins; b++) ece += Math.abs(right[b]! - confidence[b]!) / n;
  return {
    ece,
    brier: brier / n,
    log_loss: logLoss / n,
    bins: count.map((size, b) => ({
      low: b / bins,
      high: (b + 1) / bins,
      count: size,
      confidence: size === 0 ? null : confidence[b]! / size,
      accuracy: size === 0 ? null : right[b]! / size,
    })),
  };
}
