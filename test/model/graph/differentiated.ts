import { gradients } from '../../../src/model/graph/gradients.ts';
import { Graph } from '../../../src/model/graph/graph.ts';
import { sizeOf } from '../../../src/model/graph/shape.ts';
import type { Value } from '../../../src/model/graph/value.ts';
import { createRandom } from '../../../src/util/random.ts';
import type { Tensor64 } from './interpret.ts';
import type { OpCase } from './op-cases.ts';

/** An op with a loss Σ y r, r random, and the gradient of every input. */
export interface Differentiated {
  readonly graph: Graph;
  readonly loss: Value;
  readonly y: Value;
  /** r. */
  readonly weights: Tensor64;
  readonly gradients: readonly Value[];
  /** By input name `x0`, `x1`, …; numbers that float32 holds. */
  readonly feeds: Readonly<Record<string, Tensor64>>;
}

export function differentiated({ inputs, positive, build }: OpCase): Differentiated {
  const random = createRandom(7);
  const draw = (shape: readonly number[], number: () => number): Tensor64 => ({
    shape,
    data: Float64Array.from({ length: sizeOf(shape) }, () => Math.fround(number())),
  });
  const graph = new Graph();
  const values = inputs.map((shape, i) => graph.input(`x${i}`, shape));
  const feeds = inputs.map((shape) =>
    draw(shape, () => (positive ? 0.2 + 2 * random.next() : random.normal())),
  );
  const y = build(graph, values);
  const weights = draw(y.shape, random.normal);
  const loss = graph.sum(graph.mul(y, graph.constant(Float32Array.from(weights.data), y.shape)));
  return {
    ...{ graph, loss, y, weights },
    gradients: gradients(graph, loss, values),
    feeds: Object.fromEntries(feeds.map((feed, i) => [`x${i}`, feed])),
  };
}

/** max |a − b| / max |b|, or max |a − b| where b is 0. */
export function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`${a.length} numbers beside ${b.length}`);
  let difference = 0;
  let size = 0;
  for (let i = 0; i < b.length; i++) {
    // NaN must not pass for near.
    difference = Math.max(difference, Number.isNaN(a[i]!) ? Infinity : Math.abs(a[i]! - b[i]!));
    size = Math.max(size, Math.abs(b[i]!));
  }
  return size === 0 ? difference : difference / size;
}
