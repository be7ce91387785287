import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import type { Digest } from '../digest.ts';

const blockBytes = 1 << 20;
let block: Buffer | undefined;

/** SHA-256 of a file's bytes, read in blocks: a 4 GiB file takes 1 MiB of memory. */
export function hashFile(path: string): Digest {
  block ??= Buffer.allocUnsafe(blockBytes);
  const hash = createHash('sha256');
  const fd = openSync(path, 'r');
  try {
    for (;;) {
      const n = readSync(fd, block, 0, blockBytes, null);
      if (n === 0) break;
      hash.update(n === blockBytes ? block : block.subarray(0, n));
    }
  } finally {
    closeSync(fd);
  }
  return hash.digest('hex') as Digest;
}
