import type { Digest } from '../digest.ts';
import { hashFile } from './hash-file.ts';
import { eachObject, eachRecord, objectsOf } from './inventory.ts';
import { ObjectReader } from './objects.ts';
import { CachePaths } from './paths.ts';
import { StatMemo } from './stat-memo.ts';

export interface BadObject {
  readonly digest: Digest;
  readonly problem: string;
}

export interface CacheVerdict {
  readonly checked: number;
  /** Objects whose bytes are not what their name says; they are in quarantine now. */
  readonly bad: readonly BadObject[];
  /** Objects that records name and that are not there: evicted, or links whose file has moved. */
  readonly missing: number;
}

/** Hashes every object again, whatever the stat memo says. */
export async function verifyCache(
  folder: string,
  onProgress: (checked: number) => void = () => undefined,
): Promise<CacheVerdict> {
  const paths = new CachePaths(folder);
  // An empty memo: nothing is taken on trust.
  const reader = new ObjectReader(paths, new StatMemo(''));
  const bad: BadObject[] = [];
  const present = new Set<Digest>();
  let checked = 0;
  for (const { digest, inPlace } of eachObject(paths)) {
    checked++;
    try {
      if (hashFile(paths.object(digest)) === digest) present.add(digest);
      else {
        bad.push({
          digest,
          problem: inPlace ? 'the file it refers to has changed' : 'its bytes have changed',
        });
        reader.quarantine(digest);
      }
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      // A link to a file that moved is only missing.
      if (code !== 'ENOENT') bad.push({ digest, problem: message });
    }
    if (checked % 64 === 0) {
      onProgress(checked);
      await new Promise(setImmediate);
    }
  }
  const missing = new Set<Digest>();
  for (const { record } of eachRecord(paths)) {
    for (const digest of objectsOf(record)) if (!present.has(digest)) missing.add(digest);
  }
  for (const { digest } of bad) missing.delete(digest);
  onProgress(checked);
  return { checked, bad, missing: missing.size };
}
