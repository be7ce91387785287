import { isJsonObject, type Json, type JsonObject } from '../../util/json.ts';
import type { Artifact } from '../artifact.ts';
import { fillDefaults, setParam } from '../spec/defaults.ts';
import type { Template, VariantCall } from '../stage.ts';
import { ancestors, type StageNode } from './graph.ts';
import { stageAddress, taskAddress } from './task-address.ts';

/** A node that a coordinator asked for, with what some of its ports are given. */
export interface VariantNode {
  readonly node: StageNode;
  readonly given: Readonly<Record<string, Artifact>>;
}

/**
 * The nodes of one walk that variants ask for. What a variant does not change is the node of the graph
 * itself; what it changes is made once for all variants that change it alike.
 */
export class VariantNodes {
  readonly #made = new Map<string, StageNode>();
  readonly #quick: boolean;

  constructor(quick: boolean) {
    this.#quick = quick;
  }

  /** The stage of a template port as it is. */
  template(owner: StageNode, port: string): Template {
    const target = targetOf(owner, port);
    const read = new Map([...ancestors([target])].map((node) => [node.stage.name, node]));
    return {
      name: target.stage.name,
      kind: target.kind,
      wired: Object.keys(target.inputs).filter((name) => (target.inputs[name] ?? []).length > 0),
      value(path) {
        const [name = '', ...rest] = path.split('.');
        let value: Json | undefined = read.get(name)?.params;
        for (const key of rest) value = isJsonObject(value) ? value[key] : undefined;
        return value;
      },
    };
  }

  /** The stage of a template port as the call wants it. Throws where a param belongs to no stage it reads. */
  of(owner: StageNode, { port, set, inputs = {}, select }: VariantCall): VariantNode {
    const target = targetOf(owner, port);
    const names = new Set([...ancestors([target])].map(({ stage }) => stage.name));
    for (const path of Object.keys(set)) {
      if (!names.has(stageOf(path)))
        throw new Error(`${target.address} reads no stage of "${path}"`);
    }
    const unknown = Object.keys(inputs).find((name) => !Object.hasOwn(target.kind.inputs, name));
    if (unknown !== undefined) throw new Error(`${target.address} has no port "${unknown}"`);
    const segment = { kind: target.kind, select };
    const address = `${taskAddress(owner.address, segment)}/${target.stage.name}`;
    return { node: this.#changed(target, set, address), given: inputs };
  }

  #with(node: StageNode, set: JsonObject): StageNode {
    const read = new Set([...ancestors([node])].map(({ stage }) => stage.name));
    const own = Object.entries(set).filter(([path]) => read.has(stageOf(path)));
    if (own.length === 0) return node;
    const choice = own.map(([path, value]) => [path, textOf(value)] as const);
    const base = node.address.endsWith(']') ? node.address.slice(0, -1) : node.address;
    const added = stageAddress('', Object.fromEntries(choice)).slice(1);
    const address = base === node.address ? `${base}[${added}` : `${base},${added}`;
    const before = this.#made.get(address);
    if (before !== undefined) return before;
    const made = this.#changed(node, Object.fromEntries(own), address);
    this.#made.set(address, made);
    return made;
  }

  #changed(node: StageNode, set: JsonObject, address: string): StageNode {
    const { kind, stage } = node;
    let given = node.given;
    for (const [path, value] of Object.entries(set)) {
      const [name, ...rest] = path.split('.');
      if (name === stage.name) given = setParam(kind.params, given, rest, value as Json);
    }
    const full = fillDefaults(kind.params, given) as JsonObject;
    const params = this.#quick && kind.quick ? (kind.quick(full as never) as JsonObject) : full;
    const inputs = Object.entries(node.inputs).map(([port, list]) => {
      const wired = list.map((input) => ({ ...input, node: this.#with(input.node, set) }));
      return [port, wired] as const;
    });
    return {
      ...{ ...node, address, given, params },
      outputs: kind.outputsOf?.(params) ?? kind.outputs,
      inputs: Object.fromEntries(inputs),
    };
  }
}

function targetOf(owner: StageNode, port: string): StageNode {
  const target = owner.inputs[port]?.[0]?.node;
  if (target === undefined) throw new Error(`${owner.address}: port ${port} is not wired`);
  return target;
}

function stageOf(path: string): string {
  return path.slice(0, path.indexOf('.'));
}

function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
