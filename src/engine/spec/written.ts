import { isAbsolute, relative, resolve, sep } from 'node:path';
import type { Json, JsonObject } from '../../util/json.ts';
import { isJsonObject } from '../../util/json.ts';
import { setParam } from './defaults.ts';
import type { SchemaNode } from './schema-node.ts';
import { asSchema, branchOf, itemSchema, propertySchema } from './schema-node.ts';
import type { At } from './source.ts';
import type { Entry, Tree } from './tree.ts';
import { follow, toJson, visible } from './tree.ts';

/** One override of a stage's param: from the command line or a variant of the matrix. */
export interface Layer {
  /** Inside the params: `['split', 'folds']`. */
  readonly path: readonly string[];
  /** Place of each part of the path. */
  readonly parts: readonly At[];
  readonly entry: Entry;
}

/** Where a stage's params were written: under `with`, then overrides on top. */
export interface Written {
  readonly stage: Entry;
  readonly with: Entry | undefined;
  readonly layers: readonly Layer[];
}

export interface Place {
  readonly at: At;
  /** What was written there, when it is the whole of what was asked for. */
  readonly tree?: Tree;
}

/** The params that result. */
export function paramsOf(schema: object, written: Written): JsonObject {
  const base = written.with ? toJson(written.with.value) : {};
  let params = isJsonObject(base) ? base : {};
  for (const layer of written.layers) {
    params = setParam(schema, params, layer.path, toJson(layer.entry.value));
  }
  return params;
}

/** Place to underline for the param at `path`: its key, or its value; the nearest thing written if it is absent. */
export function placeOf(written: Written, path: readonly string[], which: 'key' | 'value'): Place {
  for (const layer of [...written.layers].reverse()) {
    const shared = sharedLength(layer.path, path);
    if (shared === layer.path.length) {
      const found = follow(layer.entry, path.slice(shared));
      if (found.depth === path.length - shared) {
        const key = found.depth === 0 ? (layer.parts.at(-1) ?? layer.entry.key) : found.key;
        return { at: which === 'key' ? key : visible(found), tree: found.value };
      }
      return { at: found.depth === 0 ? layer.entry.key : found.key };
    }
    if (shared === path.length && path.length > 0) {
      return { at: layer.parts[shared - 1] ?? layer.entry.key };
    }
  }
  if (written.with) {
    const found = follow(written.with, path);
    if (found.depth === path.length) {
      return { at: which === 'key' ? found.key : visible(found), tree: found.value };
    }
    if (found.depth > 0) return { at: found.key };
    const near = written.layers.find((layer) => sharedLength(layer.path, path) > 0);
    return { at: near ? near.entry.key : written.with.key };
  }
  const near = written.layers.find((layer) => sharedLength(layer.path, path) > 0);
  return { at: near ? near.entry.key : written.stage.key };
}

function sharedLength(a: readonly string[], b: readonly string[]): number {
  let n = 0;
  while (n < a.length && n < b.length && a[n] === b[n]) n++;
  return n;
}

/** Calls `visit` for every value whose schema is marked `x-affekt: mark`. */
export function visitMarked(
  schema: object,
  value: Json,
  mark: 'secret' | 'path',
  visit: (path: readonly string[], value: Json) => void,
): void {
  if (!isMarked(asSchema(schema), mark)) return;
  const walk = (node: SchemaNode, inner: Json, path: readonly string[]): void => {
    if (node['x-affekt'] === mark) visit(path, inner);
    const branch = branchOf(node, inner);
    if (branch === undefined) return;
    if (branch !== node && branch['x-affekt'] === mark) visit(path, inner);
    if (Array.isArray(inner)) {
      for (const [i, item] of (inner as readonly Json[]).entries()) {
        walk(itemSchema(branch, i) ?? {}, item, [...path, String(i)]);
      }
    } else if (isJsonObject(inner)) {
      for (const [key, item] of Object.entries(inner)) {
        walk(propertySchema(branch, key) ?? {}, item, [...path, key]);
      }
    }
  };
  walk(asSchema(schema), value, []);
}

const marked = new WeakMap<object, Map<string, boolean>>();

function isMarked(schema: SchemaNode, mark: string): boolean {
  const known = marked.get(schema) ?? new Map<string, boolean>();
  marked.set(schema, known);
  const before = known.get(mark);
  if (before !== undefined) return before;
  const found = JSON.stringify(schema).includes(`"x-affekt":"${mark}"`);
  known.set(mark, found);
  return found;
}

/**
 * A path as it is read from `folder`, when it was written in a file of another folder (a base, the
 * command line). Absolute paths and URLs stay.
 */
function rebase(path: string, from: string, folder: string): string {
  if (from === folder || isAbsolute(path) || /^[a-z][a-z0-9+.-]*:\/\//i.test(path)) return path;
  const moved = relative(folder, resolve(from, path)).split(sep).join('/');
  return moved === '' ? '.' : moved;
}

/** Params whose relative paths all start from `folder`, wherever each was written. */
export function rebasePaths(
  schema: object,
  params: JsonObject,
  written: Written,
  folder: string,
): JsonObject {
  const folderOf = (path: readonly string[]): string =>
    placeOf(written, path, 'value').tree?.at.source.folder ?? folder;
  return movePaths(schema, params, folderOf, folder);
}

/** Params as they are written in a file of `folder`, whose relative paths start from what `from` says of each. */
export function movePaths(
  schema: object,
  params: JsonObject,
  from: (path: readonly string[]) => string,
  folder: string,
): JsonObject {
  let out = params;
  visitMarked(schema, params, 'path', (path, value) => {
    if (typeof value !== 'string') return;
    const moved = rebase(value, from(path), folder);
    if (moved !== value) out = replace(out, path, moved) as JsonObject;
  });
  return out;
}

function replace(value: Json, path: readonly string[], to: Json): Json {
  const [head, ...rest] = path;
  if (head === undefined) return to;
  if (Array.isArray(value)) {
    return value.map((item: Json, i) => (String(i) === head ? replace(item, rest, to) : item));
  }
  return isJsonObject(value) ? { ...value, [head]: replace(value[head] ?? null, rest, to) } : value;
}
