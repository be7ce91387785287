import { basename } from 'node:path';
import { parseDigest } from '../digest.ts';

/** How everything says of bytes that they are no longer there. */
export const evicted = 'evicted from the cache';

/** Whether an error is of an object that is gone: files that are named by their digest are nothing else. */
export function isEvicted(error: unknown): boolean {
  const { code, path = '' } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' && parseDigest(basename(path)) !== undefined;
}
