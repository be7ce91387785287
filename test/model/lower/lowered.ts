import { gradients } from '../../../src/model/graph/gradients.ts';
import { Graph } from '../../../src/model/graph/graph.ts';
import { sizeOf } from '../../../src/model/graph/shape.ts';
import type { Value } from '../../../src/model/graph/value.ts';
import type { Block } from '../../../src/model/language/block.ts';
import type { ModelPlan } from '../../../src/model/language/model-plan.ts';
import { planModel } from '../../../src/model/language/plan-model.ts';
import { lowerModel } from '../../../src/model/lower/lower-model.ts';
import { classes, createDraws, type Recorded } from '../../golden/torch-models/load.ts';
import type { Tensor64 } from '../graph/interpret.ts';

type Feeds = Readonly<Record<string, Tensor64>>;

/** The plan of a net, and the weights and inputs that its record was made with. */
export interface Net {
  readonly plan: ModelPlan;
  readonly recorded: Recorded;
  /** Parameters and buffers by name, x, side and mask. */
  readonly feeds: Feeds;
}

export function netOf(model: string | readonly Block[], recorded: Recorded): Net {
  const { channels, bands, side, frames, lengths } = recorded;
  const planned = planModel(model, { channels, bands, side, classes });
  if (!planned.ok) throw new Error(JSON.stringify(planned.error));
  const plan = planned.value;
  const draws = createDraws(recorded.seed);
  const draw = (shape: readonly number[], value: (v: number) => number): Tensor64 => ({
    shape,
    data: draws.signed(sizeOf(shape)).map((v) => Math.fround(value(v))),
  });
  const parameters = plan.parameters.map(({ name, shape, init }) => {
    const value = (v: number): number =>
      init.kind === 'uniform' ? v * init.bound : init.value + 0.5 * v;
    return [name, draw(shape, value)] as const;
  });
  const buffers = plan.buffers.map(
    ({ name, shape, initial }) => [name, draw(shape, (v) => initial + 0.5 * v)] as const,
  );
  const x = draw([lengths.length, channels, bands, frames], (v) => v);
  const mask = maskOf(lengths, frames);
  const inside = x.data.map((v, i) => {
    const clip = Math.floor(i / (channels * bands * frames));
    return v * mask.data[clip * frames + (i % frames)]!;
  });
  return {
    plan,
    recorded,
    feeds: {
      ...Object.fromEntries([...parameters, ...buffers]),
      x: { shape: x.shape, data: inside },
      ...(side > 0 && { side: draw([lengths.length, side], (v) => v) }),
      mask,
    },
  };
}

export function maskOf(lengths: readonly number[], frames: number): Tensor64 {
  const data = lengths.flatMap((length) =>
    Array.from({ length: frames }, (_, t) => (t < length ? 1 : 0)),
  );
  return { shape: [lengths.length, frames], data: Float64Array.from(data) };
}

/** Clips cut or filled up to `frames` frames, padding with `fill`. */
export function padded({ recorded, feeds }: Net, frames: number, fill: number): Feeds {
  const { lengths, frames: old } = recorded;
  const x = feeds['x']!;
  const [batch, channels, bands] = x.shape as [number, number, number, number];
  const data = new Float64Array(batch * channels * bands * frames);
  for (let row = 0; row < batch * channels * bands; row++) {
    const length = lengths[Math.floor(row / (channels * bands))]!;
    for (let t = 0; t < frames; t++) {
      data[row * frames + t] = t < length ? x.data[row * old + t]! : fill;
    }
  }
  const shape = [batch, channels, bands, frames];
  return { ...feeds, x: { shape, data }, mask: maskOf(lengths, frames) };
}

/** A lowered net with values to ask for. */
export interface Lowered {
  readonly graph: Graph;
  /** With the noise of dropout. */
  readonly feeds: Feeds;
  readonly logits: Value;
  readonly buffers: readonly Value[];
  /** Of Σ logits · r with the record's r, by parameter. */
  readonly gradients: readonly Value[];
}

export function lowered(
  { plan, recorded }: Net,
  feeds: Feeds,
  { training, masked = true }: { readonly training: boolean; readonly masked?: boolean },
): Lowered {
  const graph = new Graph();
  const values = new Map(
    Object.entries(feeds).map(([name, { shape }]) => [name, graph.input(name, shape)]),
  );
  const named = (name: string): Value => values.get(name)!;
  const noise: Record<string, Tensor64> = {};
  const draws = createDraws(recorded.seed + 1);
  const { logits, bufferUpdates } = lowerModel(graph, plan, {
    ...{ x: named('x'), training, parameter: named, buffer: named },
    ...(masked && { mask: named('mask') }),
    ...(feeds['side'] && { side: named('side') }),
    noise(shape) {
      const name = `noise${Object.keys(noise).length}`;
      noise[name] = { shape, data: draws.uniform(sizeOf(shape)) };
      return graph.input(name, shape);
    },
  });
  const r = createDraws(recorded.seed + 2).signed(sizeOf(logits.shape));
  const loss = graph.sum(graph.mul(logits, graph.constant(Float32Array.from(r), logits.shape)));
  return {
    ...{ graph, logits, feeds: { ...feeds, ...noise } },
    buffers: plan.buffers.flatMap(({ name }) => bufferUpdates.get(name) ?? []),
    gradients: training
      ? gradients(
          graph,
          loss,
          plan.parameters.map(({ name }) => named(name)),
        )
      : [],
  };
}

/** The record's summary of tensors: each one's sum with random weights. */
export function weighed(
  { recorded, plan }: Net,
  found: {
    readonly gradients: readonly ArrayLike<number>[];
    readonly buffers: readonly ArrayLike<number>[];
  },
): { readonly gradients: readonly number[]; readonly buffers: readonly number[] } {
  const draws = createDraws(recorded.seed + 2);
  draws.signed(recorded.lengths.length * plan.input.classes);
  const sum = (values: ArrayLike<number>): number =>
    draws.signed(values.length).reduce((total, v, i) => total + v * values[i]!, 0);
  return { gradients: found.gradients.map(sum), buffers: found.buffers.map(sum) };
}
