import type { BuildInputs } from '../engine.ts';
import type { Graph } from '../graph/graph.ts';
import { sizeOf } from '../graph/shape.ts';
import type { Value } from '../graph/value.ts';
import type { NormLayer } from '../language/layer.ts';
import { cleaned, kept, type Signal, withValue } from './signal.ts';

/** ε of every norm, and how far a running statistic moves to that of a batch: PyTorch's defaults. */
export const epsilon = 1e-5;
const momentum = 0.1;

type Named = Pick<BuildInputs, 'parameter' | 'buffer' | 'training'>;

/**
 * γ (x − μ) / √(σ² + ε) + β, γ and β per channel, σ² biased.
 *
 * batch: over batch, bands and frames, padding included, as `torch.nn.BatchNorm2d` does; running
 * statistics when predicting. instance: over bands and those frames of a clip that count. layer: over
 * the channels of every point.
 */
export function lowerNorm(
  g: Graph,
  layer: NormLayer,
  signal: Signal,
  model: Named,
  updates: Map<string, Value>,
): Signal {
  const scale = model.parameter(layer.weight.name);
  const shift = model.parameter(layer.bias.name);
  if (layer.over === 'instance') return instanceNorm(g, signal, scale, shift);
  const value =
    layer.over === 'layer'
      ? layerNorm(g, signal.value, scale, shift)
      : batchNorm(g, layer, signal.value, { scale, shift, model, updates });
  return { value, coverage: signal.coverage, clean: !signal.coverage };
}

function batchNorm(
  g: Graph,
  { running }: NormLayer,
  x: Value,
  {
    scale,
    shift,
    model,
    updates,
  }: {
    readonly scale: Value;
    readonly shift: Value;
    readonly model: Named;
    readonly updates: Map<string, Value>;
  },
): Value {
  const { mean: meanName, variance: varianceName } = running!;
  const [oldMean, oldVariance] = [model.buffer(meanName), model.buffer(varianceName)];
  if (!model.training) {
    const a = g.mul(scale, inverseRoot(g, oldVariance));
    return g.affine(x, a, g.sub(shift, g.mul(oldMean, a)));
  }
  const [batch, channels] = x.shape as [number, number];
  const planes = x.shape.length === 2 ? g.reshape(x, [batch, channels, 1, 1]) : x;
  const { output, mean, variance } = g.batchNorm(planes, scale, shift, epsilon);
  // The running variance is of the unbiased one.
  const count = sizeOf(x.shape) / channels;
  const moved = (old: Value, to: Value): Value =>
    g.add(g.mul(old, 1 - momentum), g.mul(to, momentum));
  updates.set(meanName, moved(oldMean, mean));
  updates.set(varianceName, moved(oldVariance, g.mul(variance, count / Math.max(1, count - 1))));
  return g.reshape(output, x.shape);
}

function instanceNorm(g: Graph, signal: Signal, scale: Value, shift: Value): Signal {
  const { value: x, coverage } = signal;
  const bands = x.shape[2]!;
  if (!coverage) {
    const d = g.sub(x, g.mean(x, [2, 3], true));
    const r = inverseRoot(g, g.mean(g.square(d), [2, 3], true));
    return withValue(signal, g.affine(g.mul(d, r), scale, shift));
  }
  const counts = kept(g, coverage);
  const points = g.mul(g.clampMin(g.sum(counts, [3], true), 1), bands);
  const inside = cleaned(g, signal).value;
  const mean = g.div(g.sum(inside, [2, 3], true), points);
  const d = g.mul(g.sub(inside, mean), counts);
  const r = inverseRoot(g, g.div(g.sum(g.square(d), [2, 3], true), points));
  return { value: g.affine(g.mul(d, r), scale, shift), coverage, clean: false };
}

function layerNorm(g: Graph, x: Value, scale: Value, shift: Value): Value {
  const d = g.sub(x, g.mean(x, [1], true));
  const r = inverseRoot(g, g.mean(g.square(d), [1], true));
  return g.affine(g.mul(d, r), scale, shift);
}

/** 1 / √(σ² + ε) */
function inverseRoot(g: Graph, variance: Value): Value {
  return g.reciprocal(g.sqrt(g.add(variance, epsilon)));
}
