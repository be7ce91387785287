import type { Json, JsonObject } from '../../util/json.ts';
import { isJsonObject } from '../../util/json.ts';
import type { SchemaNode } from './schema-node.ts';
import {
  asSchema,
  branchOf,
  equalJson,
  hasDefault,
  itemSchema,
  propertySchema,
} from './schema-node.ts';

/**
 * A valid value with every default filled in, at any depth: what a stage is run with. In a union the
 * branch is the first that the value fits. Keys come in the schema's order, extra ones after them.
 */
export function fillDefaults(schema: object, value: Json): Json {
  return fill(asSchema(schema), value);
}

function fill(schema: SchemaNode, value: Json): Json {
  const branch = branchOf(schema, value);
  if (branch === undefined) return value;
  if (Array.isArray(value)) {
    return holdsScalars(branch)
      ? value
      : value.map((item: Json, i) => {
          const inner = itemSchema(branch, i);
          return inner ? fill(inner, item) : item;
        });
  }
  if (!isJsonObject(value) || branch['x-affekt'] === 'secret') return value;
  // A map: assigning `__proto__` to an object would set its prototype.
  const out = new Map<string, Json>();
  for (const [key, inner] of Object.entries(branch.properties ?? {})) {
    const given = Object.hasOwn(value, key) ? value[key] : undefined;
    if (given !== undefined) out.set(key, fill(inner, given));
    else {
      const own = absent(branch, key, inner);
      if (own !== undefined) out.set(key, own);
    }
  }
  for (const [key, given] of Object.entries(value)) {
    if (out.has(key) || given === undefined) continue;
    const inner = propertySchema(branch, key);
    out.set(key, inner ? fill(inner, given) : given);
  }
  return Object.fromEntries(out);
}

/** Nothing can be filled in or dropped within a list of scalars: it is passed on, however long. */
function holdsScalars({ items }: SchemaNode): boolean {
  if (items === undefined || Array.isArray(items)) return false;
  const { type } = items as SchemaNode;
  return type === 'string' || type === 'number' || type === 'integer' || type === 'boolean';
}

/** What an absent key stands for: its default, or the defaults of a required map's keys. */
function absent(parent: SchemaNode, key: string, schema: SchemaNode): Json | undefined {
  const filled = schema.default !== undefined || (parent.required ?? []).includes(key);
  return filled ? defaultOf(schema) : undefined;
}

/** Defaults by schema: the calls of a coordinator ask for the same ones again and again. */
const known = new WeakMap<SchemaNode, Json>();

/** Shared by all params of a process: what changed one of them would change the others. */
function frozen(value: Json): Json {
  if (value !== null && typeof value === 'object')
    for (const one of Object.values(value)) frozen(one);
  return Object.freeze(value);
}

/** What stands where nothing is written; `undefined` where something must be. */
export function defaultOf(schema: object): Json | undefined {
  const node = asSchema(schema);
  if (!hasDefault(node)) return undefined;
  const own = known.get(node) ?? frozen(fill(node, node.default === undefined ? {} : node.default));
  known.set(node, own);
  return own;
}

/**
 * The shortest value with the meaning of a full one: keys that equal their default are left out, at any
 * depth. `fillDefaults` gives the full value back, and two values of one meaning drop to one form,
 * so the result can stand in a key.
 */
export function dropDefaults(schema: object, full: Json): Json {
  return drop(asSchema(schema), full);
}

function drop(schema: SchemaNode, value: Json): Json {
  const branch = branchOf(schema, value);
  if (branch === undefined) return value;
  if (Array.isArray(value)) {
    return holdsScalars(branch)
      ? value
      : value.map((item: Json, i) => {
          const inner = itemSchema(branch, i);
          return inner ? drop(inner, item) : item;
        });
  }
  if (!isJsonObject(value) || branch['x-affekt'] === 'secret') return value;
  const out = new Map<string, Json>();
  for (const [key, given] of Object.entries(value)) {
    const inner = propertySchema(branch, key);
    if (inner === undefined) {
      out.set(key, given);
      continue;
    }
    const own = absent(branch, key, inner);
    if (own === undefined || !equalJson(own, given)) out.set(key, drop(inner, given));
  }
  return Object.fromEntries(out);
}

/**
 * Params with the value at `path` replaced: what an override means, wherever it is written. Maps on
 * the way are copied. A map that was not written starts from what its default says beyond its own
 * inner defaults (the scheme of a split), so `split.folds: 5` changes the default split.
 */
export function setParam(
  schema: object,
  params: JsonObject,
  path: readonly string[],
  value: Json,
): JsonObject {
  const [head, ...rest] = path;
  if (head === undefined) return params;
  if (rest.length === 0) return { ...params, [head]: value };
  const branch = branchOf(asSchema(schema), params) ?? asSchema(schema);
  const inner = propertySchema(branch, head) ?? {};
  let start = Object.hasOwn(params, head) ? params[head] : undefined;
  if (start === undefined && inner.default !== undefined)
    start = dropDefaults(inner, fillDefaults(inner, inner.default));
  return { ...params, [head]: setParam(inner, isJsonObject(start) ? start : {}, rest, value) };
}
