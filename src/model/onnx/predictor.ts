import type { Examples, Predictor, Runtime, Tensors, TrainableModel } from '../engine.ts';
import { Graph } from '../graph/graph.ts';
import { constantsOf } from './constants.ts';
import { encodeModel } from './encode-model.ts';
import { openSession, type Session, tensor } from './session.ts';

interface Size {
  readonly count: number;
  readonly frames: number;
}

/** Sessions that stay open: each holds its weights and the activations of its size. */
const mostSessions = 4;

/**
 * softmax(logits) with the given weights as constants, which lets the runtime fold norms into
 * convolutions and block their filters. Every size has a session of its own, made in some 10 ms, the
 * last few of which are kept; equal examples of equal size give equal bits.
 */
export async function openPredictor(
  model: TrainableModel,
  weights: { readonly parameters: Tensors; readonly buffers: Tensors },
  runtime: Runtime,
): Promise<Predictor> {
  const sessions = new Map<string, Session>();
  const sessionFor = async (size: Size): Promise<Session> => {
    const key = `${size.count} ${size.frames}`;
    const graph = () => encodeModel(predictionGraph(model, weights, size));
    const session =
      sessions.get(key) ?? (await openSession(graph(), { ...runtime, constantFilters: true }));
    sessions.delete(key);
    sessions.set(key, session);
    const [oldest] = sessions.keys();
    if (sessions.size > mostSessions && oldest !== undefined) {
      await sessions.get(oldest)?.close();
      sessions.delete(oldest);
    }
    return session;
  };
  return {
    async predict(examples, size) {
      const session = await sessionFor(size);
      const found = await session.run(feeds(model, examples, size), ['posteriors']);
      return found['posteriors']!.data as Float32Array;
    },
    async close() {
      for (const session of sessions.values()) await session.close();
      sessions.clear();
    },
  };
}

/** Inputs `x`, `mask` and, for a model with a side input, `side`; output `posteriors`. */
export function predictionGraph(
  { input, build }: TrainableModel,
  weights: { readonly parameters: Tensors; readonly buffers: Tensors },
  { count, frames }: Size,
): Graph {
  const g = new Graph();
  const { logits } = build(g, {
    x: g.input('x', [count, input.channels, input.bands, frames]),
    mask: g.input('mask', [count, frames]),
    ...(input.side > 0 ? { side: g.input('side', [count, input.side]) } : {}),
    parameter: constantsOf(g, weights.parameters),
    buffer: constantsOf(g, weights.buffers),
    training: false,
    noise: () => {
      throw new Error('a model that predicts asked for noise');
    },
  });
  g.output('posteriors', g.softmax(logits, 1));
  return g;
}

function feeds({ input }: TrainableModel, examples: Examples, { count, frames }: Size) {
  return {
    x: tensor(examples.x, [count, input.channels, input.bands, frames]),
    mask: tensor(examples.mask, [count, frames]),
    ...(examples.side ? { side: tensor(examples.side, [count, input.side]) } : {}),
  };
}
