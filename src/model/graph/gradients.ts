import type { OpName } from './attributes.ts';
import type { Graph } from './graph.ts';
import type { Op } from './op.ts';
import { ops } from './ops.ts';
import type { Node, Value } from './value.ts';

/**
 * ∂loss/∂v for each v of `wrt`, as values of the same graph: reverse-mode differentiation, one rule
 * per op. Only what lies on a path from `wrt` to the loss is differentiated. A value that the loss
 * does not depend on has gradient 0. Throws if the loss is no scalar.
 */
export function gradients(graph: Graph, loss: Value, wrt: readonly Value[]): readonly Value[] {
  if (loss.shape.length > 0) throw new Error(`a loss of shape [${loss.shape}]`);
  const nodes = [...graph.nodes];
  const wanted = new Set(wrt.map(({ id }) => id));
  for (const { inputs, outputs } of nodes) {
    if (inputs.some(({ id }) => wanted.has(id))) for (const { id } of outputs) wanted.add(id);
  }
  const found = new Map<number, Value>([[loss.id, graph.scalar(1)]]);
  for (const node of nodes.reverse()) {
    const [first, ...others] = node.outputs;
    if (others.some(({ id }) => found.has(id))) {
      throw new Error(`nothing flows back through the second output of ${node.op}`);
    }
    const dy = found.get(first!.id);
    if (!dy || !wanted.has(first!.id)) continue;
    for (const [i, slope] of rule(node).gradient(graph, node, dy).entries()) {
      const { id } = node.inputs[i]!;
      if (!wanted.has(id)) continue;
      const sum = found.get(id);
      found.set(id, sum ? graph.add(sum, slope()) : slope());
    }
  }
  return wrt.map(({ id, shape }) => found.get(id) ?? graph.expand(graph.scalar(0), shape));
}

/** The table's row; a node's attributes are those of its op. */
function rule(node: Node): Op<Node<OpName>['attributes']> {
  return ops[node.op] as Op<Node<OpName>['attributes']>;
}
