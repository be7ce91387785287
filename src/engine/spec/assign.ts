import type { ArtifactType } from '../artifact.ts';
import type { InputPort, OutputPort } from '../stage.ts';
import { isFailed } from './interpolate.ts';
import type { AxisDraft } from './matrix.ts';
import type { Problems } from './problems.ts';
import type { At } from './source.ts';
import type { StageDraft } from './stages.ts';
import type { Entry, MapTree, Tree } from './tree.ts';
import { visible } from './tree.ts';
import type { WireSource } from './types.ts';
import { parseRef, type WireRef } from './wire-ref.ts';

/** One artifact that a port reads, with the place that says so. */
export interface Feed {
  readonly stage: StageDraft;
  readonly output: string;
  readonly select: WireSource['select'];
  readonly at: At;
}

/** The wires of a stage as they are written: ports in the kind's order. */
export interface Wiring {
  readonly ports: ReadonlyMap<string, readonly Feed[]>;
  /** Stages that `in` names, known or not what they give. */
  readonly reads: readonly { readonly stage: StageDraft; readonly at: At }[];
  /** Something about it is wrong already, so a missing input proves nothing. */
  readonly uncertain: boolean;
}

interface Known extends WireRef {
  readonly target: StageDraft;
}

type Ports = Readonly<Record<string, InputPort>>;

export interface WireTables {
  readonly axes: readonly AxisDraft[];
  readonly artifacts: Readonly<Record<string, ArtifactType>>;
  /** Kinds by the types they give, for hints. */
  readonly kindsGiving: (type: string) => readonly string[];
}

/** Reads `in` of one stage and puts what it names on the stage's ports. */
export function assignPorts(
  draft: StageDraft,
  drafts: ReadonlyMap<string, StageDraft>,
  tables: WireTables,
  problems: Problems,
): Wiring {
  return new Assigner(draft, drafts, tables, problems).run();
}

class Assigner {
  readonly #draft: StageDraft;
  readonly #drafts: ReadonlyMap<string, StageDraft>;
  readonly #tables: WireTables;
  readonly #problems: Problems;
  readonly #ports = new Map<string, Feed[]>();
  readonly #reads: { readonly stage: StageDraft; readonly at: At }[] = [];
  #uncertain: boolean;

  constructor(
    draft: StageDraft,
    drafts: ReadonlyMap<string, StageDraft>,
    tables: WireTables,
    problems: Problems,
  ) {
    this.#draft = draft;
    this.#drafts = drafts;
    this.#tables = tables;
    this.#problems = problems;
    this.#uncertain = draft.kind === undefined;
  }

  run(): Wiring {
    const entry = this.#draft.in;
    if (entry) this.#read(entry);
    const order = Object.keys(this.#draft.kind?.inputs ?? {});
    const rank = (port: string): number => {
      const at = order.indexOf(port);
      return at < 0 ? order.length : at;
    };
    const ports = new Map([...this.#ports].sort(([a], [b]) => rank(a) - rank(b)));
    return { ports, reads: this.#reads, uncertain: this.#uncertain };
  }

  #read(entry: Entry): void {
    const { value } = entry;
    if (isFailed(value)) {
      this.#uncertain = true;
    } else if (value.type === 'scalar' && value.value === null) {
      this.#fail(entry.key, '"in" is empty', { hint: 'Name a stage, or take the key out.' });
    } else if (value.type === 'map') this.#readMap(value);
    else {
      const items: readonly Tree[] = value.type === 'list' ? value.items : [value];
      if (items.length === 0) {
        this.#fail(visible(entry), '"in" is an empty list', {
          hint: 'Name a stage, or take the key out.',
        });
      }
      for (const item of items) {
        const ref = this.#resolve(item);
        if (ref) this.#place(ref);
      }
    }
  }

  #readMap(map: MapTree): void {
    const { kind } = this.#draft;
    for (const [port, entry] of map.entries) {
      const declared = kind && Object.hasOwn(kind.inputs, port) ? kind.inputs[port] : undefined;
      const open: InputPort = { type: 'any', summary: '', many: true };
      const input = declared ?? (kind?.openInputs ? open : undefined);
      if (kind && !input) {
        const names = Object.keys(kind.inputs);
        this.#fail(entry.key, `${kind.kind} has no port "${port}"`, {
          nearest: this.#problems.nearest(port, names),
          hint:
            names.length === 0
              ? `${kind.kind} takes no input.`
              : `It has ${listPorts(kind.inputs)}.`,
        });
      }
      const items: readonly Tree[] =
        entry.value.type === 'list' ? entry.value.items : [entry.value];
      if (input && !input.many && items.length > 1) {
        this.#fail(visible(entry), `port "${port}" takes one input, not ${items.length}`, {});
      }
      for (const item of items) {
        const ref = this.#resolve(item, entry);
        if (ref && input) this.#placeOn(port, input, ref);
      }
    }
  }

  /** Parses a reference and finds its stage. */
  #resolve(tree: Tree, entry?: Entry): Known | undefined {
    if (isFailed(tree)) {
      this.#uncertain = true;
      return undefined;
    }
    const shown = entry && tree.at.end <= tree.at.start ? { ...tree, at: entry.key } : tree;
    const ref = parseRef(shown, this.#tables.axes, this.#problems);
    if (!ref) {
      this.#uncertain = true;
      return undefined;
    }
    const target = this.#drafts.get(ref.stage);
    if (!target) {
      const ofKind = this.#problems.full
        ? undefined
        : [...this.#drafts.values()].find((other) => other.uses === ref.stage);
      this.#fail(ref.stageAt, `unknown stage "${ref.stage}"`, {
        nearest: ofKind?.name ?? this.#problems.nearest(ref.stage, this.#drafts.keys()),
        hint: ofKind
          ? `"${ref.stage}" is a kind; the stage that uses it is "${ofKind.name}".`
          : undefined,
      });
      return undefined;
    }
    if (target === this.#draft) {
      this.#fail(ref.stageAt, `stage "${ref.stage}" reads itself`, {});
      return undefined;
    }
    this.#reads.push({ stage: target, at: ref.at });
    if (target.outputs === undefined) {
      this.#uncertain = true;
      return undefined;
    }
    if (ref.output !== undefined && !Object.hasOwn(target.outputs, ref.output)) {
      const names = Object.keys(target.outputs);
      this.#fail(ref.outputAt, `stage "${ref.stage}" has no output "${ref.output}"`, {
        nearest: this.#problems.nearest(ref.output, names),
        hint: names.length === 0 ? 'It has no outputs.' : `It gives ${listPorts(target.outputs)}.`,
      });
      return undefined;
    }
    return { ...ref, target };
  }

  /** Puts a reference without a port on every port its outputs are meant for. */
  #place(ref: Known): void {
    const { kind } = this.#draft;
    if (!kind) return;
    if (kind.openInputs && Object.keys(kind.inputs).length === 0) {
      this.#placeOn(ref.stage.replaceAll('-', '_'), { type: 'any', summary: '' }, ref);
      return;
    }
    const outputs = outputsOf(ref);
    const types = new Set<string>();
    const taken: string[] = [];
    for (const [port, input] of Object.entries(kind.inputs)) {
      const fit = outputs.filter(([, output]) => output.type === input.type);
      if (fit.length === 0 || types.has(input.type)) continue;
      if (this.#ports.has(port) && !input.many) {
        taken.push(port);
        continue;
      }
      types.add(input.type);
      this.#placeOn(port, input, ref);
    }
    if (types.size > 0) return;
    const [busy] = taken;
    if (busy !== undefined) {
      this.#twice(busy, ref);
      return;
    }
    const any = Object.entries(kind.inputs).find(
      ([port, input]) => input.type === 'any' && (input.many || !this.#ports.has(port)),
    );
    if (any) this.#placeOn(any[0], any[1], ref);
    else {
      const takes = Object.keys(kind.inputs).length === 0 ? 'no input' : listPorts(kind.inputs);
      this.#fail(
        ref.at,
        `"${ref.stage}" gives ${typesOf(outputs)}, and ${kind.kind} takes ${takes}`,
        {
          hint: this.#offer(kind.inputs),
        },
      );
    }
  }

  #placeOn(port: string, input: InputPort, ref: Known): void {
    if (ref.select === '*' && !input.many) {
      this.#fail(
        ref.at,
        `"${ref.stage}[*]" is every variant, and port "${port}" takes one input`,
        {},
      );
      return;
    }
    const fit = outputsOf(ref).filter(
      ([, output]) => input.type === 'any' || output.type === input.type,
    );
    const chosen = fit.length > 1 ? fit.filter(([name]) => name === port) : fit;
    const [only] = chosen;
    if (fit.length === 0) {
      this.#fail(
        ref.at,
        `"${ref.stage}" gives ${typesOf(outputsOf(ref))}, and port "${port}" takes ${input.type}`,
        {
          hint: this.#offer({ [port]: input }),
        },
      );
    } else if (!only || chosen.length > 1) {
      const names = fit.map(([name]) => `${ref.stage}.${name}`);
      this.#fail(ref.at, `"${ref.stage}" gives several things that port "${port}" could take`, {
        hint: `Say which: ${names.join(' or ')}.`,
      });
    } else {
      const feed: Feed = { stage: ref.target, output: only[0], select: ref.select, at: ref.at };
      const list = this.#ports.get(port) ?? [];
      const same = list.find((other) => isSame(other, feed));
      if (same) {
        this.#fail(ref.at, `port "${port}" gets "${ref.stage}" twice`, {
          related: [{ message: 'first given here', at: same.at }],
        });
      } else if (list.length > 0 && !input.many) this.#twice(port, ref);
      else this.#ports.set(port, [...list, feed]);
    }
  }

  #twice(port: string, ref: Known): void {
    const before = this.#ports.get(port)?.[0];
    this.#fail(ref.at, `port "${port}" is given twice, and takes one input`, {
      ...(before ? { related: [{ message: 'first given here', at: before.at }] } : {}),
    });
  }

  /** Names stages that would fit; where there is none, kinds of them. */
  #offer(ports: Ports): string | undefined {
    const types = new Set(Object.values(ports).map((port) => port.type));
    if (this.#problems.full) return undefined;
    const names = stagesGiving(this.#drafts, types, this.#draft);
    if (names.length > 0) return `Stages that fit: ${names.join(', ')}.`;
    const kinds = [...types].flatMap((type) =>
      this.#tables.kindsGiving(type).map((kind) => `${kind} (${type})`),
    );
    return kinds.length === 0 ? undefined : `No stage fits; kinds that do: ${kinds.join(', ')}.`;
  }

  #fail(
    at: At,
    message: string,
    more: {
      readonly nearest?: string | undefined;
      readonly hint?: string | undefined;
      readonly related?: readonly { readonly message: string; readonly at: At }[];
    },
  ): void {
    this.#uncertain = true;
    this.#problems.error({ at, message, ...more });
  }
}

function isSame(a: Feed, b: Feed): boolean {
  return (
    a.stage === b.stage &&
    a.output === b.output &&
    JSON.stringify(a.select) === JSON.stringify(b.select)
  );
}

function outputsOf(ref: Known): readonly (readonly [string, OutputPort])[] {
  const all = Object.entries(ref.target.outputs ?? {});
  return ref.output === undefined ? all : all.filter(([name]) => name === ref.output);
}

function typesOf(outputs: readonly (readonly [string, OutputPort])[]): string {
  return outputs.length === 0
    ? 'nothing'
    : [...new Set(outputs.map(([, output]) => output.type))].join(', ');
}

/** `features (features), corpus (corpus)`; the type is left out where it is the name. */
export function listPorts(ports: Readonly<Record<string, { readonly type: string }>>): string {
  return Object.entries(ports)
    .map(([name, { type }]) => (name === type ? name : `${name} (${type})`))
    .join(', ');
}

/** Names of stages that give one of the types, in spec order, at most eight. */
export function stagesGiving(
  drafts: ReadonlyMap<string, StageDraft>,
  types: ReadonlySet<string>,
  except?: StageDraft,
): readonly string[] {
  const names: string[] = [];
  for (const draft of drafts.values()) {
    if (names.length === 8) break;
    const gives = Object.values(draft.outputs ?? {}).some((output) => types.has(output.type));
    if (draft !== except && gives) names.push(draft.name);
  }
  return names;
}
