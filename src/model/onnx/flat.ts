import type { Tensors } from '../engine.ts';
import type { Graph } from '../graph/graph.ts';
import { sizeOf } from '../graph/shape.ts';
import type { Value } from '../graph/value.ts';

interface Named {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Where named tensors lie in one vector that holds them all. */
export interface Flat {
  readonly length: number;
  /** Name → its tensor, as a part of the vector. */
  split(g: Graph, vector: Value): ReadonlyMap<string, Value>;
  /** The vector of tensors given by name. */
  join(g: Graph, tensor: (name: string) => Value): Value;
  /** The same two on numbers. */
  unpack(vector: Float32Array): Tensors;
  pack(tensors: Tensors): Float32Array;
  /** A number per tensor, repeated for each of its elements. */
  spread(value: (at: number) => number): Float32Array;
}

/**
 * Keeps a set of tensors as one vector, in the order given: an optimiser is then a handful of ops on
 * long vectors instead of a handful per tensor, and state crosses to the runtime as a few tensors.
 */
export function flatten(tensors: readonly Named[]): Flat {
  const starts: number[] = [];
  let length = 0;
  for (const { shape } of tensors) {
    starts.push(length);
    length += sizeOf(shape);
  }
  const end = (i: number): number => starts[i + 1] ?? length;
  return {
    length,
    split: (g, vector) =>
      new Map(
        tensors.map(({ name, shape }, i) => [
          name,
          g.reshape(g.slice(vector, [starts[i]!], [end(i)]), shape),
        ]),
      ),
    join: (g, tensor) =>
      g.concat(
        tensors.map(({ name, shape }) => g.reshape(tensor(name), [sizeOf(shape)])),
        0,
      ),
    unpack: (vector) =>
      Object.fromEntries(
        tensors.map(({ name, shape }, i) => [
          name,
          { shape, data: vector.slice(starts[i], end(i)) },
        ]),
      ),
    pack: (named) => {
      const vector = new Float32Array(length);
      for (const [i, { name }] of tensors.entries()) {
        const data = named[name]?.data;
        if (data?.length !== end(i) - starts[i]!) throw new Error(`no tensor ${name} that fits`);
        vector.set(data, starts[i]);
      }
      return vector;
    },
    spread: (value) => {
      const vector = new Float32Array(length);
      for (const i of tensors.keys()) vector.fill(value(i), starts[i], end(i));
      return vector;
    },
  };
}
