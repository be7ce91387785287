import type { BuildInputs, TrainableModel } from '../engine.ts';
import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import type {
  ActivationLayer,
  ConvLayer,
  DenseWeights,
  DropoutLayer,
  FrequencyLayer,
  Layer,
  PoolLayer,
  SqueezeExciteLayer,
} from '../language/layer.ts';
import type { ModelPlan } from '../language/model-plan.ts';
import { lowerNorm } from './lower-norm.ts';
import { lowerPoolTime } from './lower-pool-time.ts';
import { cleaned, covered, kept, type Signal, vector, withValue } from './signal.ts';

/** Without a mask all frames count. */
export type LowerInputs = Omit<BuildInputs, 'mask'> & Partial<Pick<BuildInputs, 'mask'>>;

/** A plan as the engines take it. */
export function trainable(plan: ModelPlan): TrainableModel {
  const { input, parameters, buffers } = plan;
  const build: TrainableModel['build'] = (graph, inputs) => lowerModel(graph, plan, inputs);
  return { input, parameters, buffers, build };
}

/**
 * Adds a model to a graph. The logits of a clip do not depend on how far its batch is padded: frames
 * beyond its end are set to 0 wherever a layer would look at them, and each layer keeps just the
 * frames that it would give for the clip alone. Statistics of a batch norm in training are the
 * exception: they are those of the whole batch.
 */
export function lowerModel(
  graph: Graph,
  plan: Pick<ModelPlan, 'layers'>,
  inputs: LowerInputs,
): ReturnType<TrainableModel['build']> {
  const { x, mask } = inputs;
  const bufferUpdates = new Map<string, Value>();
  const [batch, , , frames] = x.shape as [number, number, number, number];
  const start: Signal = mask
    ? { value: x, coverage: graph.reshape(mask, [batch, 1, 1, frames]), clean: false }
    : { value: x, coverage: undefined, clean: true };
  const lowering = { graph, inputs, bufferUpdates };
  return { logits: lowerAll(lowering, plan.layers, start).value, bufferUpdates };
}

interface Lowering {
  readonly graph: Graph;
  readonly inputs: LowerInputs;
  readonly bufferUpdates: Map<string, Value>;
}

function lowerAll(lowering: Lowering, layers: readonly Layer[], start: Signal): Signal {
  return layers.reduce((signal, layer) => lower(lowering, layer, signal), start);
}

function lower(lowering: Lowering, layer: Layer, signal: Signal): Signal {
  const { graph: g, inputs, bufferUpdates } = lowering;
  switch (layer.kind) {
    case 'conv':
      return lowerConv(lowering, layer, signal);
    case 'norm':
      return lowerNorm(g, layer, signal, inputs, bufferUpdates);
    case 'activation':
      return withValue(signal, activate(g, layer, signal.value));
    case 'pool':
      return lowerPool(g, layer, signal);
    case 'dropout':
      return inputs.training ? drop(lowering, layer, signal) : signal;
    case 'squeeze_excite':
      return gate(lowering, layer, cleaned(g, signal));
    case 'frequency':
      return withValue(signal, endFrequency(g, layer, signal.value));
    case 'pool_time':
      return lowerPoolTime(g, layer, signal, inputs.parameter);
    case 'side':
      return vector(g.concat([signal.value, inputs.side!], 1));
    case 'dense':
      return vector(dense(lowering, layer.weights, signal.value));
    case 'residual': {
      const body = lowerAll(lowering, layer.body, signal);
      const past = lowerAll(lowering, layer.shortcut, signal);
      const value = g.add(body.value, past.value);
      return { value, coverage: body.coverage, clean: body.clean && past.clean };
    }
    case 'parallel': {
      const branches = layer.branches.map((branch) => lowerAll(lowering, branch, signal));
      const values = branches.map(({ value }) => value);
      const clean = branches.every((branch) => branch.clean);
      return { value: g.concat(values, 1), coverage: branches[0]!.coverage, clean };
    }
  }
}

function lowerConv({ graph: g, inputs }: Lowering, layer: ConvLayer, signal: Signal): Signal {
  const { stride, padding, dilation, groups, windows, kernel } = layer;
  // Without zeros at the border no frame that counts sees one that does not.
  const from = padding[1] > 0 ? cleaned(g, signal) : signal;
  const filters = inputs.parameter(layer.weight.name);
  const value = g.conv(from.value, filters, { stride, padding, dilation, groups });
  return next(g, signal, {
    value: layer.bias ? addPerChannel(g, value, inputs.parameter(layer.bias.name)) : value,
    window: windows[1],
    clean: from.clean && kernel[1] === 1 && !layer.bias,
  });
}

function lowerPool(g: Graph, { of, size, stride, windows }: PoolLayer, signal: Signal): Signal {
  const options = { kernel: size, stride };
  const pool = of === 'max' ? g.maxPool(signal.value, options) : g.avgPool(signal.value, options);
  return next(g, signal, {
    value: pool,
    window: windows[1],
    clean: signal.clean && size[1] === 1,
  });
}

/** What a layer with a window of its own gives. */
function next(
  g: Graph,
  { coverage }: Signal,
  {
    value,
    window,
    clean,
  }: { readonly value: Value; readonly window: ConvLayer['windows'][1]; readonly clean: boolean },
): Signal {
  const after = covered(g, coverage, window);
  return { value, coverage: after, clean: clean || !after };
}

function activate(g: Graph, { of }: ActivationLayer, x: Value): Value {
  switch (of) {
    case 'relu':
      return g.relu(x);
    case 'gelu':
      return g.gelu(x);
    case 'silu':
      return g.silu(x);
  }
}

/** Each value, or each channel, is 0 with probability `rate`; the others grow by 1 / (1 − rate). */
function drop({ graph: g, inputs }: Lowering, layer: DropoutLayer, signal: Signal): Signal {
  const { rate, spatial } = layer;
  if (rate === 0) return signal;
  const [batch, channels] = signal.value.shape as [number, number];
  const noise = inputs.noise(spatial ? [batch, channels, 1, 1] : signal.value.shape);
  const scale = g.mul(g.greater(noise, rate), 1 / (1 - rate));
  return withValue(signal, g.mul(signal.value, scale));
}

function gate(lowering: Lowering, layer: SqueezeExciteLayer, signal: Signal): Signal {
  const { graph: g } = lowering;
  const { value: x, coverage } = signal;
  const [batch, channels, bands] = x.shape as [number, number, number];
  const frames = coverage && g.clampMin(g.sum(kept(g, coverage), [2, 3]), 1);
  const means = frames ? g.div(g.sum(x, [2, 3]), g.mul(frames, bands)) : g.mean(x, [2, 3]);
  const hidden = g.relu(dense(lowering, layer.reduce, means));
  const open = g.sigmoid(dense(lowering, layer.expand, hidden));
  return withValue(signal, g.mul(x, g.reshape(open, [batch, channels, 1, 1])));
}

function endFrequency(g: Graph, { by }: FrequencyLayer, x: Value): Value {
  const [batch, channels, bands, frames] = x.shape as [number, number, number, number];
  if (by === 'flatten') return g.reshape(x, [batch, channels * bands, 1, frames]);
  return by === 'mean' ? g.mean(x, [2], true) : g.max(x, [2], true);
}

function dense({ graph: g, inputs }: Lowering, { weight, bias }: DenseWeights, x: Value): Value {
  const product = g.gemm(x, inputs.parameter(weight.name), { transposeB: true });
  return bias ? g.add(product, inputs.parameter(bias.name)) : product;
}

function addPerChannel(g: Graph, x: Value, values: Value): Value {
  return g.add(x, g.reshape(values, [values.shape[0]!, 1, 1]));
}
