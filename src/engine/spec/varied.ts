import type { Json, JsonObject } from '../../util/json.ts';
import type { StageKind, Varied } from '../stage.ts';
import { fillDefaults } from './defaults.ts';
import { isFailed } from './interpolate.ts';
import { splitPath } from './override.ts';
import { checkParams } from './params.ts';
import type { Problems } from './problems.ts';
import type { At } from './source.ts';
import type { StageDraft } from './stages.ts';
import { listTree, mapTree, scalarTree, type Tree } from './tree.ts';
import type { Wire } from './types.ts';
import { validateParams } from './validate.ts';
import { type Layer, placeOf } from './written.ts';

/**
 * Checks what stages will set through their template ports (`StageKind.varies`): the stage must be the
 * template's or one that it reads, and every value must be one that the stage takes, like params in `with`.
 */
export function checkVaried(
  drafts: ReadonlyMap<string, StageDraft>,
  wires: ReadonlyMap<string, readonly Wire[]>,
  problems: Problems,
): void {
  for (const draft of drafts.values()) {
    const { kind } = draft;
    if (kind?.varies === undefined) continue;
    const params = soundParams(kind, draft.given);
    if (params === undefined) continue;
    const own = wires.get(draft.name) ?? [];
    for (const varied of kind.varies(params as never)) {
      const [target] = own.find(({ port }) => port === varied.port)?.from ?? [];
      if (target === undefined) continue;
      const read = readBy(target.stage, wires);
      const { at, tree } = placeOf(draft.written, varied.path, 'value');
      if (tree && isFailed(tree)) continue;
      const keyAt = placeOf(draft.written, varied.path.slice(0, 2), 'key').at;
      const layers = [
        ...Object.entries(varied.beside).map(([path, value]) => layerOf(path, value, at, keyAt)),
        layerOf(varied.target, varied.value, at, keyAt),
      ];
      checkOne(varied, { layers, keyAt }, { drafts, read, target: target.stage }, problems);
    }
  }
}

/**
 * Params without those that the schema refuses, filled with defaults; undefined where one that must be given
 * is wrong, or where the kind itself refuses what is left.
 */
function soundParams({ params, check }: StageKind, given: JsonObject): Json | undefined {
  try {
    const wrong = new Set(validateParams(params, given).map(({ path }) => path[0]));
    const sound = Object.fromEntries(Object.entries(given).filter(([name]) => !wrong.has(name)));
    if (validateParams(params, sound).length > 0) return undefined;
    const filled = fillDefaults(params, sound);
    return (check?.(filled as never) ?? []).length > 0 ? undefined : filled;
  } catch {
    // The schema or the check of an own stage is at fault, and that has been told.
    return undefined;
  }
}

interface Placed extends Layer {
  readonly stage: string;
}

function checkOne(
  { target: path }: Varied,
  { layers, keyAt }: { readonly layers: readonly (Placed | undefined)[]; readonly keyAt: At },
  among: {
    readonly drafts: ReadonlyMap<string, StageDraft>;
    readonly read: ReadonlySet<string>;
    readonly target: string;
  },
  problems: Problems,
): void {
  const layer = layers.at(-1);
  if (layer === undefined) {
    problems.error({
      at: keyAt,
      message: `"${path}" is no stage.param`,
      hint: `Write ${among.target}.learning_rate, or a param of what ${among.target} reads.`,
    });
    return;
  }
  const draft = among.drafts.get(layer.stage);
  if (draft === undefined || !among.read.has(layer.stage)) {
    const known = draft !== undefined;
    problems.error({
      at: keyAt,
      message: known
        ? `"${among.target}" reads nothing of "${layer.stage}", so it cannot be varied`
        : `unknown stage "${layer.stage}"`,
      ...(known ? {} : { nearest: problems.nearest(layer.stage, among.read) }),
      hint: `It can vary ${[...among.read].join(', ')}.`,
    });
    return;
  }
  const { kind, written } = draft;
  if (kind === undefined) return;
  if (kind.protocol === true) {
    problems.error({
      at: keyAt,
      message: `"${path}" is part of the protocol, and cannot be searched: ${kind.kind} says which clips there are, and as what`,
      hint: 'Compare protocols with a matrix.',
    });
    return;
  }
  const own = layers.filter((one) => one?.stage === layer.stage).flatMap((one) => one ?? []);
  // What is missing has been told, or is set by the matrix.
  const isMissing = ({ what }: { readonly what: string }): boolean => what === 'missing';
  checkParams(kind, { ...written, layers: [...written.layers, ...own] }, problems, isMissing);
}

/** A value that nobody wrote as such, at the place that asks for it. */
function layerOf(path: string, value: Json, at: At, keyAt: At): Placed | undefined {
  const split = splitPath(path, keyAt);
  if (split === undefined || split.param.includes('')) return undefined;
  const { stage, param, parts } = split;
  return { stage, path: param, parts, entry: { key: keyAt, value: treeOf(value, at) } };
}

function treeOf(value: Json, at: At): Tree {
  if (Array.isArray(value)) {
    return listTree(
      at,
      (value as readonly Json[]).map((item) => treeOf(item, at)),
    );
  }
  if (typeof value !== 'object' || value === null) return scalarTree(at, value as null);
  const entries = Object.entries(value as Readonly<Record<string, Json>>);
  return mapTree(
    at,
    new Map(entries.map(([key, inner]) => [key, { key: at, value: treeOf(inner, at) }])),
  );
}

/** A stage and all that it reads, directly or not. */
function readBy(stage: string, wires: ReadonlyMap<string, readonly Wire[]>): ReadonlySet<string> {
  const found = new Set([stage]);
  for (const name of found) {
    for (const { from } of wires.get(name) ?? []) for (const one of from) found.add(one.stage);
  }
  return found;
}
