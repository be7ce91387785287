import { closeSync, fstatSync, openSync, readFileSync, utimesSync } from 'node:fs';
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
    const file = this.#open(key);
    return file === undefined ? undefined : parseRecord(file.text, key);
  }

  /**
   * Reads a record that is about to be relied on, and notes to the day that it was used: garbage
   * collection evicts what was not used for longest.
   */
  use(key: Digest): TaskRecord | undefined {
    const file = this.#open(key);
    if (file === undefined) return undefined;
    const now = new Date();
    if (now.getTime() - file.modifiedMs > dayMs) {
      try {
        utimesSync(this.#paths.record(key), now, now);
      } catch {
        // A read-only cache keeps its dates.
      }
    }
    return parseRecord(file.text, key);
  }

  #open(key: Digest): { readonly text: string; readonly modifiedMs: number } | undefined {
    let fd: number;
    try {
      fd = openSync(this.#paths.record(key), 'r');
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
      throw error;
    }
    try {
      return { text: readFileSync(fd, 'utf8'), modifiedMs: fstatSync(fd).mtimeMs };
    } finally {
      closeSync(fd);
    }
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

  /** Replaces a record whose objects are gone and cannot be made again with the same bytes. */
  replace(record: TaskRecord): void {
    writeDurably(this.#paths.record(record.key), recordText(record));
  }
}
