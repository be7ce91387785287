import type { AdamW, Sgd, TrainingOptions } from '../engine.ts';
import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';

/** All parameters as one vector, and what belongs to them. */
export interface Vectors {
  /** θ. */
  readonly parameters: Value;
  readonly gradient: Value;
  readonly firstMoment: Value;
  readonly secondMoment: Value;
  /** 1 where weight decay applies, else 0. */
  readonly decayed: Value;
}

type Updated = Pick<Vectors, 'parameters' | 'firstMoment' | 'secondMoment'>;

/** Numbers that change from step to step; computed in float64, rounded once. */
export interface Rates {
  /** AdamW: η / (1 − β₁ᵗ). SGD: η. */
  readonly size: Value;
  /** AdamW: 1 / √(1 − β₂ᵗ). SGD: 1. */
  readonly correction: Value;
  /** AdamW: ηλ. SGD: λ. */
  readonly decay: Value;
}

type RateValues = { readonly [K in keyof Rates]: number };

/** Rates of step t = 1, 2, … */
export function ratesAt(
  step: number,
  learningRate: number,
  { optimiser, weightDecay }: Pick<TrainingOptions, 'optimiser' | 'weightDecay'>,
): RateValues {
  if (optimiser.kind === 'sgd') return { size: learningRate, correction: 1, decay: weightDecay };
  const [beta1, beta2] = optimiser.betas;
  return {
    size: learningRate / (1 - beta1 ** step),
    correction: 1 / Math.sqrt(1 - beta2 ** step),
    decay: learningRate * weightDecay,
  };
}

/** One step of `AdamW` or `Sgd`, as their comments define it. */
export function update(
  g: Graph,
  vectors: Vectors,
  rates: Rates,
  optimiser: TrainingOptions['optimiser'],
): Updated {
  return optimiser.kind === 'adamw'
    ? adamW(g, vectors, rates, optimiser)
    : sgd(g, vectors, rates, optimiser);
}

function adamW(g: Graph, vectors: Vectors, rates: Rates, { betas, epsilon }: AdamW): Updated {
  const { parameters, gradient } = vectors;
  const kept = g.mul(parameters, g.sub(1, g.mul(vectors.decayed, rates.decay)));
  const first = g.add(g.mul(vectors.firstMoment, betas[0]), g.mul(gradient, 1 - betas[0]));
  const square = g.mul(g.square(gradient), 1 - betas[1]);
  const second = g.add(g.mul(vectors.secondMoment, betas[1]), square);
  const spread = g.add(g.mul(g.sqrt(second), rates.correction), epsilon);
  const change = g.mul(g.div(first, spread), rates.size);
  return { parameters: g.sub(kept, change), firstMoment: first, secondMoment: second };
}

function sgd(g: Graph, vectors: Vectors, rates: Rates, { momentum, nesterov }: Sgd): Updated {
  const { parameters, secondMoment } = vectors;
  const pull = g.mul(g.mul(parameters, vectors.decayed), rates.decay);
  const gradient = g.add(vectors.gradient, pull);
  const first = g.add(g.mul(vectors.firstMoment, momentum), gradient);
  const direction = nesterov ? g.add(gradient, g.mul(first, momentum)) : first;
  const change = g.mul(direction, rates.size);
  return { parameters: g.sub(parameters, change), firstMoment: first, secondMoment };
}

/** The L2 norm of the whole gradient, and the gradient scaled so that its norm is at most `limit`. */
export function clipGradient(
  g: Graph,
  gradient: Value,
  limit: number | null,
): { readonly norm: Value; readonly clipped: Value } {
  const norm = g.sqrt(g.sum(g.square(gradient)));
  if (limit === null) return { norm, clipped: gradient };
  // min(1, limit / (‖g‖ + 10⁻⁶)) as in torch.nn.utils.clip_grad_norm_.
  const factor = g.neg(g.clampMin(g.neg(g.div(limit, g.add(norm, 1e-6))), -1));
  return { norm, clipped: g.mul(gradient, factor) };
}
