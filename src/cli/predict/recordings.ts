import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { hashFile } from '../../engine/cache/hash-file.ts';
import { formatCsv } from '../../util/csv.ts';
import { UsageError } from '../command.ts';

/** Names of files by the id that their recording has for the stages; equal bytes are one recording. */
export type Recordings = ReadonlyMap<string, readonly string[]>;

export interface BadRecording {
  readonly file: string;
  readonly reason: string;
}

const extensions = new Set(
  '.wav .wave .aif .aiff .aifc .flac .mp3 .ogg .oga .opus .w64 .rf64'.split(' '),
);

/** Files as they were named, and recordings below folders. Throws `UsageError` on a path that is not there. */
export function findRecordings(named: readonly string[], cwd: string): readonly string[] {
  const found = named.flatMap((name) => {
    const path = resolve(cwd, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) throw new UsageError(`there is no file ${name}`);
    if (stat.isFile()) return [name];
    if (!stat.isDirectory()) throw new UsageError(`${name} is neither a file nor a folder`);
    const inside = filesBelow(path)
      .filter((file) => extensions.has(extname(file).toLowerCase()))
      .sort();
    if (inside.length === 0) {
      throw new UsageError(
        `${name} has no recordings`,
        'Name files, or a folder with WAV, FLAC, MP3, Ogg or AIFF files.',
      );
    }
    return inside.map((file) => join(name, file));
  });
  return [...new Set(found)];
}

/** Files by their path from a folder. Linked files are, linked folders are not followed: they may lead back. */
function filesBelow(folder: string, inside = ''): readonly string[] {
  return readdirSync(join(folder, inside), { withFileTypes: true }).flatMap((entry) => {
    const name = join(inside, entry.name);
    if (entry.isDirectory()) return filesBelow(folder, name);
    return entry.isFile() || (entry.isSymbolicLink() && leadsToFile(join(folder, name)))
      ? [name]
      : [];
  });
}

function leadsToFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    // A dead link, or one that leads to itself.
    return false;
  }
}

/** Lays links to the recordings and a table without labels into `folder`, for a `fetch` of own files. */
export function layOut(
  found: readonly string[],
  cwd: string,
  folder: string,
): { readonly recordings: Recordings; readonly bad: readonly BadRecording[] } {
  const byDigest = new Map<string, string[]>();
  const bad: BadRecording[] = [];
  for (const name of found) {
    const digest = digestOf(resolve(cwd, name));
    if (digest === undefined) {
      bad.push({ file: name, reason: 'it cannot be read' });
      continue;
    }
    byDigest.set(digest, [...(byDigest.get(digest) ?? []), name]);
  }
  mkdirSync(join(folder, 'audio'));
  const width = String(byDigest.size).length;
  const recordings = new Map<string, readonly string[]>();
  const rows: string[][] = [];
  for (const names of byDigest.values()) {
    const [first = ''] = names;
    const number = String(recordings.size + 1).padStart(width, '0');
    const extension = extname(first);
    const file = `${number}${extensions.has(extension.toLowerCase()) ? extension : ''}`;
    symlinkSync(resolve(cwd, first), join(folder, 'audio', file));
    recordings.set(file, names);
    rows.push([`audio/${file}`, 'unknown', 'unknown']);
  }
  writeFileSync(join(folder, 'table.csv'), formatCsv(['file', 'emotion', 'speaker'], rows));
  return { recordings, bad };
}

function digestOf(path: string): string | undefined {
  try {
    return hashFile(path);
  } catch {
    return undefined;
  }
}
