import { lstatSync } from 'node:fs';
import { basename } from 'node:path';
import { parseDigest } from '../digest.ts';

/** How everything says of bytes that they are no longer there. */
export const evicted = 'evicted from the cache';

/** The same of a record: eviction leaves them all. */
export const lost = 'is gone or damaged';

/**
 * Whether an error is of an object that is gone: files that are named by their digest. A link to a user's file that
 * has moved is there.
 */
export function isEvicted(error: unknown): boolean {
  const { code, path = '' } = error as NodeJS.ErrnoException;
  const named = code === 'ENOENT' && parseDigest(basename(path)) !== undefined;
  return named && lstatSync(path, { throwIfNoEntry: false }) === undefined;
}
