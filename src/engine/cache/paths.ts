import { join, sep } from 'node:path';
import type { Digest } from '../digest.ts';

/** Where things lie under the cache folder (docs/caching.md). */
export class CachePaths {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  object(digest: Digest): string {
    // Asked for thousands of times a second: nothing here needs normalising.
    return `${this.root}${sep}objects${sep}${digest.slice(0, 2)}${sep}${digest}`;
  }

  record(key: Digest): string {
    return `${this.root}${sep}records${sep}${key.slice(0, 2)}${sep}${key}.json`;
  }

  lease(key: Digest): string {
    return join(this.leases, key);
  }

  /** Index of the item results of one family of chunks. */
  items(family: Digest): string {
    return join(this.root, 'items', `${family}.ndjson`);
  }

  get leases(): string {
    return join(this.root, 'leases');
  }

  get objects(): string {
    return join(this.root, 'objects');
  }

  get records(): string {
    return join(this.root, 'records');
  }

  get attempts(): string {
    return join(this.root, 'attempts');
  }

  /** What a killed attempt at a task left for the next one. */
  checkpoint(key: Digest): string {
    return join(this.checkpoints, key);
  }

  get checkpoints(): string {
    return join(this.root, 'checkpoints');
  }

  get quarantine(): string {
    return join(this.root, 'quarantine');
  }
}
