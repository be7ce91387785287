import { isFailed } from './interpolate.ts';
import type { Problems } from './problems.ts';
import type { Entry, MapTree } from './tree.ts';
import { show, toJson, visible } from './tree.ts';

const topKeys = ['extends', 'name', 'description', 'tags', 'seed', 'vars', 'matrix', 'stages'];

export interface Top {
  readonly name: string;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly seed: number;
}

/** Checks the top keys, and reads the plain ones. `fallback` names a spec that has no name. */
export function readTop(root: MapTree, fallback: string, problems: Problems): Top {
  for (const [key, entry] of root.entries) {
    if (topKeys.includes(key)) continue;
    const stage = entry.value.type === 'map' && entry.value.entries.has('uses');
    problems.error({
      at: entry.key,
      message: `unknown key "${key}"`,
      nearest: stage ? undefined : problems.nearest(key, topKeys),
      hint: stage ? `Put the stage "${key}" under "stages:".` : `A spec has ${topKeys.join(', ')}.`,
    });
  }
  return {
    name: readName(root.entries.get('name'), fallback, problems),
    description: readText(root.entries.get('description'), 'description', problems) ?? '',
    tags: readTags(root.entries.get('tags'), problems),
    seed: readSeed(root.entries.get('seed'), problems),
  };
}

function isAbsent(entry: Entry | undefined): entry is undefined {
  if (!entry) return true;
  return isFailed(entry.value) || (entry.value.type === 'scalar' && entry.value.value === null);
}

function readText(entry: Entry | undefined, key: string, problems: Problems): string | undefined {
  if (isAbsent(entry)) return undefined;
  const value = toJson(entry.value);
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  problems.error({ at: visible(entry), message: `"${key}" must be a text, not ${show(value)}` });
  return undefined;
}

function readName(entry: Entry | undefined, fallback: string, problems: Problems): string {
  const name = readText(entry, 'name', problems);
  if (name === undefined || !entry) return slug(fallback);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/.test(name)) {
    problems.error({
      at: visible(entry),
      message: `"name" must be letters, digits, ".", "_" and "-" (at most 80), since it names folders`,
      nearest: slug(name),
    });
  }
  return name;
}

function slug(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[-._]+|-+$/g, '');
  return plain.slice(0, 80) || 'experiment';
}

function readTags(entry: Entry | undefined, problems: Problems): Top['tags'] {
  if (isAbsent(entry)) return {};
  if (entry.value.type !== 'map') {
    problems.error({
      at: visible(entry),
      message: `"tags" is a map of texts, not ${show(toJson(entry.value))}`,
      hint: 'Write tags: { project: thesis }.',
    });
    return {};
  }
  const tags: Record<string, string> = {};
  for (const [name, tag] of entry.value.entries) {
    tags[name] = readText(tag, `tags.${name}`, problems) ?? '';
  }
  return tags;
}

function readSeed(entry: Entry | undefined, problems: Problems): number {
  if (isAbsent(entry)) return 0;
  const value = toJson(entry.value);
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  problems.error({
    at: visible(entry),
    message: `"seed" must be an integer ≥ 0, not ${show(value)}`,
  });
  return 0;
}
