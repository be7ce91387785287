import { lstatSync, readlinkSync } from 'node:fs';
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
  readonly #links = new Map<Digest, string | null>();

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
    const record = this.records.read(key);
    if (record === undefined) return undefined;
    for (const { files } of Object.values(record.outputs)) {
      for (const digest of Object.values(files))
        if (!this.#isGood(digest)) return { record, whole: false };
    }
    this.records.touch(key);
    return { record, whole: true };
  }

  /** Users' files among these objects that are not what they were: edited while a task read them. */
  changedInPlace(digests: Iterable<Digest>): readonly string[] {
    const changed: string[] = [];
    for (const digest of digests) {
      const file = this.#linkOf(digest);
      if (file === undefined || this.objects.good(digest)) continue;
      this.#good.delete(digest);
      changed.push(file);
    }
    return changed;
  }

  /** The user's file that an object refers to. */
  #linkOf(digest: Digest): string | undefined {
    let file = this.#links.get(digest);
    if (file === undefined) {
      const path = this.paths.object(digest);
      const stat = lstatSync(path, { throwIfNoEntry: false });
      file = stat?.isSymbolicLink() === true ? readlinkSync(path) : null;
      this.#links.set(digest, file);
    }
    return file ?? undefined;
  }

  /** Forgets what was seen of these objects: they have just been written. */
  refresh(digests: Iterable<Digest>): void {
    for (const digest of digests) {
      this.#good.delete(digest);
      this.#links.delete(digest);
    }
  }

  #isGood(digest: Digest): boolean {
    if (this.#good.has(digest)) return true;
    const good = this.objects.good(digest);
    if (good) this.#good.add(digest);
    return good;
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
