import { readFileSync, statSync, utimesSync } from 'node:fs';
import type { Digest } from '../digest.ts';
import type { TaskRecord } from '../record/types.ts';
import { publishDurably, writeDurably } from './durable.ts';
import type { CachePaths } from './paths.ts';
import { parseRecord, recordText } from './record-text.ts';

const dayMs = 86_400_000;

/** Task records: small, kept for ever, and the only thing that makes a result visible. */
export class Records {
  readonly #paths: CachePaths;

  constructor(paths: CachePaths) {
    this.#paths = paths;
  }

  /** The record of a key; `undefined` when there is none or it is not whole (then the task runs again). */
  read(key: Digest): TaskRecord | undefined {
    let text: string;
    try {
      text = readFileSync(this.#paths.record(key), 'utf8');
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw error;
    }
    return parseRecord(text, key);
  }

  /** First writer wins: returns the record that stands, which is another's when somebody was first. */
  publish(record: TaskRecord): TaskRecord {
    const path = this.#paths.record(record.key);
    const text = recordText(record);
    if (publishDurably(path, text)) return record;
    const standing = this.read(record.key);
    if (standing !== undefined) return standing;
    // What stands there is damaged: a whole record replaces it.
    writeDurably(path, text);
    return record;
  }

  /** Notes that a record was used, to the day: garbage collection evicts what was not used for longest. */
  touch(key: Digest): void {
    const path = this.#paths.record(key);
    try {
      const now = new Date();
      if (now.getTime() - statSync(path).mtimeMs > dayMs) utimesSync(path, now, now);
    } catch {
      // A read-only cache keeps its dates.
    }
  }

  /** Replaces a record whose objects are gone and cannot be made again with the same bytes. */
  replace(record: TaskRecord): void {
    writeDurably(this.#paths.record(record.key), recordText(record));
  }
}
