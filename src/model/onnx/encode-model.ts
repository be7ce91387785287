import type { Graph } from '../graph/graph.ts';
import type { OnnxNodeOptions, OnnxWriter } from '../graph/onnx-writer.ts';
import type { Op } from '../graph/op.ts';
import { ops } from '../graph/ops.ts';
import type { Node, Value } from '../graph/value.ts';
import { modelMessage, nodeMessage, tensorMessage, valueMessage } from './messages.ts';
import { type Fields, join } from './protobuf.ts';

/**
 * The graph as an ONNX model (opset 18): its named inputs and outputs, float32. With `block` channels
 * per block it uses ONNX Runtime's blocked convolutions; without, standard operators only.
 */
export function encodeModel(graph: Graph, { block = 0 } = {}): Uint8Array {
  const writer = new ModelWriter(block);
  const names = new Map<number, string>();
  const nameOf = ({ id }: Value): string => names.get(id)!;
  for (const [name, { id }] of graph.inputs) names.set(id, name);
  for (const { value, data } of graph.constants)
    names.set(value.id, writer.tensor(value.shape, data));
  for (const node of graph.nodes) {
    const outputs = rule(node).onnx(writer, node.inputs.map(nameOf), node);
    node.outputs.forEach(({ id }, i) => void names.set(id, outputs[i]!));
  }
  for (const [name, value] of graph.outputs) writer.name(name, nameOf(value));
  const values = (named: ReadonlyMap<string, Value>): readonly Fields[] =>
    [...named].map(([name, { shape }]) => valueMessage(name, shape));
  const domains = { '': 18, ...(block > 0 ? { 'com.microsoft.nchwc': 1 } : {}) };
  const { nodes, constants } = writer;
  const inputs = values(graph.inputs);
  const outputs = values(graph.outputs);
  return join(modelMessage({ nodes, constants, inputs, outputs }, domains));
}

function rule(node: Node): Op<Node['attributes']> {
  return ops[node.op] as Op<Node['attributes']>;
}

class ModelWriter implements OnnxWriter {
  readonly nodes: Fields[] = [];
  readonly constants: Fields[] = [];
  readonly block: number;
  readonly #known = new Map<string, readonly string[]>();
  #count = 0;

  constructor(block: number) {
    this.block = block;
  }

  node(type: string, inputs: readonly string[], options: OnnxNodeOptions = {}): readonly string[] {
    return this.#once(`${type} ${inputs} ${JSON.stringify(options)}`, () => {
      const outputs = Array.from({ length: options.outputs ?? 1 }, () => this.#fresh());
      this.#append(type, inputs, outputs, options);
      return outputs;
    });
  }

  ints(values: readonly number[]): string {
    return this.#once(`ints ${values}`, () => [
      this.tensor([values.length], BigInt64Array.from(values, BigInt)),
    ])[0]!;
  }

  float(value: number): string {
    return this.#once(`float ${value}`, () => [this.tensor([], Float32Array.of(value))])[0]!;
  }

  tensor(shape: readonly number[], data: Float32Array | BigInt64Array): string {
    const name = this.#fresh();
    this.constants.push(tensorMessage(name, shape, data));
    return name;
  }

  /** Another name for a tensor; the runtime drops the copy. */
  name(name: string, value: string): void {
    this.#append('Identity', [value], [name], {});
  }

  #append(
    type: string,
    inputs: readonly string[],
    outputs: readonly string[],
    { domain = '', attributes = {} }: OnnxNodeOptions,
  ): void {
    this.nodes.push(nodeMessage({ type, domain, inputs, outputs, attributes }));
  }

  #once(key: string, make: () => readonly string[]): readonly string[] {
    const known = this.#known.get(key) ?? make();
    this.#known.set(key, known);
    return known;
  }

  #fresh(): string {
    return `_${this.#count++}`;
  }
}
