import type { BuildInputs } from '../engine.ts';
import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import type { PoolTimeLayer } from '../language/layer.ts';
import { kept, type Signal, vector } from './signal.ts';

/** Smallest variance whose root is taken, so that the gradient of a constant channel is finite. */
const leastVariance = 1e-4;

/** So far below any score or feature that it never counts, and small enough to add exactly. */
const never = 1e4;

/**
 * One vector per clip from h_t [channels], t over the T frames that count.
 *
 * mean: Σ h_t / T. statistics: the mean, then √max(Σ (h_t − mean)² / T, 10⁻⁴). max: the largest h_t.
 * attention: Σ a_t h_t with a = softmax over t of vᵀ tanh(W h_t + b).
 */
export function lowerPoolTime(
  g: Graph,
  layer: PoolTimeLayer,
  { value, coverage }: Signal,
  parameter: BuildInputs['parameter'],
): Signal {
  const [batch, channels, , frames] = value.shape as [number, number, number, number];
  const h = g.reshape(value, [batch, channels, frames]);
  const flat = (pooled: Value): Value => g.reshape(pooled, [batch, channels]);
  const counts = coverage && kept(g, coverage);
  /** 0 for a frame that counts, else far below 0. */
  const bar = counts && g.mul(g.sub(counts, 1), never);
  switch (layer.by) {
    case 'max':
      return vector(flat(g.max(bar ? g.add(value, bar) : value, [2, 3])));
    case 'attention': {
      const scores = scoresOf(g, layer, value, parameter);
      const weights = g.softmax(bar ? g.add(scores, bar) : scores, 3);
      return vector(flat(g.matmul(h, g.reshape(weights, [batch, frames, 1]))));
    }
    case 'mean':
      return vector(flat(g.matmul(h, equalWeights(g, counts, frames))));
    case 'statistics': {
      const weights = equalWeights(g, counts, frames);
      const mean = g.matmul(h, weights);
      const variance = g.matmul(g.square(g.sub(h, mean)), weights);
      const deviation = g.sqrt(g.clampMin(variance, leastVariance));
      return vector(g.concat([flat(mean), flat(deviation)], 1));
    }
  }
}

/**
 * 1 / T for the frames that count: [N, frames, 1], or [frames, 1] for all clips. A product with them is
 * one pass over the features, where a masked sum is two. All 0 where no frame counts.
 */
function equalWeights(g: Graph, counts: Value | undefined, frames: number): Value {
  if (!counts) return g.div(g.constant(new Float32Array(frames).fill(1), [frames, 1]), frames);
  const weights = g.div(counts, g.clampMin(g.sum(counts, [3], true), 1));
  return g.reshape(weights, [counts.shape[0]!, frames, 1]);
}

/** [N, 1, 1, frames] */
function scoresOf(
  g: Graph,
  { attention }: PoolTimeLayer,
  h: Value,
  parameter: BuildInputs['parameter'],
): Value {
  const { hidden, score } = attention!;
  const filters = (name: string): Value => {
    const weight = parameter(name);
    return g.reshape(weight, [...weight.shape, 1, 1]);
  };
  const bias = parameter(hidden.bias!.name);
  const seen = g.add(
    g.conv(h, filters(hidden.weight.name)),
    g.reshape(bias, [bias.shape[0]!, 1, 1]),
  );
  return g.conv(g.tanh(seen), filters(score.name));
}
