import type { ArtifactType } from '../artifact.ts';
import { assignPorts, stagesGiving, type WireTables, type Wiring } from './assign.ts';
import { NearestAncestors } from './nearest-ancestor.ts';
import { orderOf } from './order.ts';
import type { Problems } from './problems.ts';
import { checkReplaced } from './replaced-param.ts';
import type { StageDraft } from './stages.ts';
import { visible } from './tree.ts';
import type { Wire } from './types.ts';

/**
 * Wires every stage: what `in` names, then required ports that were omitted, from the nearest
 * ancestor of their type. Reports cycles, inputs that are missing or ambiguous, and unused stages.
 */
export function wireStages(
  drafts: ReadonlyMap<string, StageDraft>,
  tables: WireTables,
  problems: Problems,
): {
  readonly wires: ReadonlyMap<string, readonly Wire[]>;
  /** Every wire is known: what reads nothing of a stage truly does not. */
  readonly certain: boolean;
} {
  const list = [...drafts.values()];
  const index = new Map(list.map((draft, i) => [draft.name, i]));
  const wirings = list.map((draft) => assignPorts(draft, drafts, tables, problems));
  for (const [i, wiring] of wirings.entries()) {
    const draft = list[i];
    if (draft) checkReplaced(draft, wiring, tables.axes, problems);
  }
  const parents = wirings.map(({ reads }) => [
    ...new Set(reads.map(({ stage }) => index.get(stage.name) ?? 0)),
  ]);
  const { sorted, cycles } = orderOf(parents);
  for (const cycle of cycles) reportCycle(cycle, list, wirings, problems);

  const ancestors = new NearestAncestors(parents, sorted, (node, type) =>
    Object.values(list[node]?.outputs ?? {}).some((output) => output.type === type),
  );
  const used = new Set<number>(parents.flat());
  const filled = new Map<number, readonly Wire[]>();
  // A stage whose ancestor is wrong may lack an input for that reason: it is not held against it.
  const uncertain = wirings.map((wiring) => wiring.uncertain);
  for (const node of sorted) {
    const draft = list[node];
    const wiring = wirings[node];
    if (!draft || !wiring) continue;
    uncertain[node] ||= (parents[node] ?? []).some((parent) => uncertain[parent]);
    const result = fillPorts(draft, wiring, ancestors.find.bind(ancestors, node), {
      uncertain: uncertain[node] === true,
      list,
      drafts,
      tables,
      problems,
    });
    if (!result.complete) uncertain[node] = true;
    filled.set(node, result.wires);
    for (const { from } of result.wires) {
      for (const { stage } of from) used.add(index.get(stage) ?? 0);
    }
  }
  const wires = new Map<string, readonly Wire[]>();
  for (const [node, draft] of list.entries()) {
    const wiring = wirings[node];
    if (wiring) wires.set(draft.name, inPortOrder(draft, wiring, filled.get(node) ?? []));
  }
  for (const [node, draft] of list.entries()) {
    if (!used.has(node)) warnUnused(draft, tables.artifacts, problems);
  }
  const certain = sorted.length === list.length && uncertain.every((one) => !one);
  return { wires, certain };
}

function inPortOrder(draft: StageDraft, wiring: Wiring, filled: readonly Wire[]): readonly Wire[] {
  const written = [...wiring.ports].map(
    ([port, feeds]): Wire => ({
      port,
      from: feeds.map(({ stage, output, select }) => ({ stage: stage.name, output, select })),
      filled: false,
    }),
  );
  const order = Object.keys(draft.kind?.inputs ?? {});
  const rank = ({ port }: Wire): number => {
    const at = order.indexOf(port);
    return at < 0 ? order.length : at;
  };
  return [...written, ...filled].sort((a, b) => rank(a) - rank(b));
}

function fillPorts(
  draft: StageDraft,
  wiring: Wiring,
  find: (type: string) => readonly number[],
  context: {
    readonly uncertain: boolean;
    readonly list: readonly StageDraft[];
    readonly drafts: ReadonlyMap<string, StageDraft>;
    readonly tables: WireTables;
    readonly problems: Problems;
  },
): { readonly wires: readonly Wire[]; readonly complete: boolean } {
  const { uncertain, list, drafts, tables, problems } = context;
  const at = draft.in ? visible(draft.in) : draft.entry.key;
  const filled: Wire[] = [];
  let required = 0;
  for (const [port, input] of Object.entries(draft.kind?.inputs ?? {})) {
    if (input.optional || wiring.ports.has(port)) continue;
    required++;
    const candidates = find(input.type).flatMap((node) => list[node] ?? []);
    const [only] = candidates;
    if (candidates.length > 1) {
      if (uncertain) continue;
      const names = candidates.map((candidate) => candidate.name);
      problems.error({
        at,
        message: `port "${port}" of "${draft.name}" could read ${names.join(' or ')}`,
        hint: `Say which: in: { ${[...wiring.ports.keys()].map((p) => `${p}: …, `).join('')}${port}: ${names[0]} }.`,
        related: candidates.map((candidate) => ({
          message: `"${candidate.name}" gives ${input.type}`,
          at: candidate.entry.key,
        })),
      });
    } else if (only) {
      const outputs = Object.entries(only.outputs ?? {}).filter(([, o]) => o.type === input.type);
      const named = outputs.find(([name]) => name === port) ?? outputs[0];
      if (outputs.length > 1 && named?.[0] !== port) {
        if (uncertain) continue;
        problems.error({
          at,
          message: `port "${port}" of "${draft.name}" could read several outputs of "${only.name}"`,
          hint: `Say which: in: { ${port}: ${outputs.map(([name]) => `${only.name}.${name}`).join(' or ')} }.`,
        });
      } else if (named) {
        filled.push({
          port,
          from: [{ stage: only.name, output: named[0], select: {} }],
          filled: true,
        });
      }
    } else if (!uncertain) {
      const stages = problems.full ? [] : stagesGiving(drafts, new Set([input.type]), draft);
      const kinds = tables.kindsGiving(input.type);
      problems.error({
        at,
        message: `stage "${draft.name}" has no ${input.type} for its port "${port}"`,
        hint:
          stages.length > 0
            ? `Stages that give ${input.type}: ${stages.join(', ')}. Name one under in.`
            : `No stage gives ${input.type}${kinds.length > 0 ? `; kinds that do: ${kinds.join(', ')}` : ''}.`,
      });
    }
  }
  return { wires: filled, complete: filled.length === required };
}

function reportCycle(
  cycle: readonly number[],
  list: readonly StageDraft[],
  wirings: readonly Wiring[],
  problems: Problems,
): void {
  // From what is read to what reads it, starting at the stage that is written first.
  const forward = [...cycle].reverse();
  const first = forward.indexOf(Math.min(...forward));
  const nodes = [...forward.slice(first), ...forward.slice(0, first)];
  const steps = nodes.map((node, i) => {
    const before = nodes[(i + nodes.length - 1) % nodes.length] ?? node;
    const read = wirings[node]?.reads.find(({ stage }) => stage === list[before]);
    return { name: list[node]?.name ?? '', from: list[before]?.name ?? '', at: read?.at };
  });
  const all = steps.map((step) => step.name);
  const names =
    all.length > 12 ? [...all.slice(0, 8), `… (${all.length - 10} more)`, ...all.slice(-2)] : all;
  problems.error({
    ...(steps[0]?.at ? { at: steps[0].at } : {}),
    message: `stages read each other in a circle: ${[...names, all[0]].join(' → ')}`,
    hint: 'Take one of these wires out.',
    related: steps
      .slice(1, 9)
      .flatMap(({ name, from, at }) => (at ? [{ message: `"${name}" reads "${from}"`, at }] : [])),
  });
}

function warnUnused(
  draft: StageDraft,
  artifacts: Readonly<Record<string, ArtifactType>>,
  problems: Problems,
): void {
  const outputs = Object.values(draft.outputs ?? {});
  const idle = outputs.filter(({ type }) => artifacts[type] && !artifacts[type].sink);
  if (idle.length === 0) return;
  const types = [...new Set(idle.map(({ type }) => type))].join(', ');
  problems.warning({
    at: draft.entry.key,
    message: `stage "${draft.name}" is unused: nobody reads its ${types}`,
    hint: 'Wire it into another stage, or take it out.',
  });
}
