import { dirname, relative, resolve, sep } from 'node:path';
import type { Json, JsonObject } from '../../util/json.ts';
import { sha256 } from '../digest.ts';
import { branches, type SchemaNode } from '../spec/schema-node.ts';
import { visitMarked } from '../spec/written.ts';
import type { Source, SourceContext, StageKind } from '../stage.ts';

/** The `x-affekt` mark of a param's schema: `path`, `unhashed`, `secret`. */
export function markOf(kind: StageKind, param: string): string | undefined {
  const schema = (kind.params.properties as Readonly<Record<string, SchemaNode>>)[param];
  if (schema === undefined) return undefined;
  return [schema, ...branches(schema)].find((one) => one['x-affekt'] !== undefined)?.['x-affekt'];
}

/**
 * What a task reads outside the DAG: what its kind says, or else the content of the params that are
 * marked as paths, at any depth.
 */
export function sourcesOf(
  kind: StageKind,
  params: JsonObject,
  context: SourceContext,
): readonly Source[] {
  if (kind.sources !== undefined) return kind.sources(params as never, context);
  const sources: Source[] = [];
  const take = (path: readonly string[], value: Json): void => {
    if (typeof value === 'string') sources.push(sourceOf(path, value, context));
    else if (Array.isArray(value)) {
      for (const [i, item] of (value as readonly Json[]).entries())
        take([...path, String(i)], item);
    }
  };
  visitMarked(kind.params, params, 'path', take);
  return sources;
}

function sourceOf(path: readonly string[], pattern: string, context: SourceContext): Source {
  const files = context.files(pattern, path[0] ?? '');
  const [first = ''] = files;
  const place = resolve(context.folder, pattern);
  // One file is its content. What a pattern matches has names, too, and a stage may read those.
  const base = commonFolder(files);
  const listing = files.map((file) =>
    first === place ? context.hashFile(file) : `${relative(base, file)}\0${context.hashFile(file)}`,
  );
  return {
    name: `param ${path.join('.')}`,
    digest: sha256(listing.join('\n')),
    location: files.length === 1 ? first : place,
    files,
  };
}

/** The deepest folder that holds all of them: where it lies is not part of what they are. */
function commonFolder(files: readonly string[]): string {
  let base = dirname(files[0] ?? '');
  for (const file of files) {
    while (base !== dirname(base) && !file.startsWith(base + sep)) base = dirname(base);
  }
  return base;
}
