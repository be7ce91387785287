import type { Graph } from '../graph/graph.ts';
import type { Op } from '../graph/op.ts';
import { ops } from '../graph/ops.ts';
import type { Node, Value } from '../graph/value.ts';
import { freeLength } from './free-length.ts';
import { modelMessage, nodeMessage, tensorMessage, valueMessage } from './messages.ts';
import { type ModelParts, ModelWriter } from './model-writer.ts';
import { type Fields, join } from './protobuf.ts';

/**
 * The graph as an ONNX model (opset 18): its named inputs and outputs, float32, and what leads from
 * those to these. With `block` channels per block it uses ONNX Runtime's blocked convolutions;
 * without, standard operators only.
 */
export function encodeModel(graph: Graph, { block = 0 } = {}): Uint8Array {
  const domains = { '': 18, ...(block > 0 ? { 'com.microsoft.nchwc': 1 } : {}) };
  return join(modelMessage(messagesOf(graph, partsOf(graph, block)), domains));
}

/**
 * One ONNX model for two graphs that differ in the number of frames alone: a size of its inputs and
 * outputs that is not the same in both is free, and called `frames`. Equal arguments give equal bytes.
 */
export function encodeFreeModel(
  graph: Graph,
  other: Graph,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const parts = freeLength(partsOf(graph, 0), partsOf(other, 0));
  return join(modelMessage(messagesOf(graph, parts, other), { '': 18 }, metadata));
}

function partsOf(graph: Graph, block: number): ModelParts {
  const writer = new ModelWriter(block);
  const names = new Map<number, string>();
  const nameOf = ({ id }: Value): string => names.get(id)!;
  for (const [name, { id }] of graph.inputs) names.set(id, name);
  for (const { value, data } of graph.constants) {
    names.set(value.id, writer.tensor(value.shape, data));
  }
  for (const node of graph.nodes) {
    const outputs = rule(node).onnx(writer, node.inputs.map(nameOf), node);
    node.outputs.forEach(({ id }, i) => void names.set(id, outputs[i]!));
  }
  for (const [name, value] of graph.outputs) writer.rename(nameOf(value), name);
  return writer.finish([...graph.outputs.keys()]);
}

function messagesOf(graph: Graph, { nodes, constants }: ModelParts, other = graph) {
  const values = (
    named: ReadonlyMap<string, Value>,
    again: ReadonlyMap<string, Value>,
  ): readonly Fields[] =>
    [...named].map(([name, { shape }]) => {
      const twin = again.get(name)?.shape;
      return valueMessage(
        name,
        shape.map((size, i) => (size === twin?.[i] ? size : 'frames')),
      );
    });
  return {
    nodes: nodes.map(nodeMessage),
    constants: constants.map(({ name, shape, data }) => tensorMessage(name, shape, data)),
    inputs: values(graph.inputs, other.inputs),
    outputs: values(graph.outputs, other.outputs),
  };
}

function rule(node: Node): Op<Node['attributes']> {
  return ops[node.op] as Op<Node['attributes']>;
}
