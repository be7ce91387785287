import type { JsonObject } from '../../util/json.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Digest } from '../digest.ts';
import { formWithPorts } from '../form.ts';
import { fillDefaults, setParam } from '../spec/defaults.ts';
import type { Spec, StageSpec, WireSource } from '../spec/types.ts';
import type { OutputPort, StageKind } from '../stage.ts';
import { stageAddress } from './task-address.ts';

/** An own stage: its kind, the bundle that workers load, and the digest of its code. */
export interface OwnStage {
  readonly kind: StageKind;
  readonly module: string;
  readonly salt: Digest;
}

/** One stage in one variant: what has an address, params with defaults, and wired inputs. */
export interface StageNode {
  readonly address: string;
  readonly stage: StageSpec;
  readonly kind: StageKind;
  readonly own: OwnStage | undefined;
  readonly params: JsonObject;
  /** The params as written, of this variant: what an override changes. */
  readonly given: JsonObject;
  readonly outputs: Readonly<Record<string, OutputPort>>;
  /** By port, in wiring order. */
  readonly inputs: Readonly<Record<string, readonly NodeOutput[]>>;
  /** Position in a topological order that follows the spec where it can. */
  readonly order: number;
}

export interface NodeOutput {
  readonly node: StageNode;
  readonly output: string;
}

/** Axis name to variant name, in axis order. */
type Choice = Readonly<Record<string, string>>;

function kindOf(
  stage: StageSpec,
  kinds: Readonly<Record<string, StageKind>>,
  own: Readonly<Record<string, OwnStage>>,
): StageKind {
  const kind = own[stage.uses]?.kind ?? kinds[stage.uses];
  if (kind === undefined) throw new Error(`stage ${stage.name}: no kind ${stage.uses}`);
  return formWithPorts(
    kind,
    stage.inputs.map(({ port }) => port),
  );
}

/** All combinations of the named axes' variants, in spec order, without the excluded ones. */
function choices(spec: Spec, axes: ReadonlySet<string>): readonly Choice[] {
  let list: Choice[] = [{}];
  for (const axis of spec.matrix) {
    if (!axes.has(axis.name)) continue;
    list = list.flatMap((choice) => axis.variants.map((v) => ({ ...choice, [axis.name]: v.name })));
  }
  const excluded = (choice: Choice): boolean =>
    spec.exclude.some((rule) =>
      Object.entries(rule).every(([axis, variant]) => choice[axis] === variant),
    );
  return list.filter((choice) => !excluded(choice));
}

/** The variants of these axes as one text. */
function choiceKey(axes: Iterable<string> = [], choice: Choice): string {
  return JSON.stringify([...axes].map((axis) => choice[axis] ?? null));
}

/** Stages in an order in which each comes after what it reads. The spec is checked: there is no cycle. */
function ordered(spec: Spec): readonly StageSpec[] {
  const byName = new Map(spec.stages.map((stage) => [stage.name, stage]));
  const out: StageSpec[] = [];
  const done = new Set<string>();
  for (const root of spec.stages) {
    const stack: { stage: StageSpec; next: string[] }[] = [];
    const enter = (stage: StageSpec): void => {
      if (done.has(stage.name)) return;
      done.add(stage.name);
      stack.push({
        stage,
        next: stage.inputs.flatMap((wire) => wire.from.map((from) => from.stage)),
      });
    };
    enter(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const name = top.next.shift();
      const stage = name === undefined ? undefined : byName.get(name);
      if (stage !== undefined) enter(stage);
      else if (name === undefined) {
        out.push(top.stage);
        stack.pop();
      }
    }
  }
  return out;
}

/** The axes a stage multiplies over: those that set one of its params, and those of what it reads. */
function axesOf(
  spec: Spec,
  stages: readonly StageSpec[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const own = new Map<string, Set<string>>();
  for (const axis of spec.matrix) {
    for (const variant of axis.variants) {
      for (const path of Object.keys(variant.set)) {
        const stage = path.slice(0, path.indexOf('.'));
        const set = own.get(stage) ?? new Set();
        own.set(stage, set.add(axis.name));
      }
    }
  }
  const all = new Map<string, ReadonlySet<string>>();
  for (const stage of stages) {
    const axes = new Set(own.get(stage.name));
    for (const { from } of stage.inputs) {
      for (const source of from) {
        if (source.select === '*') continue;
        for (const axis of all.get(source.stage) ?? []) {
          if (source.select[axis] === undefined) axes.add(axis);
        }
      }
    }
    all.set(stage.name, axes);
  }
  return all;
}

/** More variants of one stage are a mistake: they would take minutes to plan and weeks to run. */
const mostVariants = 20_000;

/** An error for a stage that multiplies into more variants than can be planned. */
export function tooManyVariants(spec: Spec): Diagnostic | undefined {
  const sizes = new Map(spec.matrix.map((axis) => [axis.name, axis.variants.length]));
  for (const [stage, axes] of axesOf(spec, ordered(spec))) {
    const count = [...axes].reduce((product, axis) => product * (sizes.get(axis) ?? 1), 1);
    if (count <= mostVariants) continue;
    const factors = [...axes].map((axis) => `${sizes.get(axis)} of ${axis}`).join(' × ');
    return {
      severity: 'error',
      message: `the matrix makes ${count} variants of "${stage}": ${factors}`,
      hint: `At most ${mostVariants}: take values out of an axis, or make several specs of it.`,
    };
  }
  return undefined;
}

/** Turns a checked spec into nodes: a stage multiplies only over axes that change it or an ancestor. */
export function buildGraph(
  spec: Spec,
  kinds: Readonly<Record<string, StageKind>>,
  own: Readonly<Record<string, OwnStage>>,
  quick = false,
): readonly StageNode[] {
  const stages = ordered(spec);
  const axes = axesOf(spec, stages);
  const variants = new Map(
    spec.matrix.map((axis) => [axis.name, new Map(axis.variants.map((v) => [v.name, v]))]),
  );
  const nodes: StageNode[] = [];
  const made = new Map<string, Map<string, StageNode>>();

  const pick = (source: WireSource, reader: Choice): readonly NodeOutput[] => {
    const { stage, output, select } = source;
    const list = made.get(stage) ?? new Map<string, StageNode>();
    if (select === '*') return [...list.values()].map((node) => ({ node, output }));
    const node = list.get(choiceKey(axes.get(stage), { ...reader, ...select }));
    return node === undefined ? [] : [{ node, output }];
  };

  for (const stage of stages) {
    const kind = kindOf(stage, kinds, own);
    const list = new Map<string, StageNode>();
    made.set(stage.name, list);
    for (const choice of choices(spec, axes.get(stage.name) ?? new Set())) {
      let given = stage.with;
      for (const [axis, name] of Object.entries(choice)) {
        for (const [path, value] of Object.entries(variants.get(axis)?.get(name)?.set ?? {})) {
          const [target, ...rest] = path.split('.');
          if (target === stage.name) given = setParam(kind.params, given, rest, value);
        }
      }
      const full = fillDefaults(kind.params, given) as JsonObject;
      const params = quick && kind.quick ? (kind.quick(full as never) as JsonObject) : full;
      const inputs: Record<string, readonly NodeOutput[]> = {};
      for (const wire of stage.inputs)
        inputs[wire.port] = wire.from.flatMap((from) => pick(from, choice));
      const node: StageNode = {
        address: stageAddress(stage.name, choice),
        stage,
        kind,
        own: own[stage.uses],
        params,
        given,
        outputs: kind.outputsOf?.(params) ?? kind.outputs,
        inputs,
        order: nodes.length,
      };
      nodes.push(node);
      list.set(choiceKey(axes.get(stage.name), choice), node);
    }
  }
  return nodes;
}

/** Those that are read as templates alone, or by such nodes alone: they do not run by themselves. */
export function templatesOnly(nodes: readonly StageNode[]): ReadonlySet<StageNode> {
  const readers = new Map<StageNode, { reader: StageNode; template: boolean }[]>();
  for (const reader of nodes) {
    for (const [port, list] of Object.entries(reader.inputs)) {
      const template = reader.kind.inputs[port]?.template === true;
      for (const { node } of list) {
        const known = readers.get(node) ?? [];
        known.push({ reader, template });
        readers.set(node, known);
      }
    }
  }
  const found = new Set<StageNode>();
  // Readers come after what they read.
  for (const node of [...nodes].reverse()) {
    const own = readers.get(node) ?? [];
    if (own.length > 0 && own.every(({ reader, template }) => template || found.has(reader)))
      found.add(node);
  }
  return found;
}

/** The nodes and everything they read, directly or not. */
export function ancestors(nodes: Iterable<StageNode>): ReadonlySet<StageNode> {
  const found = new Set<StageNode>(nodes);
  for (const current of found) {
    for (const list of Object.values(current.inputs))
      for (const input of list) found.add(input.node);
  }
  return found;
}
