import { appendFileSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Digest } from '../digest.ts';
import { makeFolder } from './durable.ts';
import type { CachePaths } from './paths.ts';

/**
 * Which chunk holds which item's result, by family (same kind, version and params): when a chunk's
 * items change, the rows that are known are copied and only new items are computed. A hint only: a
 * torn or lost line costs computing, and what it points to is checked like any object.
 */
export class ItemIndex {
  readonly #paths: CachePaths;

  constructor(paths: CachePaths) {
    this.#paths = paths;
  }

  /** Chunk keys that hold results of these items, each item once, the latest first. */
  find(family: Digest, items: ReadonlySet<Digest>): ReadonlyMap<Digest, readonly Digest[]> {
    let text: string;
    try {
      text = readFileSync(this.#paths.items(family), 'utf8');
    } catch {
      return new Map();
    }
    const found = new Map<Digest, Digest[]>();
    const wanted = new Set(items);
    for (const line of text.trimEnd().split('\n').reverse()) {
      let entry: { readonly key: Digest; readonly items: readonly Digest[] } | null;
      try {
        entry = JSON.parse(line);
      } catch {
        continue;
      }
      if (!Array.isArray(entry?.items)) continue;
      const here = (entry.items as readonly Digest[]).filter((item) => wanted.delete(item));
      if (here.length > 0) found.set(entry.key, here);
      if (wanted.size === 0) break;
    }
    return found;
  }

  add(family: Digest, key: Digest, items: readonly Digest[]): void {
    const path = this.#paths.items(family);
    makeFolder(dirname(path));
    appendFileSync(path, `${JSON.stringify({ key, items })}\n`);
  }
}
