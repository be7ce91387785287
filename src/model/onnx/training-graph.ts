import type { TrainableModel, TrainingOptions } from '../engine.ts';
import { gradients } from '../graph/gradients.ts';
import { Graph } from '../graph/graph.ts';
import type { Shape, Value } from '../graph/value.ts';
import { type Flat, flatten } from './flat.ts';
import { crossEntropy } from './loss.ts';
import { clipGradient, update } from './optimiser.ts';

export interface TrainingGraph {
  readonly graph: Graph;
  /** Shapes of the inputs that take uniform random numbers, by name. */
  readonly noise: ReadonlyMap<string, Shape>;
}

/** The parts of a training's state, each a vector that a step reads. */
export const stateNames = [
  'parameters',
  'firstMoment',
  'secondMoment',
  'averageParameters',
  'buffers',
  'averageBuffers',
] as const;

export type StateName = (typeof stateNames)[number];

/** The name under which a step returns what it read as `name`. */
export const renewed = (name: StateName): string => `next ${name}`;

/** How the parts of the state are laid out; a model without buffers has no vectors of them. */
export function stateLayouts({
  parameters,
  buffers,
}: TrainableModel): ReadonlyMap<StateName, Flat> {
  const [weights, statistics] = [flatten(parameters), flatten(buffers)];
  const layouts = stateNames.map(
    (name) =>
      [name, name === 'buffers' || name === 'averageBuffers' ? statistics : weights] as const,
  );
  return new Map(layouts.filter(([, { length }]) => length > 0));
}

/**
 * One step of training as one graph: forward, loss, backward, clipping, optimiser, running
 * statistics, averages. Reads a batch (`x`, `mask` if masked, `side` if the model has one, `target`,
 * `weight`), `noise`, the state, the rates `size`, `correction` and `decay`, and `averageWeight`; returns `loss`, `gradientNorm`,
 * `logits`, `gradient` and the new state.
 */
export function trainingGraph(
  model: TrainableModel,
  options: TrainingOptions,
  { masked }: { readonly masked: boolean },
): TrainingGraph {
  const g = new Graph();
  const layouts = stateLayouts(model);
  const state = new Map<StateName, Value>();
  for (const [name, { length }] of layouts) state.set(name, g.input(name, [length]));
  const part = (name: StateName): ReadonlyMap<string, Value> => {
    const vector = state.get(name);
    return vector ? layouts.get(name)!.split(g, vector) : new Map();
  };
  const parameters = part('parameters');
  const buffers = part('buffers');

  const mask = masked && g.input('mask', [options.batchSize, options.frames]);
  const { noise, logits, bufferUpdates } = forward(g, model, options, {
    ...{ parameters, buffers },
    ...(mask && { mask }),
  });
  const target = g.input('target', logits.shape);
  const weight = g.input('weight', [options.batchSize]);
  const loss = crossEntropy(g, { logits, target, weight }, options);
  const trained = model.parameters.map(({ name }) => named(parameters, name));
  const slopes = gradients(g, loss, trained);
  const slopeOf = new Map(model.parameters.map(({ name }, i) => [name, slopes[i]!]));
  const weights = layouts.get('parameters')!;
  const gradient = weights.join(g, (name) => named(slopeOf, name));
  const { norm, clipped } = clipGradient(g, gradient, options.gradientClip);

  const updated = update(
    g,
    {
      parameters: named(state, 'parameters'),
      firstMoment: named(state, 'firstMoment'),
      secondMoment: named(state, 'secondMoment'),
      gradient: clipped,
      decayed: g.constant(
        weights.spread((i) => Number(model.parameters[i]!.decay)),
        [weights.length],
      ),
    },
    {
      size: g.input('size', []),
      correction: g.input('correction', []),
      decay: g.input('decay', []),
    },
    options.optimiser,
  );
  const next = new Map<StateName, Value>(
    Object.entries(updated).map(([name, value]) => [name as StateName, value]),
  );
  const statistics = layouts.get('buffers');
  if (statistics) {
    const value = (name: string): Value => bufferUpdates.get(name) ?? named(buffers, name);
    next.set('buffers', statistics.join(g, value));
  }
  const share = g.input('averageWeight', []);
  for (const [of, average] of averages) {
    const [value, old] = [next.get(of), state.get(average)];
    if (value && old) next.set(average, g.add(old, g.mul(g.sub(value, old), share)));
  }

  g.output('loss', loss);
  g.output('gradientNorm', norm);
  g.output('logits', logits);
  g.output('gradient', gradient);
  for (const [name, value] of next) g.output(renewed(name), value);
  return { graph: g, noise };
}

const averages = [
  ['parameters', 'averageParameters'],
  ['buffers', 'averageBuffers'],
] as const;

/** The model in training, fed by inputs of the graph. */
function forward(
  g: Graph,
  { input, build }: TrainableModel,
  { batchSize, frames }: TrainingOptions,
  {
    parameters,
    buffers,
    ...mask
  }: {
    readonly parameters: ReadonlyMap<string, Value>;
    readonly buffers: ReadonlyMap<string, Value>;
    readonly mask?: Value;
  },
) {
  const noise = new Map<string, Shape>();
  const built = build(g, {
    x: g.input('x', [batchSize, input.channels, input.bands, frames]),
    ...mask,
    ...(input.side > 0 ? { side: g.input('side', [batchSize, input.side]) } : {}),
    parameter: (name) => named(parameters, name),
    buffer: (name) => named(buffers, name),
    training: true,
    noise: (shape) => {
      const name = `noise ${noise.size}`;
      noise.set(name, shape);
      return g.input(name, shape);
    },
  });
  return { ...built, noise };
}

function named(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (!value) throw new Error(`the model has no tensor ${name}`);
  return value;
}
