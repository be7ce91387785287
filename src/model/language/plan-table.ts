import type { DenseWeights, Features, Layer, Pair } from './layer.ts';
import type { PlanRow } from './model-plan.ts';
import { countNumbers, type ParameterSpec } from './parameter.ts';
import { countOutputs } from './window.ts';

/** Forward operations of a list of layers on `frames` frames of input; see `ModelPlan.flops`. */
export function flopsOf(layers: readonly Layer[], frames: number): number {
  return tableOf(layers, frames).reduce((sum, { flops }) => sum + flops, 0);
}

/** A row per layer in order of use; what holds layers comes after them. */
export function tableOf(layers: readonly Layer[], frames: number): readonly PlanRow[] {
  return layers.flatMap((layer) => {
    const own = {
      place: layer.place,
      layer: worded(layer),
      output: shapeOf(layer.output, frames),
      parameters: countNumbers(parametersOf(layer)),
      flops: 2 * multiplyAdds(layer, frames),
    };
    switch (layer.kind) {
      case 'residual':
        return [...tableOf(layer.body, frames), ...tableOf(layer.shortcut, frames), own];
      case 'parallel':
        return [...layer.branches.flatMap((branch) => tableOf(branch, frames)), own];
      default:
        return [own];
    }
  });
}

/** Channels × bands × frames, channels × frames, or values. */
function shapeOf(features: Features, frames: number): readonly number[] {
  if (features.kind === 'vector') return [features.channels];
  const { kind, channels, bands, time } = features;
  const count = countOutputs(frames, time);
  return kind === 'maps' ? [channels, bands, count] : [channels, count];
}

/** Of the layer itself, not of layers that it holds. */
function parametersOf(layer: Layer): readonly ParameterSpec[] {
  switch (layer.kind) {
    case 'conv':
      return [layer.weight, ...(layer.bias ? [layer.bias] : [])];
    case 'norm':
      return [layer.weight, layer.bias];
    case 'dense':
      return both(layer.weights);
    case 'squeeze_excite':
      return [...both(layer.reduce), ...both(layer.expand)];
    case 'pool_time':
      return layer.attention ? [...both(layer.attention.hidden), layer.attention.score] : [];
    default:
      return [];
  }
}

function both({ weight, bias }: DenseWeights): readonly ParameterSpec[] {
  return bias ? [weight, bias] : [weight];
}

function multiplyAdds(layer: Layer, frames: number): number {
  const weights = parametersOf(layer).filter(({ shape }) => shape.length > 1);
  const products = countNumbers(weights);
  switch (layer.kind) {
    case 'conv': {
      const [, bands = 1, count = bands] = shapeOf({ ...layer.output }, frames);
      return products * (layer.output.kind === 'maps' ? bands * count : bands);
    }
    case 'pool_time':
      return products * countOutputs(frames, layer.time);
    case 'dense':
    case 'squeeze_excite':
      return products;
    default:
      return 0;
  }
}

function worded(layer: Layer): string {
  switch (layer.kind) {
    case 'conv':
      return convWords(layer);
    case 'norm':
      return `${layer.over} norm`;
    case 'activation':
      return layer.of;
    case 'pool': {
      const { of, size, stride } = layer;
      const step = size[0] === stride[0] && size[1] === stride[1] ? '' : `, stride ${pair(stride)}`;
      return `${of} pool ${size.join(' × ')}${step}`;
    }
    case 'dropout':
      return `${layer.spatial ? 'spatial ' : ''}dropout ${layer.rate}`;
    case 'squeeze_excite':
      return `squeeze-excite, ${layer.reduce.weight.shape[0]} units`;
    case 'frequency':
      return layer.by === 'flatten' ? 'frequency flattened' : `${layer.by} over frequency`;
    case 'pool_time':
      return `${layer.by} over time`;
    case 'side':
      return `with ${layer.size} side inputs`;
    case 'dense':
      return layer.place === 'classifier' ? 'dense, one output per class' : 'dense';
    case 'residual':
      return 'sum with the input';
    case 'parallel':
      return 'branches joined';
  }
}

function convWords(layer: Extract<Layer, { readonly kind: 'conv' }>): string {
  const { role, kernel, stride, dilation, groups, bias } = layer;
  const parts = [`${role === 'depthwise' ? 'depthwise ' : ''}conv ${kernel.join(' × ')}`];
  if (stride.some((step) => step > 1)) parts.push(`stride ${pair(stride)}`);
  if (dilation.some((step) => step > 1)) parts.push(`dilation ${pair(dilation)}`);
  if (groups > 1 && role === 'conv') parts.push(`${groups} groups`);
  if (bias) parts.push('bias');
  return parts.join(', ');
}

function pair([frequency, time]: Pair): string {
  return frequency === time ? String(frequency) : `${frequency} × ${time}`;
}
