import type { TrainableModel, TrainingOptions } from '../engine.ts';
import { gradients } from '../graph/gradients.ts';
import { Graph } from '../graph/graph.ts';
import type { Shape, Value } from '../graph/value.ts';
import { flatten } from './flat.ts';
import { crossEntropy } from './loss.ts';
import { clipGradient, update } from './optimiser.ts';

export interface TrainingGraph {
  readonly graph: Graph;
  /** Shapes of the inputs that take uniform random numbers, by name. */
  readonly noise: ReadonlyMap<string, Shape>;
}

/** Names of the vectors that a step reads and returns renewed. */
export const stateNames = [
  'parameters',
  'first_moment',
  'second_moment',
  'buffers',
  'average_parameters',
  'average_buffers',
] as const;

export type StateName = (typeof stateNames)[number];

/** The name under which a step returns what it read as `name`. */
export const renewed = (name: StateName): string => `next_${name}`;

/**
 * One step of training as one graph: forward, loss, backward, clipping, optimiser, running
 * statistics, averages. Reads a batch, the state as vectors, and the rates of the step; returns
 * `loss`, `gradient_norm`, `logits`, `gradient` and the new state.
 */
export function trainingGraph(model: TrainableModel, options: TrainingOptions): TrainingGraph {
  const g = new Graph();
  const { batchSize: n, frames } = options;
  const { channels, bands, side, classes } = model.input;
  const layout = { parameters: flatten(model.parameters), buffers: flatten(model.buffers) };
  const vector = (name: StateName): Value =>
    g.input(name, [layout[name.endsWith('buffers') ? 'buffers' : 'parameters'].length]);
  const state = Object.fromEntries(stateNames.map((name) => [name, vector(name)])) as {
    readonly [K in StateName]: Value;
  };
  const parameters = layout.parameters.split(g, state.parameters);
  const buffers = layout.buffers.split(g, state.buffers);
  const noise = new Map<string, Shape>();

  const { logits, bufferUpdates } = model.build(g, {
    x: g.input('x', [n, channels, bands, frames]),
    mask: g.input('mask', [n, frames]),
    ...(side > 0 ? { side: g.input('side', [n, side]) } : {}),
    parameter: (name) => named(parameters, name),
    buffer: (name) => named(buffers, name),
    training: true,
    noise: (shape) => {
      const name = `noise_${noise.size}`;
      noise.set(name, shape);
      return g.input(name, shape);
    },
  });

  const target = g.input('target', [n, classes]);
  const loss = crossEntropy(g, { logits, target, weight: g.input('weight', [n]) }, options);
  const trained = model.parameters.map(({ name }) => named(parameters, name));
  const slopes = gradients(g, loss, trained);
  const slopeOf = new Map(model.parameters.map(({ name }, i) => [name, slopes[i]!]));
  const gradient = layout.parameters.join(g, (name) => named(slopeOf, name));
  const { norm, clipped } = clipGradient(g, gradient, options.gradientClip);

  const next = update(
    g,
    {
      parameters: state.parameters,
      gradient: clipped,
      firstMoment: state.first_moment,
      secondMoment: state.second_moment,
      decayed: g.constant(
        layout.parameters.spread((i) => Number(model.parameters[i]!.decay)),
        state.parameters.shape,
      ),
    },
    {
      size: g.input('size', []),
      correction: g.input('correction', []),
      decay: g.input('decay', []),
    },
    options.optimiser,
  );
  const nextBuffers = layout.buffers.join(
    g,
    (name) => bufferUpdates.get(name) ?? named(buffers, name),
  );
  const weight = g.input('average_weight', []);
  const averaged = (average: Value, value: Value): Value =>
    g.add(average, g.mul(g.sub(value, average), weight));

  g.output('loss', loss);
  g.output('gradient_norm', norm);
  g.output('logits', logits);
  g.output('gradient', gradient);
  g.output(renewed('parameters'), next.parameters);
  g.output(renewed('first_moment'), next.firstMoment);
  g.output(renewed('second_moment'), next.secondMoment);
  g.output(renewed('buffers'), nextBuffers);
  g.output(renewed('average_parameters'), averaged(state.average_parameters, next.parameters));
  g.output(renewed('average_buffers'), averaged(state.average_buffers, nextBuffers));
  return { graph: g, noise };
}

function named(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (!value) throw new Error(`the model has no tensor ${name}`);
  return value;
}
