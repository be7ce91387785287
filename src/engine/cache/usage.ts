import type { Digest } from '../digest.ts';
import { eachObject, eachRecord, objectsOf } from './inventory.ts';
import { CachePaths } from './paths.ts';

export interface CacheUsage {
  readonly records: number;
  readonly objects: number;
  readonly bytes: number;
  /** Objects that are links to users' files: they take no space. */
  readonly inPlace: number;
  /** An object that two kinds share counts for both. */
  readonly byKind: Readonly<Record<string, { readonly records: number; readonly bytes: number }>>;
}

export function cacheUsage(folder: string): CacheUsage {
  const paths = new CachePaths(folder);
  const sizes = new Map<Digest, number>();
  let bytes = 0;
  let inPlace = 0;
  for (const object of eachObject(paths)) {
    sizes.set(object.digest, object.bytes);
    bytes += object.bytes;
    if (object.inPlace) inPlace++;
  }
  const byKind: Record<string, { records: number; bytes: number; seen: Set<Digest> }> = {};
  let records = 0;
  for (const { record } of eachRecord(paths)) {
    records++;
    byKind[record.kind] ??= { records: 0, bytes: 0, seen: new Set() };
    const kind = byKind[record.kind];
    if (kind === undefined) continue;
    kind.records++;
    for (const digest of objectsOf(record)) {
      if (kind.seen.has(digest)) continue;
      kind.seen.add(digest);
      kind.bytes += sizes.get(digest) ?? 0;
    }
  }
  return {
    records,
    objects: sizes.size,
    bytes,
    inPlace,
    byKind: Object.fromEntries(
      Object.entries(byKind).map(([kind, { records: n, bytes: b }]) => [
        kind,
        { records: n, bytes: b },
      ]),
    ),
  };
}
