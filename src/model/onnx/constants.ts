import type { Tensors } from '../engine.ts';
import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';

/** Tensors by name, as numbers of the graph. */
export function constantsOf(g: Graph, named: Tensors): (name: string) => Value {
  return (name) => {
    const found = named[name];
    if (!found) throw new Error(`there are no weights for ${name}`);
    return g.constant(found.data, found.shape);
  };
}
