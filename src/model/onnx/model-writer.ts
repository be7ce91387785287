import type { OnnxNodeOptions, OnnxWriter } from '../graph/onnx-writer.ts';
import type { Shape } from '../graph/value.ts';
import type { OnnxNode } from './messages.ts';

/** A tensor that is part of a model. */
export interface Constant {
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array | BigInt64Array;
}

/** What a model computes with. */
export interface ModelParts {
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly Constant[];
}

/** Collects the nodes of a model. */
export class ModelWriter implements OnnxWriter {
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

  /** The nodes and constants that `outputs` need. */
  finish(outputs: readonly string[]): ModelParts {
    const final = (name: string): string => this.#renamed.get(name) ?? name;
    const needed = new Set(outputs);
    const nodes: OnnxNode[] = [];
    for (const node of [...this.#nodes].reverse()) {
      const made = node.outputs.map(final);
      if (!made.some((name) => needed.has(name))) continue;
      const read = node.inputs.map(final);
      for (const name of read) needed.add(name);
      nodes.push({ ...node, inputs: read, outputs: made });
    }
    return {
      nodes: nodes.reverse(),
      constants: this.#constants.filter(({ name }) => needed.has(name)),
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
