import type { Json } from '../../util/json.ts';
import { isJsonObject } from '../../util/json.ts';

/** The part of JSON Schema that TypeBox writes and params use. */
export interface SchemaNode {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: Json;
  readonly const?: Json;
  readonly enum?: readonly Json[];
  readonly anyOf?: readonly SchemaNode[];
  readonly oneOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly patternProperties?: Readonly<Record<string, SchemaNode>>;
  readonly additionalProperties?: boolean | SchemaNode;
  readonly required?: readonly string[];
  readonly items?: SchemaNode | readonly SchemaNode[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  /**
   * `secret`: takes only `{ secret: NAME }`. `path`: a path or glob, relative to the file that wrote it.
   */
  readonly 'x-affekt'?: 'secret' | 'path';
}

export function asSchema(schema: object): SchemaNode {
  return schema as SchemaNode;
}

/** The alternatives of a union; the schema itself where it is none. */
export function branches(schema: SchemaNode): readonly SchemaNode[] {
  return schema.anyOf ?? schema.oneOf ?? [schema];
}

/** Schema of a key of a map: declared, by pattern, or the rest's. */
export function propertySchema(schema: SchemaNode, key: string): SchemaNode | undefined {
  if (schema.properties && Object.hasOwn(schema.properties, key)) return schema.properties[key];
  for (const [pattern, inner] of Object.entries(schema.patternProperties ?? {})) {
    if (new RegExp(pattern, 'u').test(key)) return inner;
  }
  return typeof schema.additionalProperties === 'object' ? schema.additionalProperties : undefined;
}

export function itemSchema(schema: SchemaNode, index: number): SchemaNode | undefined {
  const { items } = schema;
  return Array.isArray(items)
    ? (items as readonly SchemaNode[])[index]
    : (items as SchemaNode | undefined);
}

/**
 * Whether a value has the shape of a schema: types, constants and keys, not ranges. Enough to tell
 * which branch of a union a valid value belongs to.
 */
function fits(schema: SchemaNode, value: Json): boolean {
  if (schema.anyOf ?? schema.oneOf) return branches(schema).some((branch) => fits(branch, value));
  if (schema['x-affekt'] === 'secret') return isJsonObject(value) || value === null;
  if (schema.const !== undefined) return equalJson(schema.const, value);
  if (schema.enum) return schema.enum.some((one) => equalJson(one, value));
  if (
    schema.type !== undefined &&
    !([schema.type].flat() as string[]).some((t) => isType(t, value))
  ) {
    return false;
  }
  if (Array.isArray(value)) {
    return value.every((item, i) => {
      const inner = itemSchema(schema, i);
      return inner === undefined ? !Array.isArray(schema.items) : fits(inner, item);
    });
  }
  if (!isJsonObject(value)) return true;
  const missing = (schema.required ?? []).some(
    (key) => value[key] === undefined && !hasDefault(schema.properties?.[key]),
  );
  return (
    !missing &&
    Object.entries(value).every(([key, inner]) => {
      const inside = propertySchema(schema, key);
      return inside === undefined ? schema.additionalProperties !== false : fits(inside, inner);
    })
  );
}

/** Whether an absent value can be filled in: it has a default, or is a map of nothing but such. */
export function hasDefault(schema: SchemaNode | undefined): boolean {
  if (schema === undefined) return false;
  if (schema.default !== undefined) return true;
  return (
    schema.type === 'object' &&
    schema.properties !== undefined &&
    (schema.required ?? []).every((key) => hasDefault(schema.properties?.[key]))
  );
}

/** The branch of a union that a value belongs to; the schema itself where it is none. */
export function branchOf(schema: SchemaNode, value: Json): SchemaNode | undefined {
  const list = schema.anyOf ?? schema.oneOf;
  if (list === undefined) return schema;
  const branch = list.find((one) => fits(one, value));
  return branch && branchOf(branch, value);
}

function isType(type: string, value: Json): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isJsonObject(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

/** Equality of JSON values; the order of keys does not matter. */
export function equalJson(a: Json, b: Json): boolean {
  if (a === b) return true;
  if (Array.isArray(a)) {
    return (
      Array.isArray(b) && a.length === b.length && a.every((x, i) => equalJson(x, b[i] as Json))
    );
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equalJson(a[key] as Json, b[key] as Json))
  );
}
