import type { Scored } from './predictions.ts';

type Judged = Pick<Scored, 'truth' | 'posterior'>;

export interface Temperature {
  readonly temperature: number;
  /** The best temperature lies beyond the range that is searched: this is the end of the range. */
  readonly at_bound: boolean;
}

/** Range of temperatures: clips that are all right (or all wrong) would ask for 0 (or ∞). */
const range = { low: 0.05, high: 20 };

/**
 * Temperature scaling (Guo et al. 2017): the T > 0 that minimises the mean of −ln p_T(true class) with
 * p_T(k) ∝ p(k)^(1/T), within 0.05 … 20. In 1/T the loss is convex, so its slope is bisected down to
 * neighbouring doubles. Posteriors below 2.2e-16 count as that.
 */
export function fitTemperature(rows: readonly Judged[]): Temperature {
  const logs = rows.map(({ truth, posterior }) => ({ truth, logs: posterior.map(logOf) }));
  const slope = (inverse: number): number => {
    let sum = 0;
    for (const one of logs) {
      const scaled = softmax(one.logs.map((value) => value * inverse));
      sum -= one.logs[one.truth]!;
      for (const [k, p] of scaled.entries()) sum += p * one.logs[k]!;
    }
    return sum;
  };
  // Posteriors that are all even have no temperature.
  if (slope(1) === 0) return { temperature: 1, at_bound: false };
  let low = 1 / range.high;
  let high = 1 / range.low;
  if (slope(low) >= 0) return { temperature: range.high, at_bound: true };
  if (slope(high) <= 0) return { temperature: range.low, at_bound: true };
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return { temperature: 1 / middle, at_bound: false };
    if (slope(middle) < 0) low = middle;
    else high = middle;
  }
}

/** p_T(k) ∝ p(k)^(1/T). */
export function applyTemperature(posterior: readonly number[], temperature: number): number[] {
  return softmax(posterior.map((p) => logOf(p) / temperature));
}

function logOf(p: number): number {
  return Math.log(Math.max(p, Number.EPSILON));
}

function softmax(logits: readonly number[]): number[] {
  const top = Math.max(...logits);
  const raised = logits.map((value) => Math.exp(value - top));
  const sum = raised.reduce((a, b) => a + b, 0);
  return raised.map((value) => value / sum);
}
