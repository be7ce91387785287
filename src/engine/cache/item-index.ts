import { appendFileSync, closeSync, fstatSync, mkdirSync, openSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Digest } from '../digest.ts';
import type { CachePaths } from './paths.ts';

/** What has been read of a family's file: the latest chunk that holds each item. */
interface Family {
  /** Bytes up to the end of the last whole line. */
  end: number;
  readonly holder: Map<Digest, Digest>;
}

/**
 * Which chunk holds which item's result, by family (same kind, version and params): when a chunk's
 * items change, the rows that are known are copied and only new items are computed. A hint only: a
 * torn or lost line costs computing, and what it points to is checked like any object.
 */
export class ItemIndex {
  readonly #paths: CachePaths;
  /** Every chunk asks: each reads only the lines that are new. */
  readonly #families = new Map<Digest, Family>();

  constructor(paths: CachePaths) {
    this.#paths = paths;
  }

  /** Chunk keys that hold results of these items, each item once, in the latest chunk that made it. */
  find(family: Digest, items: Iterable<Digest>): ReadonlyMap<Digest, readonly Digest[]> {
    const { holder } = this.#read(family);
    const found = new Map<Digest, Digest[]>();
    for (const item of new Set(items)) {
      const key = holder.get(item);
      if (key === undefined) continue;
      const list = found.get(key);
      if (list === undefined) found.set(key, [item]);
      else list.push(item);
    }
    return found;
  }

  add(family: Digest, key: Digest, items: readonly Digest[]): void {
    const path = this.#paths.items(family);
    mkdirSync(dirname(path), { recursive: true });
    appendFileSync(path, `${JSON.stringify({ key, items })}\n`);
  }

  #read(family: Digest): Family {
    let known = this.#families.get(family) ?? { end: 0, holder: new Map<Digest, Digest>() };
    let fd: number;
    try {
      fd = openSync(this.#paths.items(family), 'r');
    } catch {
      return { end: 0, holder: new Map() };
    }
    try {
      const { size } = fstatSync(fd);
      if (size < known.end) known = { end: 0, holder: new Map() };
      const bytes = Buffer.alloc(size - known.end);
      const read = readSync(fd, bytes, 0, bytes.length, known.end);
      const whole = bytes.subarray(0, read).lastIndexOf('\n') + 1;
      for (const line of bytes.toString('utf8', 0, whole).split('\n')) take(line, known.holder);
      known.end += whole;
    } catch {
      // What was read before is as good a hint as any.
    } finally {
      closeSync(fd);
    }
    this.#families.set(family, known);
    return known;
  }
}

function take(line: string, holder: Map<Digest, Digest>): void {
  let entry: { readonly key?: Digest; readonly items?: readonly Digest[] } | null;
  try {
    entry = JSON.parse(line);
  } catch {
    return;
  }
  if (typeof entry?.key !== 'string' || !Array.isArray(entry.items)) return;
  for (const item of entry.items as readonly Digest[]) holder.set(item, entry.key);
}
