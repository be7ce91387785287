import type { Graph } from '../graph.ts';
import { stretchedAxes } from '../shape.ts';
import type { Shape, Value } from '../value.ts';

/** The adjoint of broadcasting from `shape`: sums over the axes that were stretched. */
export function unstretch(g: Graph, dy: Value, shape: Shape): Value {
  const axes = stretchedAxes(shape, dy.shape);
  return axes.length === 0 ? dy : g.reshape(g.sum(dy, axes), shape);
}
