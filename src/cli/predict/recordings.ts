import { mkdirSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { hashFile } from '../../engine/cache/hash-file.ts';
import { formatCsv } from '../../util/csv.ts';
import { UsageError } from '../command.ts';

/** Names of files by the id that their recording has for the stages; equal bytes are one recording. */
export type Recordings = ReadonlyMap<string, readonly string[]>;

const extensions = new Set(
  '.wav .wave .aif .aiff .aifc .flac .mp3 .ogg .oga .opus .w64 .rf64'.split(' '),
);

/** Files as they were named, and recordings below folders. Throws `UsageError` on a path that is not there. */
export function findRecordings(named: readonly string[], cwd: string): readonly string[] {
  const found = named.flatMap((name) => {
    const path = resolve(cwd, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) throw new UsageError(`there is no file ${name}`);
    if (!stat.isDirectory()) return [name];
    const inside = readdirSync(path, { recursive: true, encoding: 'utf8' })
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

/** Lays links to the recordings and a table without labels into `folder`, for a `fetch` of own files. */
export function layOut(found: readonly string[], cwd: string, folder: string): Recordings {
  const byDigest = new Map<string, string[]>();
  for (const name of found) {
    const digest = hashFile(resolve(cwd, name));
    byDigest.set(digest, [...(byDigest.get(digest) ?? []), name]);
  }
  mkdirSync(join(folder, 'audio'));
  const width = String(byDigest.size).length;
  const recordings = new Map<string, readonly string[]>();
  const rows: string[][] = [];
  for (const names of byDigest.values()) {
    const [first = ''] = names;
    const number = String(recordings.size + 1).padStart(width, '0');
    const file = `${number}${extname(first)}`;
    symlinkSync(resolve(cwd, first), join(folder, 'audio', file));
    recordings.set(file, names);
    rows.push([`audio/${file}`, 'unknown', 'unknown']);
  }
  writeFileSync(join(folder, 'table.csv'), formatCsv(['file', 'emotion', 'speaker'], rows));
  return recordings;
}
