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
  { value: h, coverage }: Signal,
  parameter: BuildInputs['parameter'],
): Signal {
  const [batch, channels] = h.shape as [number, number];
  const flat = (value: Value): Value => g.reshape(value, [batch, channels]);
  const counts = coverage && kept(g, coverage);
  /** 0 for a frame that counts, else far below 0. */
  const bar = counts && g.mul(g.sub(counts, 1), never);
  switch (layer.by) {
    case 'max':
      return vector(flat(g.max(bar ? g.add(h, bar) : h, [2, 3])));
    case 'attention': {
      const scores = scoresOf(g, layer, h, parameter);
      const weights = g.softmax(bar ? g.add(scores, bar) : scores, 3);
      return vector(flat(g.sum(g.mul(h, weights), [2, 3])));
    }
    case 'mean':
      return vector(flat(mean(g, h, counts)));
    case 'statistics': {
      const centre = mean(g, h, counts);
      const variance = mean(g, g.square(g.sub(h, centre)), counts);
      const deviation = g.sqrt(g.clampMin(variance, leastVariance));
      return vector(g.concat([flat(centre), flat(deviation)], 1));
    }
  }
}

/** [N, channels, 1, 1] from [N, channels, 1, frames]; 0 where no frame counts. */
function mean(g: Graph, h: Value, counts: Value | undefined): Value {
  if (!counts) return g.mean(h, [3], true);
  const weights = g.div(counts, g.clampMin(g.sum(counts, [3], true), 1));
  return g.sum(g.mul(h, weights), [3], true);
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
