import { closeSync, openSync, readSync } from 'node:fs';

/**
 * What a file is instead of what was asked for: servers answer 200 with a login page, a virus-scan
 * page or the pointer of a large-file store. `undefined` when it is neither.
 */
export function trapIn(path: string): string | undefined {
  const fd = openSync(path, 'r');
  try {
    const block = Buffer.alloc(512);
    const text = block.subarray(0, readSync(fd, block, 0, block.length, 0)).toString('latin1');
    if (
      /^(\xef\xbb\xbf)?\s*(<!doctype html|<html|<head|<\?xml[^>]*>\s*<!doctype html)/i.test(text)
    ) {
      return 'a web page (a login or a confirmation)';
    }
    if (text.startsWith('version https://git-lfs.github.com/')) return 'a Git LFS pointer';
    return undefined;
  } finally {
    closeSync(fd);
  }
}
