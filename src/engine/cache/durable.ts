import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { naming, writeAll } from '../../util/write-all.ts';

let counter = 0;

/**
 * Makes a folder and those above it, one by one. Node's own recursive call reports a read-only or
 * full disk as a folder that does not exist, and never returns below a file system such as /proc.
 * Others may make the same folders at the same time.
 */
export function makeFolder(path: string): void {
  if (missingAbove(path) === undefined) return;
  if (!existsSync(dirname(path))) makeFolder(dirname(path));
  const missing = missingAbove(path);
  if (missing !== undefined) throw missing;
}

/** Makes one folder; the error where one above it is missing. */
function missingAbove(path: string): Error | undefined {
  try {
    mkdirSync(path);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && statSync(path).isDirectory()) return undefined;
    if (code === 'ENOENT') return error as Error;
    throw error;
  }
}

/** A name beside `path` that no other writer uses: process id, then a count. */
export function temporaryName(path: string): string {
  counter++;
  return `${path}.${process.pid}.${counter.toString(36)}.tmp`;
}

export function fsyncPath(path: string): void {
  const fd = openSync(path, 'r');
  try {
    naming(path, () => fsyncSync(fd));
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
    makeFolder(dirname(path));
    fd = open();
  }
  try {
    writeAll(fd, path, content);
    naming(path, () => fsyncSync(fd));
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
