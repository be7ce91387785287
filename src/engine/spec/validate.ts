import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Json } from '../../util/json.ts';
import { isJsonObject } from '../../util/json.ts';
import { loosen } from './loosen.ts';
import type { SchemaNode } from './schema-node.ts';
import { asSchema, branches, hasDefault, itemSchema, propertySchema } from './schema-node.ts';
import { describe, literals } from './schema-words.ts';
import { show } from './tree.ts';

/** What is wrong with a value, by the path inside it. */
export interface ValueProblem {
  readonly path: readonly string[];
  /** `unknown`: the key at `path` is not known. `missing`: it should be there. `value`: it is wrong. */
  readonly what: 'unknown' | 'missing' | 'value';
  /** For `missing` only what is missing: `param "folds"`. */
  readonly message: string;
  /** What was written, and what could have been meant. */
  readonly word?: string;
  readonly candidates?: readonly string[];
  readonly hint?: string;
  /** The value is right in another form: in quotes, as the only one of a list, or both. */
  readonly rewrite?: { readonly quotes: boolean; readonly list: boolean };
  /** The value may be a secret written out: it must not be shown. */
  readonly secret?: true;
}

const ajv = new Ajv({
  allErrors: true,
  strict: true,
  allowUnionTypes: true,
  verbose: true,
  // The schemas come from TypeBox; checking them against the metaschema would double the time.
  validateSchema: false,
});
ajv.addKeyword('x-affekt');

const compiled = new WeakMap<object, ValidateFunction>();

/**
 * What is wrong with params as a user wrote them. Nothing is coerced, and what has a default may be
 * absent. Throws when the schema itself is not sound.
 */
export function validateParams(schema: object, value: Json): readonly ValueProblem[] {
  return validate(asSchema(schema), value, []);
}

function validate(
  schema: SchemaNode,
  value: Json,
  path: readonly string[],
): readonly ValueProblem[] {
  let check = compiled.get(schema);
  if (!check) {
    check = ajv.compile(loosen(schema) as object);
    compiled.set(schema, check);
  }
  if (check(value)) return [];
  return explain(schema, value, path, check.errors ?? []);
}

function explain(
  root: SchemaNode,
  value: Json,
  base: readonly string[],
  errors: readonly ErrorObject[],
): readonly ValueProblem[] {
  const unions = errors.filter((e) => e.keyword === 'anyOf' || e.keyword === 'oneOf');
  const problems: ValueProblem[] = [];
  const wrong = new Set<string>();
  for (const error of errors) {
    // What a branch of a union says is worded with the union.
    if (unions.some((u) => error !== u && error.schemaPath.startsWith(`${u.schemaPath}/`)))
      continue;
    const { schema, value: data, path: inside } = descend(root, value, pointer(error.instancePath));
    const path = [...base, ...inside];
    const name = path.length === 0 ? 'the params' : `"${path.join('.')}"`;
    const params = error.params as Readonly<Record<string, string>>;
    if (schema['x-affekt'] === 'secret') {
      if (wrong.has(name)) continue;
      wrong.add(name);
      problems.push(notSecret(path));
    } else if (error.keyword === 'additionalProperties') {
      const key = params['additionalProperty'] ?? '';
      problems.push(unknownKey(path, key, schema));
    } else if (error.keyword === 'required') {
      problems.push(missingKey(path, params['missingProperty'] ?? '', schema));
    } else if (error.keyword === 'anyOf' || error.keyword === 'oneOf') {
      problems.push(...explainUnion(schema, data, path));
    } else if (error.keyword !== 'if' && !wrong.has(name)) {
      wrong.add(name);
      problems.push(mustBe(schema, data, path));
    }
  }
  return problems;
}

function notSecret(path: readonly string[]): ValueProblem {
  return {
    path,
    what: 'value',
    message: `"${path.join('.')}" is a secret and takes only { secret: NAME }`,
    hint: 'NAME is the environment variable that holds it; its value is never stored.',
    secret: true,
  };
}

function unknownKey(path: readonly string[], key: string, schema: SchemaNode): ValueProblem {
  const names = Object.keys(schema.properties ?? {});
  const inside = path.length === 0 ? '' : ` in "${path.join('.')}"`;
  return {
    path: [...path, key],
    what: 'unknown',
    message: `unknown param "${key}"${inside}`,
    word: key,
    candidates: names,
    ...(names.length > 0 && names.length <= 12 ? { hint: `It takes ${names.join(', ')}.` } : {}),
  };
}

function missingKey(path: readonly string[], key: string, schema: SchemaNode): ValueProblem {
  const inner = schema.properties?.[key];
  const full = [...path, key];
  const about = inner?.description ? `: ${inner.description}` : '';
  return {
    path: full,
    what: 'missing',
    message: `param "${full.join('.')}"`,
    ...(inner ? { hint: `It must be ${describe(inner)}${about}` } : {}),
  };
}

function mustBe(schema: SchemaNode, value: Json, path: readonly string[]): ValueProblem {
  const names = literals(schema).filter((one): one is string => typeof one === 'string');
  const quoted =
    typeof value === 'string' &&
    value.trim() !== '' &&
    Number.isFinite(Number(value)) &&
    branches(schema).some((one) => one.type === 'number' || one.type === 'integer');
  const pattern = schema.type === 'array' && Array.isArray(value) ? listProblem(schema, value) : '';
  return {
    path,
    what: 'value',
    message: `${path.length === 0 ? 'the params' : `"${path.join('.')}"`} must be ${describe(schema)}, not ${pattern || show(value)}`,
    ...(typeof value === 'string' && names.length > 0 ? { word: value, candidates: names } : {}),
    ...hintFor(schema, value, quoted),
  };
}

/** What people who know YAML 1.1 or other tools get wrong about types. */
function hintFor(
  schema: SchemaNode,
  value: Json,
  quoted: boolean,
): Pick<ValueProblem, 'hint' | 'rewrite'> {
  const types = branches(schema).map((one) => one.type);
  if (quoted) return { hint: 'Take the quotes away: a quoted number is a text.' };
  if (typeof value === 'string' && /^(yes|no|on|off)$/i.test(value) && types.includes('boolean')) {
    return { hint: `Write ${/^(yes|on)$/i.test(value) ? 'true' : 'false'}.` };
  }
  const bare = typeof value === 'number' || typeof value === 'boolean';
  if (bare && types.includes('string')) return { rewrite: { quotes: true, list: false } };
  if (!bare && typeof value !== 'string') return {};
  const lists = branches(schema).filter(({ type }) => type === 'array');
  const takes = (one: Json): boolean =>
    lists.some((list) => validate(list, [one], []).length === 0);
  if (takes(value)) return { rewrite: { quotes: false, list: true } };
  return takes(String(value)) ? { rewrite: { quotes: true, list: true } } : {};
}

function listProblem(schema: SchemaNode, value: readonly Json[]): string {
  const want = Array.isArray(schema.items) ? schema.items.length : undefined;
  const count = value.length;
  const fits =
    count === (want ?? count) &&
    count >= (schema.minItems ?? 0) &&
    count <= (schema.maxItems ?? count);
  return fits ? 'this list' : `a list of ${count}`;
}

function explainUnion(
  schema: SchemaNode,
  value: Json,
  path: readonly string[],
): readonly ValueProblem[] {
  const list = branches(schema).flatMap((one) =>
    (one.anyOf ?? one.oneOf) ? branches(one) : [one],
  );
  if (!isJsonObject(value) && list.some((one) => one['x-affekt'] === 'secret')) {
    return [notSecret(path)];
  }
  if (isJsonObject(value)) {
    const maps = list.filter((one) => one.type === 'object' || one['x-affekt'] === 'secret');
    const [only] = maps;
    if (only && maps.length === 1) return validate(only, value, path);
    if (maps.length > 1) return explainTagged(maps, value, path);
  }
  if (Array.isArray(value)) {
    const lists = list.filter((one) => one.type === 'array');
    const [only] = lists;
    if (only && lists.length === 1) return validate(only, value, path);
  }
  return [mustBe(schema, value, path)];
}

/** Maps that are told apart by a constant, such as `scheme`. */
function explainTagged(
  maps: readonly SchemaNode[],
  value: { readonly [key: string]: Json },
  path: readonly string[],
): readonly ValueProblem[] {
  const tags = Object.keys(maps[0]?.properties ?? {}).filter((key) =>
    maps.every((one) => literals(one.properties?.[key] ?? {}).length > 0),
  );
  const [tag] = tags;
  if (tag !== undefined) {
    const given = value[tag];
    const branch = maps.find((one) =>
      given === undefined
        ? hasDefault(one.properties?.[tag])
        : literals(one.properties?.[tag] ?? {}).includes(given),
    );
    if (branch) return validate(branch, value, path);
    const allowed: SchemaNode = {
      enum: maps.flatMap((one) => literals(one.properties?.[tag] ?? {})),
    };
    if (given !== undefined) return [mustBe(allowed, given, [...path, tag])];
    return [missingKey(path, tag, { properties: { [tag]: allowed } })];
  }
  const tried = maps.map((one) => validate(one, value, path));
  return tried.reduce((best, one) => (one.length < best.length ? one : best));
}

/** Follows a path through schema and value, as far as a secret: what is inside one is its own. */
function descend(
  schema: SchemaNode,
  value: Json,
  path: readonly string[],
): { readonly schema: SchemaNode; readonly value: Json; readonly path: readonly string[] } {
  let node = schema;
  let inner = value;
  for (const [depth, part] of path.entries()) {
    if (node['x-affekt'] === 'secret')
      return { schema: node, value: inner, path: path.slice(0, depth) };
    if (Array.isArray(inner)) {
      node = itemSchema(node, Number(part)) ?? {};
      inner = inner[Number(part)] as Json;
    } else {
      node = propertySchema(node, part) ?? {};
      inner = isJsonObject(inner) ? (inner[part] as Json) : null;
    }
  }
  return { schema: node, value: inner, path };
}

function pointer(text: string): readonly string[] {
  return text === ''
    ? []
    : text
        .slice(1)
        .split('/')
        .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}
