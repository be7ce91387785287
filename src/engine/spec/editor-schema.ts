import type { StageKind } from '../stage.ts';
import { listPorts } from './assign.ts';
import { loosen } from './loosen.ts';
import { asSchema, type SchemaNode } from './schema-node.ts';

/** JSON Schema as plain data. */
type Schema = Readonly<Record<string, unknown>>;

const reference: Schema = { type: 'string', pattern: '\\$\\{' };

/**
 * The JSON Schema that editors complete and check a spec by: params of each kind by `uses`, with
 * descriptions and defaults. It is more lenient than `affekt` itself: any value may be a reference,
 * and a file that extends another need not be whole.
 */
export function editorSchema(kinds: Readonly<Record<string, StageKind>>): Schema {
  const open = Object.values(kinds).filter((kind) => !kind.internal);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'affekt experiment',
    type: 'object',
    additionalProperties: false,
    properties: {
      extends: {
        description: 'Spec files to build on: maps merge, lists and scalars replace, null removes.',
        anyOf: [text, { type: 'array', items: text }],
      },
      name: { ...text, description: 'Names the run folders; default: the name of the file.' },
      description: { ...text, description: 'A sentence for people.' },
      tags: {
        type: 'object',
        description: 'Free texts that are kept with every run.',
        additionalProperties: { type: ['string', 'number', 'boolean'] },
      },
      seed: {
        description: 'Everything random derives from it.',
        default: 0,
        anyOf: [{ type: 'integer', minimum: 0 }, reference],
      },
      vars: {
        type: 'object',
        description: 'Values for ${vars.NAME}; they keep their type.',
        additionalProperties: true,
      },
      matrix: matrixSchema,
      stages: stagesSchema(open),
    },
    definitions: {
      in: inSchema,
      stage: stageSchema(open),
      ...Object.fromEntries(open.map((kind) => [`with-${kind.kind}`, withSchema(kind)])),
    },
  };
}

const text: Schema = { type: 'string' };

const oneRef: Schema = {
  type: 'string',
  description: 'stage, stage.output, stage[axis=variant] or stage[*]',
};

const inSchema: Schema = {
  anyOf: [
    oneRef,
    { type: 'array', items: oneRef },
    {
      type: 'object',
      additionalProperties: { anyOf: [oneRef, { type: 'array', items: oneRef }] },
    },
  ],
};

const matrixSchema: Schema = {
  type: 'object',
  description:
    'Axes of variants: stage.param: [values], or axis: { variant: { stage.param: value } }.',
  properties: {
    exclude: {
      type: 'array',
      description: 'Combinations to leave out.',
      items: {
        type: 'object',
        additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
      },
    },
  },
  additionalProperties: {
    anyOf: [
      { type: 'array', items: { type: ['string', 'number', 'boolean', 'null'] }, minItems: 1 },
      { type: 'object', additionalProperties: { type: ['object', 'null'] } },
      { type: 'null' },
    ],
  },
};

function withRef(kind: StageKind): Schema {
  return { $ref: `#/definitions/with-${kind.kind}` };
}

function stagesSchema(kinds: readonly StageKind[]): Schema {
  const stage = { $ref: '#/definitions/stage' };
  return {
    type: 'object',
    description: 'The steps by name. A stage named after a kind needs no "uses".',
    properties: Object.fromEntries(
      kinds.map((kind) => [
        kind.kind,
        {
          description: kind.summary,
          allOf: [
            stage,
            {
              if: { not: { required: ['uses'] } },
              // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
              then: { properties: { with: withRef(kind) } },
            },
          ],
        },
      ]),
    ),
    additionalProperties: stage,
  };
}

function stageSchema(kinds: readonly StageKind[]): Schema {
  return {
    type: ['object', 'null'],
    additionalProperties: false,
    properties: {
      uses: {
        description: 'A kind of stage, or the path of an own one (./stages/pitch.ts).',
        anyOf: [
          ...kinds.map((kind) => ({ const: kind.kind, description: kind.summary })),
          { type: 'string', pattern: '^\\.{0,2}/' },
          reference,
        ],
      },
      in: { $ref: '#/definitions/in', description: 'The stages it reads.' },
      with: { type: ['object', 'string'], description: 'Its params.' },
    },
    allOf: kinds.map((kind) => ({
      if: { properties: { uses: { const: kind.kind } }, required: ['uses'] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: {
        properties: {
          with: withRef(kind),
          in: { description: `Takes ${portsOf(kind)}.` },
        },
      },
    })),
  };
}

function portsOf(kind: StageKind): string {
  const forms = [kind, ...Object.values(kind.forms ?? {})];
  return forms.map(({ inputs }) => listPorts(inputs) || 'nothing').join(', or ');
}

/** Params of a kind as they may be written: none is demanded, since a base may give it. */
function withSchema(kind: StageKind): Schema {
  const forms = [kind, ...Object.values(kind.forms ?? {})];
  return { anyOf: [...forms.map(paramsSchema), reference], description: kind.summary };
}

function paramsSchema(kind: StageKind): Schema {
  const { required: _, ...schema } = loosen(asSchema(kind.params));
  const properties = Object.entries(schema.properties ?? {}).map(([name, inner]) => [
    name,
    orReference(inner),
  ]);
  return { ...schema, properties: Object.fromEntries(properties) };
}

/** Description and default stay outside, where editors look for them. */
function orReference(schema: SchemaNode): Schema {
  const { description, default: value, ...inner } = schema;
  const properties = inner.properties && {
    properties: Object.fromEntries(
      Object.entries(inner.properties).map(([name, one]) => [name, orReference(one)]),
    ),
  };
  const { 'x-affekt': _, ...plain } = { ...inner, ...properties };
  return {
    ...(description === undefined ? {} : { description }),
    ...(value === undefined ? {} : { default: value }),
    anyOf: [plain, reference],
  };
}
