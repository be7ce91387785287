import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Digest } from '../digest.ts';
import type { TaskRecord } from '../record/types.ts';
import { ItemIndex } from './item-index.ts';
import { Leases } from './leases.ts';
import { ObjectReader } from './objects.ts';
import { CachePaths } from './paths.ts';
import { Records } from './records.ts';
import { StatMemo } from './stat-memo.ts';

/** The parts of one cache folder, opened together. */
export class Cache {
  readonly paths: CachePaths;
  readonly memo: StatMemo;
  readonly objects: ObjectReader;
  readonly records: Records;
  readonly leases: Leases;
  readonly items: ItemIndex;
  /** Objects that were seen to be good. What is missing is looked for again: another run may make it. */
  readonly #good = new Set<Digest>();
  /** How objects looked when they were last known to be good. */
  readonly #stamps = new Map<Digest, string>();

  constructor(folder: string) {
    this.paths = new CachePaths(folder);
    this.memo = new StatMemo(join(folder, `stat-memo-${hostname()}.tsv`));
    this.objects = new ObjectReader(this.paths, this.memo);
    this.records = new Records(this.paths);
    this.leases = new Leases(this.paths);
    this.items = new ItemIndex(this.paths);
  }

  /** The record of a key, and whether every object it names is there and good. */
  find(key: Digest): { readonly record: TaskRecord; readonly whole: boolean } | undefined {
    const record = this.records.use(key);
    if (record === undefined) return undefined;
    for (const { files } of Object.values(record.outputs)) {
      for (const digest of Object.values(files))
        if (!this.#isGood(digest)) return { record, whole: false };
    }
    return { record, whole: true };
  }

  /**
   * Objects that are no longer what they were when this process last looked, by the path of the file:
   * a task wrote into its input, or the user edited a file that is used in place. They are in
   * quarantine then.
   */
  changed(digests: Iterable<Digest>): readonly string[] {
    const files: string[] = [];
    for (const digest of digests) {
      const stamp = this.objects.stamp(digest);
      if (stamp !== undefined && stamp === this.#stamps.get(digest)) continue;
      const file = this.objects.place(digest);
      this.#good.delete(digest);
      if (!this.#isGood(digest)) files.push(file);
    }
    return files;
  }

  /** Forgets what was seen of these objects: they have just been written. */
  refresh(digests: Iterable<Digest>): void {
    for (const digest of digests) {
      this.#good.delete(digest);
      this.#setStamp(digest, this.objects.stamp(digest));
    }
  }

  #setStamp(digest: Digest, stamp: string | undefined): void {
    if (stamp === undefined) this.#stamps.delete(digest);
    else this.#stamps.set(digest, stamp);
  }

  #isGood(digest: Digest): boolean {
    if (this.#good.has(digest)) return true;
    const stamp = this.objects.good(digest);
    this.#setStamp(digest, stamp);
    if (stamp === undefined) return false;
    this.#good.add(digest);
    return true;
  }

  close(): void {
    this.leases.releaseAll();
    try {
      this.memo.save();
    } catch {
      // A read-only cache can be read: what was hashed is hashed again next time.
    }
  }
}
