import { dirname, isAbsolute, relative, resolve } from 'node:path';
import type { Digest } from '../digest.ts';
import { sha256 } from '../digest.ts';
import { parseYaml } from './parse.ts';
import type { Problems } from './problems.ts';
import type { SpecReader } from './reader.ts';
import type { At, Source } from './source.ts';
import type { Entry, MapTree, Tree } from './tree.ts';
import { mapTree, show, toJson, visible } from './tree.ts';

/** A file that a spec was read from. */
export interface ReadFile {
  /** Absolute. */
  readonly path: string;
  readonly digest: Digest;
}

export interface Loaded {
  readonly root: MapTree;
  /** The file asked for first, then what it extends, depth first. */
  readonly files: readonly ReadFile[];
}

interface LoadOptions {
  readonly file: string;
  readonly cwd: string;
  readonly reader: SpecReader;
  readonly problems: Problems;
}

/**
 * Reads a spec and everything it extends, merged: maps merge, lists and scalars replace, null
 * removes what a base wrote. Later bases win over earlier ones, the file itself over all. Every
 * value keeps the place it was written at.
 */
export async function loadTree(options: LoadOptions): Promise<Loaded> {
  const { cwd, reader, problems } = options;
  const files: ReadFile[] = [];
  const done = new Map<string, MapTree>();
  const nothing = (source: Source): MapTree =>
    mapTree({ source, start: 0, end: 0 }, new Map<string, Entry>());

  async function load(
    path: string,
    asked: At | undefined,
    chain: readonly string[],
  ): Promise<MapTree> {
    const known = done.get(path);
    if (known) return known;
    const name = path === resolve(cwd, options.file) ? options.file : displayPath(path, cwd);
    const source = await readSource({ path, name, asked, reader, problems, files });
    if (!source) return nothing({ name, path, folder: dirname(path), text: '' });
    const tree = parseRoot(source, problems);
    if (!tree) return nothing(source);
    let merged: MapTree | undefined;
    for (const base of basesOf(tree, problems)) {
      const basePath = resolve(source.folder, base.path);
      const at = chain.indexOf(basePath);
      if (at >= 0) {
        const names = [...chain.slice(at), basePath].map((p) => displayPath(p, cwd));
        problems.error({ at: base.at, message: `extends goes in a circle: ${names.join(' → ')}` });
        continue;
      }
      const loaded = await load(basePath, base.at, [...chain, basePath]);
      merged = merged ? merge(merged, loaded) : loaded;
    }
    const entries = new Map(tree.entries);
    entries.delete('extends');
    const own = mapTree(tree.at, entries);
    const result = merged ? merge(merged, own) : own;
    done.set(path, result);
    return result;
  }

  const path = resolve(cwd, options.file);
  return { root: await load(path, undefined, [path]), files };
}

function parseRoot(source: Source, problems: Problems): MapTree | undefined {
  const failed = problems.failed;
  const tree = parseYaml(source, problems);
  if (tree?.type === 'map') return tree;
  if (tree && !(tree.type === 'scalar' && tree.value === null)) {
    problems.error({
      at: tree.at,
      message: `a spec is a map of keys, not ${show(toJson(tree))}`,
      hint: 'Start with "name: …" and "stages:".',
    });
  } else if (tree || problems.failed === failed) {
    problems.error({
      at: { source, start: 0, end: 0 },
      message: 'the file is empty',
      hint: 'Start with "name: …" and "stages:".',
    });
  }
  return undefined;
}

function basesOf(
  tree: MapTree,
  problems: Problems,
): readonly { readonly path: string; readonly at: At }[] {
  const entry = tree.entries.get('extends');
  if (!entry) return [];
  const items: readonly Tree[] = entry.value.type === 'list' ? entry.value.items : [entry.value];
  const out: { readonly path: string; readonly at: At }[] = [];
  for (const item of items) {
    if (item.type === 'scalar' && typeof item.value === 'string' && item.value !== '') {
      if (item.value.includes('${')) {
        problems.error({
          at: item.at,
          message: '"extends" takes no references, since vars are merged after it',
        });
      } else out.push({ path: item.value, at: item.at });
    } else if (!(item.type === 'scalar' && item.value === null && items.length === 1)) {
      problems.error({
        at: visible({ key: entry.key, value: item }),
        message: `"extends" takes the path of a spec or a list of them, not ${show(toJson(item))}`,
      });
    }
  }
  return out;
}

/** `over` on top of `base`. */
function merge(base: MapTree, over: MapTree): MapTree {
  const entries = new Map(base.entries);
  for (const [name, entry] of over.entries) {
    const before = entries.get(name);
    if (before && entry.value.type === 'scalar' && entry.value.value === null) entries.delete(name);
    else if (before?.value.type === 'map' && entry.value.type === 'map') {
      entries.set(name, { key: before.key, value: merge(before.value, entry.value) });
    } else entries.set(name, entry);
  }
  return mapTree(over.at, entries);
}

async function readSource(options: {
  readonly path: string;
  readonly name: string;
  readonly asked: At | undefined;
  readonly reader: SpecReader;
  readonly problems: Problems;
  readonly files: ReadFile[];
}): Promise<Source | undefined> {
  const { path, name, asked, reader, problems, files } = options;
  const at = asked ? { at: asked } : {};
  let bytes: Uint8Array;
  try {
    bytes = await reader.read(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    const folder = dirname(path);
    const specs = (await reader.list(folder)).filter((file) => /\.ya?ml$/.test(file));
    const wanted = path.slice(folder.length + 1);
    const close = problems.nearest(wanted, specs);
    problems.error({
      ...at,
      message: `${readProblem(code, (error as Error).message)}: ${name}`,
      nearest: close === undefined ? undefined : name.slice(0, name.length - wanted.length) + close,
    });
    return undefined;
  }
  files.push({ path, digest: sha256(bytes) });
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { path, name, folder: dirname(path), text };
  } catch {
    problems.error({ ...at, message: `${name} is not UTF-8 text`, hint: 'Save it as UTF-8.' });
    return undefined;
  }
}

function readProblem(code: string, message: string): string {
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'this is a folder, not a spec file';
  if (code === 'EACCES' || code === 'EPERM') return 'no permission to read';
  return `cannot be read (${message})`;
}

/** Relative to the working directory where that is shorter. */
export function displayPath(path: string, cwd: string): string {
  if (!isAbsolute(path)) return path;
  const short = relative(cwd, path);
  return short !== '' && short.length < path.length ? short : path;
}
