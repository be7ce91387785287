import type { Tensors } from '../engine.ts';
import type { ConvLayer, Layer, NormLayer } from '../language/layer.ts';
import type { Weights } from '../train/checkpoint.ts';
import { epsilon } from './lower-norm.ts';

/** A model that only predicts. */
export interface Folded {
  readonly layers: readonly Layer[];
  readonly weights: Weights;
}

/**
 * Batch norms right behind a convolution become part of it: with a = γ / √(σ² + ε) its filters are a w
 * and its bias a (b − μ) + β, computed in float64 and rounded once. Others stay as they are.
 */
export function foldNorms(layers: readonly Layer[], { parameters, buffers }: Weights): Folded {
  const folded: Record<string, Tensors[string]> = { ...parameters };
  const data = (tensors: Tensors, name: string): Float32Array => {
    const found = tensors[name];
    if (found === undefined) throw new Error(`there are no weights for ${name}`);
    return found.data;
  };

  const fold = (conv: ConvLayer, norm: NormLayer, running: { mean: string; variance: string }) => {
    const [scale, shift] = [data(parameters, norm.weight.name), data(parameters, norm.bias.name)];
    const [mean, variance] = [data(buffers, running.mean), data(buffers, running.variance)];
    const before = conv.bias && data(parameters, conv.bias.name);
    const filters = data(parameters, conv.weight.name);
    const gain = Array.from(scale, (g, o) => g / Math.sqrt(variance[o]! + epsilon));
    const taps = filters.length / gain.length;
    const bias = conv.bias ?? { ...norm.bias, name: `${conv.weight.name} folded bias` };
    folded[conv.weight.name] = {
      shape: conv.weight.shape,
      data: filters.map((w, i) => w * gain[Math.floor(i / taps)]!),
    };
    folded[bias.name] = {
      shape: bias.shape,
      data: shift.map((b, o) => b + gain[o]! * ((before?.[o] ?? 0) - mean[o]!)),
    };
    return { ...conv, bias };
  };

  const walk = (list: readonly Layer[]): readonly Layer[] => {
    const out: Layer[] = [];
    for (const layer of list) {
      const last = out.at(-1);
      if (layer.kind === 'norm' && layer.running !== undefined && last?.kind === 'conv') {
        out[out.length - 1] = fold(last, layer, layer.running);
      } else if (layer.kind === 'residual') {
        out.push({ ...layer, body: walk(layer.body), shortcut: walk(layer.shortcut) });
      } else if (layer.kind === 'parallel') {
        out.push({ ...layer, branches: layer.branches.map(walk) });
      } else out.push(layer);
    }
    return out;
  };
  return { layers: walk(layers), weights: { parameters: folded, buffers } };
}
