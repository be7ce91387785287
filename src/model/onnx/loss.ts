import type { TrainingOptions } from '../engine.ts';
import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';

/**
 * L = Σᵢ wᵢ ℓᵢ / Σᵢ wᵢ with ℓ = −Σ_k t_k (1 − p_k)^γ ln p_k, p = softmax(logits) and
 * t = (1 − s) target + s / K: cross-entropy with soft targets, label smoothing s (Szegedy 2016) and
 * the focal factor (Lin 2017), γ = 0 for none.
 */
export function crossEntropy(
  g: Graph,
  {
    logits,
    target,
    weight,
  }: { readonly logits: Value; readonly target: Value; readonly weight: Value },
  { labelSmoothing, focalGamma }: Pick<TrainingOptions, 'labelSmoothing' | 'focalGamma'>,
): Value {
  const classes = logits.shape[1]!;
  const smooth =
    labelSmoothing === 0
      ? target
      : g.add(g.mul(target, 1 - labelSmoothing), labelSmoothing / classes);
  const logP = g.logSoftmax(logits, 1);
  // 1 − p loses its last digits near p = 1, where the factor is next to nothing anyway.
  const focal = (): Value => g.pow(g.clampMin(g.sub(1, g.exp(logP)), 1e-7), focalGamma);
  const terms = focalGamma === 0 ? g.mul(smooth, logP) : g.mul(g.mul(smooth, focal()), logP);
  const losses = g.neg(g.sum(terms, [1]));
  return g.div(g.sum(g.mul(losses, weight)), g.sum(weight));
}
