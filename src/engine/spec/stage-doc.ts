import { stringify } from 'yaml';
import type { Json } from '../../util/json.ts';
import type { StageKind } from '../stage.ts';
import { asSchema, branches, hasDefault, type SchemaNode } from './schema-node.ts';
import { describe, literals } from './schema-words.ts';

/** The reference page of a kind, as Markdown: what it does, reads and gives, its params, an example. */
export function stageDoc(kind: StageKind): string {
  const notes = [`Version ${kind.version}.`];
  if (kind.random) notes.push("Draws random numbers from the experiment's seed.");
  if (kind.dependencies?.length) notes.push(`Results depend on ${kind.dependencies.join(', ')}.`);
  const parts = [
    `# ${kind.kind}`,
    kind.summary,
    notes.join(' '),
    '## Reads',
    inputsOf(kind) + formsOf(kind),
    '## Gives',
    outputsOf(kind),
    '## Params',
    paramsOf(kind),
    '## Example',
    `\`\`\`yaml\n${example(kind)}\`\`\``,
  ];
  return `<!-- Written by \`npm run generate\` from the stage table. -->\n\n${parts.join('\n\n')}\n`;
}

/** The list of all kinds. */
export function stageIndex(kinds: readonly StageKind[]): string {
  const rows = kinds.map((kind) => [
    `[${kind.kind}](${kind.kind}.md)`,
    kind.summary,
    Object.keys(kind.inputs).join(', ') || (kind.openInputs ? 'anything' : '–'),
    Object.keys(kind.outputs).join(', ') || (kind.outputsOf ? 'as declared' : '–'),
  ]);
  return `<!-- Written by \`npm run generate\` from the stage table. -->\n\n# Stages\n\n${table(['kind', 'does', 'reads', 'gives'], rows)}\n`;
}

function inputsOf(kind: StageKind): string {
  const rows = Object.entries(kind.inputs).map(([port, input]) => [
    code(port),
    code(input.type),
    [input.many ? 'one or more' : 'one', input.optional ? 'optional' : '']
      .filter(Boolean)
      .join(', '),
    input.summary,
  ]);
  if (kind.openInputs)
    rows.push(['any name', code('any'), 'one or more, optional', 'Named in `in`.']);
  return rows.length === 0 ? 'Nothing.' : table(['port', 'type', 'how many', 'meaning'], rows);
}

function formsOf(kind: StageKind): string {
  const links = Object.entries(kind.forms ?? {}).map(
    ([type, form]) =>
      `\n\nOf ${code(type)}, ${code(kind.kind)} is [${form.kind}](${form.kind}.md).`,
  );
  return links.join('');
}

function outputsOf(kind: StageKind): string {
  const rows = Object.entries(kind.outputs).map(([port, output]) => [
    code(port),
    code(output.type),
    output.summary,
  ]);
  if (rows.length === 0) return kind.outputsOf ? 'What its params declare.' : 'Nothing.';
  return table(['output', 'type', 'meaning'], rows);
}

function paramsOf(kind: StageKind): string {
  const rows = rowsOf(asSchema(kind.params), '');
  return rows.length === 0 ? 'None.' : table(['param', 'takes', 'default', 'meaning'], rows);
}

/** A row per param; those of inner maps follow with their path, of tagged maps once per tag. */
function rowsOf(schema: SchemaNode, prefix: string): string[][] {
  const rows: string[][] = [];
  for (const [name, inner] of Object.entries(schema.properties ?? {})) {
    const path = `${prefix}${name}`;
    const demanded = (schema.required ?? []).includes(name) && !hasDefault(inner);
    rows.push([
      code(path),
      describe(inner),
      inner.default === undefined
        ? demanded
          ? '**required**'
          : '–'
        : code(JSON.stringify(inner.default)),
      inner.description ?? '',
    ]);
    const maps = branches(inner).filter((one) => one.properties && !one['x-affekt']);
    for (const map of maps) {
      const tag = maps.length > 1 ? tagOf(map) : undefined;
      const inside = rowsOf(map, `${path}.`);
      rows.push(...(tag ? inside.map(([p = '', ...rest]) => [`${p} (${tag})`, ...rest]) : inside));
    }
  }
  return rows;
}

function tagOf(map: SchemaNode): string | undefined {
  const tag = Object.values(map.properties ?? {}).find((one) => one.const !== undefined);
  return tag === undefined ? undefined : String(tag.const);
}

/** A stage that reads well and is right: what must be given, and the first defaults. */
function example(kind: StageKind): string {
  const inputs = Object.entries(kind.inputs).filter(([, input]) => !input.optional);
  const given: Record<string, Json> = {};
  const { properties = {}, required = [] } = asSchema(kind.params);
  for (const [name, inner] of Object.entries(properties)) {
    const shown = (inner as { readonly examples?: unknown }).examples !== undefined;
    if (shown || (required.includes(name) && !hasDefault(inner))) given[name] = sample(inner);
  }
  for (const [name, inner] of Object.entries(properties)) {
    const plain =
      inner.default !== undefined && inner.default !== null && typeof inner.default !== 'object';
    if (plain && Object.keys(given).length < 4) given[name] = inner.default;
  }
  const stage = {
    uses: kind.kind,
    ...(inputs.length === 0
      ? {}
      : { in: Object.fromEntries(inputs.map(([port, { type }]) => [port, stageFor(type)])) }),
    ...(Object.keys(given).length === 0 ? {} : { with: given }),
  };
  return stringify({ stages: { [`my-${kind.kind}`]: stage } }, { lineWidth: 100 });
}

const usualNames: Readonly<Record<string, string>> = {
  corpus: 'speech',
  features: 'mel',
  models: 'model',
};

function stageFor(type: string): string {
  return usualNames[type] ?? type;
}

function sample(schema: SchemaNode): Json {
  const [example] = (schema as { readonly examples?: readonly Json[] }).examples ?? [];
  if (example !== undefined) return example;
  const [first] = literals(schema);
  if (first !== undefined) return first;
  const branch = branches(schema)[0] ?? schema;
  switch (branch.type) {
    case 'integer':
    case 'number':
      return branch.minimum ?? 1;
    case 'boolean':
      return true;
    case 'array':
      return Array.isArray(branch.items)
        ? (branch.items as readonly SchemaNode[]).map(sample)
        : [sample((branch.items as SchemaNode | undefined) ?? {})];
    case 'object':
      return Object.fromEntries(
        (branch.required ?? [])
          .filter((key) => !hasDefault(branch.properties?.[key]))
          .map((key) => [key, sample(branch.properties?.[key] ?? {})]),
      );
    default:
      return 'text';
  }
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

function code(text: string): string {
  return `\`${text}\``;
}
