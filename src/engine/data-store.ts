import {
  copyFileSync,
  type Dirent,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isJsonObject } from '../util/json.ts';
import { makeFolder } from './cache/durable.ts';
import { type Digest, parseDigest } from './digest.ts';
import { type RegisteredCorpus, SourceError } from './stage.ts';

/** A line of `affekt data list`: `<data.path>/corpora/<name>.json`. */
export interface StoredCorpus extends RegisteredCorpus {
  readonly format: 'affekt.data/1';
  /** The user accepted bytes other than the pinned ones (`--unpinned`). */
  readonly unpinned_ok: boolean;
  /** ISO 8601 time of registration. */
  readonly added: string;
}

/** What `verify` finds at odds with the manifest; all empty when nothing changed. */
export interface Differences {
  readonly missing: readonly string[];
  readonly changed: readonly string[];
  /** Present but not readable, with the system's reason. */
  readonly unreadable: readonly { readonly file: string; readonly reason: string }[];
}

/**
 * The registry of corpora on this machine: where each lies and what its files were when it was
 * added. It knows nothing of what a corpus means. One JSON file each, written whole by rename.
 */
export interface DataStore {
  /** Throws `SourceError` when the entry is not readable as one. */
  read(name: string): StoredCorpus | undefined;
  /** Sorted by name. */
  list(): readonly StoredCorpus[];
  /** Registers or replaces. */
  add(entry: Omit<StoredCorpus, 'format'>): void;
  /** Hashes every file of the manifest again. */
  verify(name: string, hashFile: (path: string) => Digest): Differences | undefined;
  /** Forgets the entry, and deletes what the store copied or downloaded. False when there is neither. */
  remove(name: string): boolean;
  /** Copies these files of `folder` into the store; returns the new folder, for `add`. */
  copy(name: string, folder: string, files: readonly string[]): string;
  /** The folder of this corpus in the store, for what is downloaded; it need not exist. */
  folder(name: string): string;
}

/** Opens the store in a folder, which need not exist yet. */
export function openDataStore(folder: string): DataStore {
  const entries = join(folder, 'corpora');
  const entryFile = (name: string): string => join(entries, `${checkName(name)}.json`);
  const copyFolder = (name: string): string => resolve(folder, 'files', checkName(name));

  const read = (name: string): StoredCorpus | undefined => {
    const file = entryFile(name);
    if (!existsSync(file)) return undefined;
    const stored = parseEntry(readFileSync(file, 'utf8'));
    if (stored !== undefined && stored.name === name) return stored;
    throw new SourceError(`the data store's entry ${file} is damaged`, {
      param: 'dataset',
      hint: `Register the corpus again: affekt data add ${name} PATH`,
    });
  };

  return {
    read,
    list() {
      if (!existsSync(entries)) return [];
      const names = readdirSync(entries)
        .filter((file) => file.endsWith('.json'))
        .map((file) => file.slice(0, -'.json'.length))
        .sort();
      return names.flatMap((name) => read(name) ?? []);
    },
    add(entry) {
      writeWhole(entryFile(entry.name), { format: 'affekt.data/1', ...entry });
    },
    verify(name, hashFile) {
      const stored = read(name);
      return stored && compare(stored, hashFile);
    },
    remove(name) {
      const places = [entryFile(name), copyFolder(name)].filter(existsSync);
      for (const place of places) rmSync(place, { recursive: true });
      return places.length > 0;
    },
    folder: copyFolder,
    copy(name, from, files) {
      const target = copyFolder(name);
      if (resolve(from) === target) return target;
      for (const file of files) {
        const to = join(target, file);
        makeFolder(dirname(to));
        copyFileSync(join(from, file), to);
      }
      return target;
    },
  };
}

/** Relative `/`-separated paths of all files below a folder, sorted; hidden ones are left out. */
export function listFiles(folder: string): readonly string[] {
  const files: string[] = [];
  const walk = (relative: string): void => {
    for (const entry of readdirSync(join(folder, relative), { withFileTypes: true })) {
      if (entry.name.startsWith('.')) continue;
      const path = relative === '' ? entry.name : `${relative}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else if (isFile(entry, join(folder, path))) files.push(path);
    }
  };
  walk('');
  return files.sort();
}

/** A file, or a link to one. */
function isFile(entry: Dirent, path: string): boolean {
  if (!entry.isSymbolicLink()) return entry.isFile();
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? true;
}

function compare(stored: StoredCorpus, hashFile: (path: string) => Digest): Differences {
  const missing: string[] = [];
  const changed: string[] = [];
  const unreadable: { file: string; reason: string }[] = [];
  for (const [file, digest] of Object.entries(stored.manifest)) {
    const path = join(stored.path, file);
    if (!existsSync(path)) {
      missing.push(file);
      continue;
    }
    try {
      if (hashFile(path) !== digest) changed.push(file);
    } catch (error) {
      unreadable.push({ file, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  return { missing, changed, unreadable };
}

function checkName(name: string): string {
  if (/^[a-z0-9][a-z0-9_-]*$/.test(name)) return name;
  throw new SourceError(`"${name}" cannot name a corpus`, {
    param: 'dataset',
    hint: 'Use lower-case letters, digits, - and _.',
  });
}

function writeWhole(file: string, entry: StoredCorpus): void {
  makeFolder(dirname(file));
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(entry, null, 2)}\n`);
  renameSync(temporary, file);
}

function parseEntry(text: string): StoredCorpus | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(value) || value['format'] !== 'affekt.data/1') return undefined;
  const { name, path, manifest, pinned, unpinned_ok, added } = value;
  const sound =
    typeof name === 'string' &&
    typeof path === 'string' &&
    isJsonObject(manifest) &&
    Object.values(manifest).every((digest) => parseDigest(String(digest)) !== undefined) &&
    typeof pinned === 'boolean' &&
    typeof unpinned_ok === 'boolean' &&
    typeof added === 'string';
  return sound ? (value as unknown as StoredCorpus) : undefined;
}
