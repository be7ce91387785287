import type { Json } from '../../util/json.ts';
import type { SchemaNode } from './schema-node.ts';
import { branches } from './schema-node.ts';

/** More names in a message are not read. */
const maxNames = 16;

/** What a schema allows, in words that fit after "must be": `an integer from 1 to 512`. */
export function describe(schema: SchemaNode): string {
  if (schema['x-affekt'] === 'secret')
    return '{ secret: NAME }, the name of an environment variable';
  if (schema.const !== undefined) return literal(schema.const);
  if (schema.enum) return oneOf(schema.enum.map(literal));
  if (schema.anyOf ?? schema.oneOf) return describeUnion(branches(schema));
  const types = schema.type === undefined ? [] : ([schema.type].flat() as readonly string[]);
  if (types.length > 1) {
    return types.map((type) => describe({ ...schema, type })).join(' or ');
  }
  switch (types[0]) {
    case 'integer':
      return `an integer${range(schema)}`;
    case 'number':
      return `a number${range(schema)}`;
    case 'boolean':
      return 'true or false';
    case 'string':
      return describeText(schema);
    case 'null':
      return 'null';
    case 'array':
      return describeList(schema);
    case 'object':
      return describeMap(schema);
    default:
      return 'a value';
  }
}

/** Literal values that a union or enum allows. */
export function literals(schema: SchemaNode): readonly Json[] {
  if (schema.const !== undefined) return [schema.const];
  if (schema.enum) return schema.enum;
  if (schema.anyOf ?? schema.oneOf) return branches(schema).flatMap(literals);
  return [];
}

function describeUnion(list: readonly SchemaNode[]): string {
  const values = list.filter((one) => literals(one).length > 0).flatMap(literals);
  const others = list.filter((one) => literals(one).length === 0 && one.type !== 'null');
  const words = [...new Set(others.map(describe))];
  if (values.length > 0) words.unshift(oneOf(values.map(literal)));
  if (list.some((one) => one.type === 'null')) words.push('null');
  return words.join(', or ');
}

function oneOf(names: readonly string[]): string {
  if (names.length === 1) return names[0] ?? '';
  const shown = names.slice(0, maxNames).join(', ');
  return `one of ${shown}${names.length > maxNames ? ', …' : ''}`;
}

function literal(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function range(schema: SchemaNode): string {
  const { minimum: min, maximum: max, exclusiveMinimum: above, exclusiveMaximum: below } = schema;
  const step = schema.multipleOf === undefined ? '' : `, a multiple of ${schema.multipleOf}`;
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}${step}`;
  const low = min !== undefined ? `≥ ${min}` : above !== undefined ? `> ${above}` : '';
  const high = max !== undefined ? `≤ ${max}` : below !== undefined ? `< ${below}` : '';
  const both = [low, high].filter((part) => part !== '').join(' and ');
  return `${both === '' ? '' : ` ${both}`}${step}`;
}

/** `a map of width (and count)`: keys that must be there, and those that may. */
function describeMap({ properties, required = [] }: SchemaNode): string {
  const names = Object.keys(properties ?? {});
  const must = names.filter((name) => required.includes(name));
  const may = names.filter((name) => !required.includes(name));
  if (names.length === 0 || names.length > maxNames) return 'a map';
  if (must.length === 0) return `a map of ${listed(may)}`;
  return `a map of ${listed(must)}${may.length === 0 ? '' : ` (and ${listed(may)})`}`;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

function describeText(schema: SchemaNode): string {
  if (schema.pattern !== undefined) return `a text that matches ${schema.pattern}`;
  if (schema.format !== undefined) return `a text in the form of a ${schema.format}`;
  if (schema.minLength === 1) return 'a text that is not empty';
  return 'a text';
}

function describeList(schema: SchemaNode): string {
  if (Array.isArray(schema.items)) {
    const items = schema.items as readonly SchemaNode[];
    const kinds = [...new Set(items.map(describe))];
    return kinds.length === 1
      ? `a list of ${items.length}, each ${kinds[0]}`
      : `a list of ${items.length}: ${kinds.join('; ')}`;
  }
  const { minItems: min, maxItems: max } = schema;
  const count =
    min !== undefined && min === max
      ? ` of ${min}`
      : max !== undefined
        ? ` of ${min ?? 0} to ${max}`
        : min !== undefined && min > 0
          ? ` of at least ${min}`
          : '';
  const inner = schema.items as SchemaNode | undefined;
  return `a list${count}${inner ? `, each ${describe(inner)}` : ''}`;
}
