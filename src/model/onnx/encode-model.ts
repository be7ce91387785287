import type { Graph } from '../graph/graph.ts';
import type { OnnxNodeOptions, OnnxWriter } from '../graph/onnx-writer.ts';
import type { Op } from '../graph/op.ts';
import { ops } from '../graph/ops.ts';
import type { Node, Shape, Value } from '../graph/value.ts';
import {
  modelMessage,
  nodeMessage,
  type OnnxNode,
  tensorMessage,
  valueMessage,
} from './messages.ts';
import { type Fields, join } from './protobuf.ts';

/**
 * The graph as an ONNX model (opset 18): its named inputs and outputs, float32, and what leads from
 * those to these. With `block` channels per block it uses ONNX Runtime's blocked convolutions;
 * without, standard operators only.
 */
export function encodeModel(graph: Graph, { block = 0 } = {}): Uint8Array {
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
  const { nodes, constants } = writer.finish([...graph.outputs.keys()]);
  const values = (named: ReadonlyMap<string, Value>): readonly Fields[] =>
    [...named].map(([name, { shape }]) => valueMessage(name, shape));
  const [inputs, outputs] = [values(graph.inputs), values(graph.outputs)];
  const domains = { '': 18, ...(block > 0 ? { 'com.microsoft.nchwc': 1 } : {}) };
  return join(modelMessage({ nodes, constants, inputs, outputs }, domains));
}

function rule(node: Node): Op<Node['attributes']> {
  return ops[node.op] as Op<Node['attributes']>;
}

interface Constant {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array | BigInt64Array;
}

class ModelWriter implements OnnxWriter {
  readonly block: number;
  readonly blocked = new Map<string, string>();
  readonly #nodes: OnnxNode[] = [];
  readonly #constants: Constant[] = [];
  readonly #known = new Map<string, readonly string[]>();
  readonly #renamed = new Map<string, string>();
  #count = 0;

  constructor(block: number) {
    this.block = block;
  }

  node(type: string, inputs: readonly string[], options: OnnxNodeOptions = {}): readonly string[] {
    return this.#once(`${type} ${inputs} ${JSON.stringify(options)}`, () => {
      const outputs = Array.from({ length: options.outputs ?? 1 }, () => this.#fresh());
      const { domain = '', attributes = {} } = options;
      this.#nodes.push({ type, domain, attributes, inputs, outputs });
      return outputs;
    });
  }

  ints(values: readonly number[]): string {
    return this.#once(`ints ${values}`, () => [
      this.tensor([values.length], BigInt64Array.from(values, BigInt)),
    ])[0]!;
  }

  floats(values: readonly number[]): string {
    return this.#once(`floats ${values}`, () => [
      this.tensor([values.length], Float32Array.from(values)),
    ])[0]!;
  }

  float(value: number): string {
    return this.#once(`float ${value}`, () => [this.tensor([], Float32Array.of(value))])[0]!;
  }

  tensor(shape: Shape, data: Float32Array | BigInt64Array): string {
    const name = this.#fresh();
    this.#constants.push({ name, shape, data });
    return name;
  }

  /** Calls the tensor `old` by another name; an input, or what has another name already, is copied. */
  rename(old: string, name: string): void {
    const made = this.#nodes.some(({ outputs }) => outputs.includes(old));
    if (made && !this.#renamed.has(old)) {
      this.#renamed.set(old, name);
    } else {
      const copy = { type: 'Identity', domain: '', attributes: {}, inputs: [old], outputs: [name] };
      this.#nodes.push(copy);
    }
  }

  /** The nodes and constants that `outputs` need, encoded. */
  finish(outputs: readonly string[]): {
    readonly nodes: readonly Fields[];
    readonly constants: readonly Fields[];
  } {
    const final = (name: string): string => this.#renamed.get(name) ?? name;
    const needed = new Set(outputs);
    const nodes: Fields[] = [];
    for (const node of [...this.#nodes].reverse()) {
      const made = node.outputs.map(final);
      if (!made.some((name) => needed.has(name))) continue;
      const read = node.inputs.map(final);
      for (const name of read) needed.add(name);
      nodes.push(nodeMessage({ ...node, inputs: read, outputs: made }));
    }
    const constants = this.#constants.filter(({ name }) => needed.has(name));
    return {
      nodes: nodes.reverse(),
      constants: constants.map(({ name, shape, data }) => tensorMessage(name, shape, data)),
    };
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
