import { resolve } from 'node:path';
import type { JsonObject } from '../../util/json.ts';
import { sha256 } from '../digest.ts';
import { type Source, type SourceContext, SourceError, type StageKind } from '../stage.ts';

/** The `x-affekt` mark of a param's schema: `path`, `unhashed`, `secret`. */
export function markOf(kind: StageKind, param: string): string | undefined {
  const properties = kind.params.properties as Readonly<Record<string, { 'x-affekt'?: string }>>;
  return properties[param]?.['x-affekt'];
}

/**
 * What a task reads outside the DAG: what its kind says, or else the content of the params that are
 * marked as paths.
 */
export function sourcesOf(
  kind: StageKind,
  params: JsonObject,
  context: SourceContext,
): readonly Source[] {
  if (kind.sources !== undefined) return kind.sources(params as never, context);
  const sources: Source[] = [];
  for (const [param, value] of Object.entries(params)) {
    if (markOf(kind, param) !== 'path' || typeof value !== 'string') continue;
    const files = context.glob(value);
    if (files.length === 0) {
      throw new SourceError(`no file matches ${JSON.stringify(value)}`, {
        param,
        hint: `Paths start from ${context.folder}.`,
      });
    }
    const digest = sha256(files.map((file) => context.hashFile(file)).join('\n'));
    const location = files.length === 1 ? (files[0] ?? null) : resolve(context.folder, value);
    sources.push({ name: `param ${param}`, digest, location, files });
  }
  return sources;
}
