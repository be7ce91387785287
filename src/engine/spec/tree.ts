import type { Json } from '../../util/json.ts';
import type { At } from './source.ts';

/**
 * What was written, with the place of every value: the form in which specs are merged, overridden
 * and interpolated. Immutable; branches may be shared (aliases, whole-value references).
 */
export type Tree = MapTree | ListTree | ScalarTree;

export interface MapTree {
  readonly type: 'map';
  readonly at: At;
  readonly entries: ReadonlyMap<string, Entry>;
  /** Values in the whole branch, shared ones counted each time: what bounds expansion. */
  readonly size: number;
  /** The branch came out of a reference. */
  readonly interpolated?: boolean;
}

export interface ListTree {
  readonly type: 'list';
  readonly at: At;
  readonly items: readonly Tree[];
  readonly size: number;
  readonly interpolated?: boolean;
}

export interface ScalarTree {
  readonly type: 'scalar';
  readonly at: At;
  readonly value: string | number | boolean | null;
  readonly size: 1;
  readonly interpolated?: boolean;
}

export interface Entry {
  /** Place of the key. */
  readonly key: At;
  readonly value: Tree;
}

/** Values that a spec may expand to; a stage has some ten. More is a mistake or an attack. */
export const maxExpandedValues = 1_000_000;

export function mapTree(at: At, entries: ReadonlyMap<string, Entry>): MapTree {
  let size = 1;
  for (const entry of entries.values()) size += entry.value.size;
  return { type: 'map', at, entries, size };
}

export function listTree(at: At, items: readonly Tree[]): ListTree {
  let size = 1;
  for (const item of items) size += item.size;
  return { type: 'list', at, items, size };
}

export function scalarTree(at: At, value: ScalarTree['value']): ScalarTree {
  return { type: 'scalar', at, value, size: 1 };
}

/** The plain value of a branch. */
export function toJson(tree: Tree): Json {
  if (tree.type === 'scalar') return tree.value;
  if (tree.type === 'list') return tree.items.map(toJson);
  const out: Record<string, Json> = {};
  for (const [key, entry] of tree.entries) {
    // `__proto__` assigned plainly would set the prototype instead of a key.
    if (key === '__proto__') Object.defineProperty(out, key, property(toJson(entry.value)));
    else out[key] = toJson(entry.value);
  }
  return out;
}

function property(value: Json): PropertyDescriptor {
  return { value, enumerable: true, configurable: true, writable: true };
}

/** What to underline for a value: the key where nothing visible is written (`n_mels:`). */
export function visible(entry: Entry): At {
  return entry.value.at.end > entry.value.at.start ? entry.value.at : entry.key;
}

export interface Found {
  readonly key: At;
  readonly value: Tree;
  /** How many parts of the path exist. */
  readonly depth: number;
}

/** Follows a path as far as it exists. */
export function follow(start: Entry, path: readonly string[]): Found {
  let { key, value } = start;
  let depth = 0;
  for (const part of path) {
    if (value.type === 'map') {
      const entry = value.entries.get(part);
      if (!entry) break;
      key = entry.key;
      value = entry.value;
    } else if (value.type === 'list') {
      const item = value.items[Number(part)];
      if (!item) break;
      key = item.at;
      value = item;
    } else break;
    depth++;
  }
  return { key, value, depth };
}

/** A short word for what a value is: `a map`, `the text "abc"`, `42`. */
export function show(value: Json | undefined): string {
  if (value === null || value === undefined) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  if (typeof value === 'string') {
    const text = JSON.stringify(value.length > 40 ? `${value.slice(0, 39)}…` : value);
    return `the text ${text}`;
  }
  return String(value);
}
