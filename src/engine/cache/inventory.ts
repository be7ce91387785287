import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, parseDigest } from '../digest.ts';
import type { TaskRecord } from '../record/types.ts';
import type { CachePaths } from './paths.ts';
import { parseRecord } from './record-text.ts';

export interface StoredObject {
  readonly digest: Digest;
  /** Bytes it takes in the cache: 0 for a link to a user's file. */
  readonly bytes: number;
  readonly inPlace: boolean;
  readonly modifiedMs: number;
}

export interface StoredRecord {
  readonly record: TaskRecord;
  /** When it was made or last used, to the day. */
  readonly usedMs: number;
}

function names(folder: string): readonly string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** Every object of a cache; temporary files of a killed process are not objects. */
export function* eachObject(paths: CachePaths): Generator<StoredObject> {
  for (const prefix of names(paths.objects)) {
    for (const name of names(join(paths.objects, prefix))) {
      const digest = parseDigest(name);
      if (digest === undefined) continue;
      const stat = lstatSync(paths.object(digest), { throwIfNoEntry: false });
      if (stat === undefined) continue;
      const inPlace = stat.isSymbolicLink();
      yield { digest, bytes: inPlace ? 0 : stat.size, inPlace, modifiedMs: stat.mtimeMs };
    }
  }
}

/** Every whole record of a cache. */
export function* eachRecord(paths: CachePaths): Generator<StoredRecord> {
  for (const prefix of names(paths.records)) {
    for (const name of names(join(paths.records, prefix))) {
      const key = name.endsWith('.json') ? parseDigest(name.slice(0, -5)) : undefined;
      if (key === undefined) continue;
      const path = paths.record(key);
      // A record that is not whole counts as none, here as in a lookup.
      const record = parseRecord(readFileSync(path, 'utf8'), key);
      if (record !== undefined) yield { record, usedMs: statSync(path).mtimeMs };
    }
  }
}

export function objectsOf(record: TaskRecord): readonly Digest[] {
  return Object.values(record.outputs).flatMap(({ files }) => Object.values(files));
}
