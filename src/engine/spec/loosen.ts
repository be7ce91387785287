import type { SchemaNode } from './schema-node.ts';
import { hasDefault } from './schema-node.ts';

/** The schema of what users write: defaults need not be there, a secret is the name of a variable. */
export function loosen(schema: SchemaNode): SchemaNode {
  if (schema['x-affekt'] === 'secret') return secretSchema;
  const out: Record<string, unknown> = { ...schema };
  if (schema.required) {
    out['required'] = schema.required.filter((key) => !hasDefault(schema.properties?.[key]));
  }
  for (const key of ['properties', 'patternProperties'] as const) {
    const map = schema[key];
    if (map) {
      out[key] = Object.fromEntries(Object.entries(map).map(([k, inner]) => [k, loosen(inner)]));
    }
  }
  for (const key of ['anyOf', 'oneOf'] as const) {
    if (schema[key]) out[key] = schema[key].map(loosen);
  }
  if (typeof schema.additionalProperties === 'object') {
    out['additionalProperties'] = loosen(schema.additionalProperties);
  }
  if (Array.isArray(schema.items)) out['items'] = (schema.items as SchemaNode[]).map(loosen);
  else if (schema.items) out['items'] = loosen(schema.items as SchemaNode);
  return out;
}

const secretSchema: SchemaNode = {
  type: 'object',
  required: ['secret'],
  properties: { secret: { type: 'string', pattern: '^[A-Za-z_][A-Za-z0-9_]*$' } },
  additionalProperties: false,
  description: 'The name of an environment variable that holds the secret.',
};
