import { solveSymmetric } from './cholesky.ts';

export interface LogregProblem {
  /** Row-major n × d. */
  readonly features: Float64Array;
  /** Class index per row, 0 … classes − 1. */
  readonly labels: ArrayLike<number>;
  readonly dimensions: number;
  readonly classes: number;
  /** Inverse strength of the L2 penalty, > 0. */
  readonly c: number;
  /** One weight per class; `balanced` weights are n / (K n_k). */
  readonly classWeights: readonly number[];
}

export interface LogregFit {
  /** Row-major classes × d. */
  readonly weights: Float64Array;
  readonly intercepts: Float64Array;
  readonly iterations: number;
  /** Largest absolute component of the gradient of the objective divided by C · Σ weights. */
  readonly gradient: number;
  readonly converged: boolean;
}

/** A fall of the objective that is not worth a step: float64 holds it to some 1e-16 of itself. */
const leastGain = 1e-13;

/** Weights n / (K n_k) per class (`class_weight="balanced"`), or 1 each. */
export function classWeights(
  labels: ArrayLike<number>,
  classes: number,
  kind: 'none' | 'balanced',
): readonly number[] {
  if (kind === 'none') return new Array<number>(classes).fill(1);
  const counts = new Array<number>(classes).fill(0);
  for (let i = 0; i < labels.length; i++) counts[labels[i]!]!++;
  return counts.map((count) => labels.length / (classes * count));
}

/**
 * Multinomial logistic regression: minimises C · Σ_i s_i · −ln p(y_i | x_i) + ½ ‖W‖², intercepts
 * not penalised (`LogisticRegression(C=…)` of scikit-learn). Newton's method with a backtracking
 * line search, from zero, in a fixed order of operations: the same input gives the same bits.
 * Softmax does not fix the sum of the intercepts; as in scikit-learn it stays 0. With two classes
 * scikit-learn penalises one weight vector instead of two opposite ones; `c` is halved here, which
 * gives the same posteriors.
 */
export function fitLogreg(problem: LogregProblem): LogregFit {
  const { dimensions: d, classes } = problem;
  const size = classes * (d + 1);
  const total = totalWeight(problem);
  const penalty = (classes === 2 ? 2 : 1) / (problem.c * total);
  const tolerance = 1e-12;
  let theta = new Float64Array(size);
  let state = evaluate(problem, theta, total, penalty);
  for (let iteration = 0; iteration < 100; iteration++) {
    const steepness = largest(state.gradient);
    if (steepness <= tolerance) return result(theta, d, classes, iteration, steepness, true);
    const hessian = curvature(problem, state.posteriors, total, penalty);
    const step = solveSymmetric(hessian, state.gradient, size);
    let slope = 0;
    for (let j = 0; j < size; j++) slope -= state.gradient[j]! * step[j]!;
    let length = 1;
    let next = moved(theta, step, length);
    let trial = evaluate(problem, next, total, penalty);
    while (trial.objective > state.objective + 1e-4 * length * slope && length > 1e-10) {
      length /= 2;
      next = moved(theta, step, length);
      trial = evaluate(problem, next, total, penalty);
    }
    // At the limit of float64 the objective no longer falls; the gradient still may. How far it has to
    // hangs on the scale of the features; what a step could still gain (Newton's decrement) does not.
    if (trial.objective >= state.objective && largest(trial.gradient) >= steepness) {
      const gain = -slope / 2;
      const converged = steepness <= 1e-9 || gain <= leastGain * Math.max(1, state.objective);
      return result(theta, d, classes, iteration, steepness, converged);
    }
    theta = next;
    state = trial;
  }
  const steepness = largest(state.gradient);
  return result(theta, d, classes, 100, steepness, steepness <= 1e-9);
}

/** Probabilities of one row of `dimensions` features: softmax(W x + b). */
export function predictLogreg(
  fit: Pick<LogregFit, 'weights' | 'intercepts'>,
  row: ArrayLike<number>,
): readonly number[] {
  const classes = fit.intercepts.length;
  const d = fit.weights.length / classes;
  const logits = Array.from({ length: classes }, (_, k) => {
    let sum = fit.intercepts[k]!;
    for (let j = 0; j < d; j++) sum += fit.weights[k * d + j]! * row[j]!;
    return sum;
  });
  const top = Math.max(...logits);
  const powers = logits.map((logit) => Math.exp(logit - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

interface State {
  /** Σ s_i loss_i / Σ s_i + ½ ‖W‖² / (C Σ s_i). */
  readonly objective: number;
  /** By class: d weights, then the intercept. */
  readonly gradient: Float64Array;
  /** Row-major n × classes. */
  readonly posteriors: Float64Array;
}

function evaluate(
  problem: LogregProblem,
  theta: Float64Array,
  total: number,
  penalty: number,
): State {
  const { features, labels, dimensions: d, classes } = problem;
  const n = labels.length;
  const gradient = new Float64Array(classes * (d + 1));
  const posteriors = new Float64Array(n * classes);
  let objective = 0;
  for (let i = 0; i < n; i++) {
    const row = features.subarray(i * d, (i + 1) * d);
    const weight = problem.classWeights[labels[i]!]! / total;
    const out = posteriors.subarray(i * classes, (i + 1) * classes);
    let top = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < classes; k++) {
      const base = k * (d + 1);
      let sum = theta[base + d]!;
      for (let j = 0; j < d; j++) sum += theta[base + j]! * row[j]!;
      out[k] = sum;
      if (sum > top) top = sum;
    }
    const own = out[labels[i]!]!;
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      out[k] = Math.exp(out[k]! - top);
      sum += out[k]!;
    }
    objective += weight * (Math.log(sum) + top - own);
    for (let k = 0; k < classes; k++) {
      out[k]! /= sum;
      const pull = weight * (out[k]! - (k === labels[i]! ? 1 : 0));
      const base = k * (d + 1);
      for (let j = 0; j < d; j++) gradient[base + j]! += pull * row[j]!;
      gradient[base + d]! += pull;
    }
  }
  for (let k = 0; k < classes; k++) {
    for (let j = k * (d + 1); j < k * (d + 1) + d; j++) {
      objective += 0.5 * penalty * theta[j]! ** 2;
      gradient[j]! += penalty * theta[j]!;
    }
  }
  return { objective, gradient, posteriors };
}

/** The Hessian, with curvature added along "all intercepts alike", where the objective is flat. */
function curvature(
  problem: LogregProblem,
  posteriors: Float64Array,
  total: number,
  penalty: number,
): Float64Array {
  const { features, labels, dimensions: d, classes } = problem;
  const width = d + 1;
  const size = classes * width;
  const hessian = new Float64Array(size * size);
  // Four rows of features, each with its 1, and the same times their factors; zeros behind the last row.
  const rows = new Float64Array(4 * width);
  const scaled = new Float64Array(4 * width);
  const [w1, w2, w3] = [width, 2 * width, 3 * width];
  // Block by block, so that what is added to stays near the processor while all rows go by.
  for (let k = 0; k < classes; k++) {
    for (let l = 0; l <= k; l++) {
      for (let first = 0; first < labels.length; first += 4) {
        for (let r = 0; r < 4; r++) {
          const i = first + r;
          const at = r * width;
          if (i >= labels.length) {
            rows.fill(0, at, at + width);
            scaled.fill(0, at, at + width);
            continue;
          }
          rows.set(features.subarray(i * d, (i + 1) * d), at);
          rows[at + d] = 1;
          const weight = problem.classWeights[labels[i]!]! / total;
          const p = posteriors[i * classes + k]!;
          const q = posteriors[i * classes + l]!;
          const factor = weight * p * ((k === l ? 1 : 0) - q);
          for (let b = 0; b < width; b++) scaled[at + b] = factor * rows[at + b]!;
        }
        for (let a = 0; a < width; a++) {
          const at = (k * width + a) * size + l * width;
          const [x0, x1, x2, x3] = [rows[a]!, rows[w1 + a]!, rows[w2 + a]!, rows[w3 + a]!];
          // Only the lower triangle is read.
          const end = k === l ? a + 1 : width;
          for (let b = 0; b < end; b++) {
            let sum = hessian[at + b]!;
            sum += x0 * scaled[b]!;
            sum += x1 * scaled[w1 + b]!;
            sum += x2 * scaled[w2 + b]!;
            sum += x3 * scaled[w3 + b]!;
            hessian[at + b] = sum;
          }
        }
      }
    }
  }
  for (let k = 0; k < classes; k++) {
    for (let j = 0; j < d; j++) hessian[(k * width + j) * (size + 1)]! += penalty;
    for (let l = 0; l <= k; l++) hessian[(k * width + d) * size + l * width + d]! += 1 / classes;
  }
  return hessian;
}

function totalWeight(problem: LogregProblem): number {
  let sum = 0;
  for (let i = 0; i < problem.labels.length; i++) sum += problem.classWeights[problem.labels[i]!]!;
  return sum;
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}

function moved(theta: Float64Array, step: Float64Array, length: number): Float64Array<ArrayBuffer> {
  return Float64Array.from(theta, (value, j) => value - length * step[j]!);
}

function result(
  theta: Float64Array,
  d: number,
  classes: number,
  iterations: number,
  gradient: number,
  converged: boolean,
): LogregFit {
  const weights = new Float64Array(classes * d);
  const intercepts = new Float64Array(classes);
  for (let k = 0; k < classes; k++) {
    weights.set(theta.subarray(k * (d + 1), k * (d + 1) + d), k * d);
    intercepts[k] = theta[k * (d + 1) + d]!;
  }
  return { weights, intercepts, iterations, gradient, converged };
}
