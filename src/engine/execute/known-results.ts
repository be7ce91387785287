import { extname } from 'node:path';
import type { Cache } from '../cache/cache.ts';
import type { Digest } from '../digest.ts';
import type { KnownItem } from '../item.ts';
import { type ChunkFile, type ChunkRow, readEntries } from '../plan/each.ts';
import type { KnownResult } from './executor.ts';

/** Results of these items that other chunks of the family hold, in objects that are there and good. */
export function knownResults(
  cache: Cache,
  family: Digest,
  items: readonly KnownItem[],
): readonly KnownResult[] {
  const ids = items.map(({ id }) => id);
  return [...cache.items.find(family, ids)].flatMap(([key, found]) => {
    const hit = cache.find(key);
    const files = hit?.record.outputs['chunk']?.files;
    if (hit?.whole !== true || files === undefined) return [];
    const wanted = new Set(found);
    return resultsOf(files, (digest) => cache.paths.object(digest)).filter(({ item }) =>
      wanted.has(item),
    );
  });
}

function resultsOf(
  files: Readonly<Record<string, Digest>>,
  path: (digest: Digest) => string,
): readonly KnownResult[] {
  const { 'data.npy': shard, 'rows.json': rows, 'files.json': list } = files;
  if (shard !== undefined && rows !== undefined) {
    return readEntries<ChunkRow>(path(rows)).map((row) => ({ ...row, shard }));
  }
  if (list === undefined) return [];
  return readEntries<ChunkFile>(path(list)).flatMap(({ file, ...entry }) => {
    const object = files[file];
    return object === undefined ? [] : [{ ...entry, object, extension: extname(file) }];
  });
}
