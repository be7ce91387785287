import { isTrough } from './period-difference.ts';

/** Thresholds 1/100, 2/100 … 1. */
const thresholds = 100;
/** P(threshold ≤ x) under Beta(2, 18): 1 − (1 − x)^19 − 19 x (1 − x)^18. */
const below = (x: number): number => 1 - (1 - x) ** 19 - 19 * x * (1 - x) ** 18;
/** Probability of each threshold. */
const prior = Float64Array.from(
  { length: thresholds },
  (_, i) => below((i + 1) / thresholds) - below(i / thresholds),
);
/** Parameter of the Boltzmann prior over the troughs below a threshold: e^−2 less likely from one to the next. */
const decay = 2;
/** What remains of the probability of a threshold that no trough reaches; it goes to the lowest trough. */
const noTrough = 0.01;

/** A trough of d′ and the probability that it is the period. */
export interface Candidate {
  /** Place in d′. */
  readonly index: number;
  readonly probability: number;
}

/**
 * The candidates of pYIN (Mauch & Dixon 2014), by the definition of librosa.pyin with its defaults: every
 * threshold gives its probability to the troughs below it, P(n) = (1 − e^−λ) / (1 − e^−λN) e^−λn for the
 * n-th of N. In the order of their periods.
 */
export function pitchCandidates(values: Float64Array): readonly Candidate[] {
  const troughs: number[] = [];
  for (let k = 0; k < values.length; k++) if (isTrough(values, k)) troughs.push(k);
  if (troughs.length === 0) return [];
  const lowest = troughs.reduce((best, k) => (values[k]! < values[best]! ? k : best));
  const probability = new Map(troughs.map((k) => [k, 0]));
  const add = (k: number, part: number) => probability.set(k, (probability.get(k) ?? 0) + part);
  for (const [i, weight] of prior.entries()) {
    const under = troughs.filter((k) => values[k]! < (i + 1) / thresholds);
    if (under.length === 0) add(lowest, noTrough * weight);
    const scale = (1 - Math.exp(-decay)) / (1 - Math.exp(-decay * under.length));
    for (const [n, k] of under.entries()) add(k, weight * scale * Math.exp(-decay * n));
  }
  return troughs.map((index) => ({ index, probability: probability.get(index) ?? 0 }));
}
