import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

let counter = 0;

/** A name beside `path` that no other writer uses: process id, then a count. */
export function temporaryName(path: string): string {
  counter++;
  return `${path}.${process.pid}.${counter.toString(36)}.tmp`;
}

export function fsyncPath(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function writeTemporary(path: string, content: string | Uint8Array): string {
  const temporary = temporaryName(path);
  const open = (): number => openSync(temporary, 'wx', 0o644);
  let fd: number;
  try {
    fd = open();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(path), { recursive: true });
    fd = open();
  }
  try {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    let written = 0;
    while (written < bytes.length) written += writeSync(fd, bytes, written);
    fsyncSync(fd);
  } catch (error) {
    closeSync(fd);
    unlinkSync(temporary);
    throw error;
  }
  closeSync(fd);
  return temporary;
}

/** Replaces a small file whole: after a crash it holds the old content or the new, never a part. */
export function writeDurably(path: string, content: string | Uint8Array): void {
  const temporary = writeTemporary(path, content);
  renameSync(temporary, path);
  fsyncPath(dirname(path));
}

/**
 * Publishes a small file under a name that must not exist yet: the first writer wins.
 * Returns false, and leaves the other's file alone, when somebody was first.
 */
export function publishDurably(path: string, content: string | Uint8Array): boolean {
  const temporary = writeTemporary(path, content);
  try {
    linkSync(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    unlinkSync(temporary);
  }
  fsyncPath(dirname(path));
  return true;
}
