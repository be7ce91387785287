import type { Cache } from '../cache/cache.ts';
import type { Digest } from '../digest.ts';
import { readRows } from '../plan/each.ts';
import type { KnownRows } from './executor.ts';

/** Results of these items that other chunks of the family hold, in objects that are there and good. */
export function knownRows(
  cache: Cache,
  family: Digest,
  items: readonly Digest[],
): readonly KnownRows[] {
  const known: KnownRows[] = [];
  for (const [key, found] of cache.items.find(family, items)) {
    const hit = cache.find(key);
    const files = hit?.record.outputs['chunk']?.files;
    const shard = files?.['data.npy'];
    const rowsFile = files?.['rows.json'];
    if (hit?.whole !== true || shard === undefined || rowsFile === undefined) continue;
    const wanted = new Set(found);
    for (const { item, offset, rows, meta } of readRows(cache.paths.object(rowsFile))) {
      if (wanted.has(item))
        known.push({ item, shard, offset, rows, ...(meta === undefined ? {} : { meta }) });
    }
  }
  return known;
}
