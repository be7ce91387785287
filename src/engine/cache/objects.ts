import {
  chmodSync,
  copyFileSync,
  lstatSync,
  readlinkSync,
  realpathSync,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Digest } from '../digest.ts';
import { fsyncPath, makeFolder, temporaryName } from './durable.ts';
import { hashFile } from './hash-file.ts';
import type { CachePaths } from './paths.ts';
import { type StatMemo, stampOf } from './stat-memo.ts';

function errno(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

function holds(path: string, digest: Digest): boolean {
  try {
    return hashFile(path) === digest;
  } catch {
    return false;
  }
}

/** Moves finished files into the object store: fsync, rename; the folders are synced at the end. */
export class ObjectWriter {
  readonly #paths: CachePaths;
  readonly #folders = new Set<string>();

  constructor(paths: CachePaths) {
    this.#paths = paths;
  }

  /** Moves a file of this digest in. It becomes read-only. */
  put(file: string, digest: Digest): void {
    const target = this.#paths.object(digest);
    // A second name of the file (`ln`, `cp -l`) may be the user's own: an object shares no inode.
    const own = statSync(file).nlink === 1 ? file : temporaryName(file);
    if (own !== file) copyFileSync(file, own);
    chmodSync(own, 0o444);
    fsyncPath(own);
    this.#place(target, () => renameSync(own, target));
  }

  /** Refers to a file where it lies, so that a corpus is not stored twice. */
  adopt(file: string, digest: Digest): void {
    const target = this.#paths.object(digest);
    // A good object keeps its place: it may be the only copy if the user's file moves. One that refers
    // to another file of the user may be bad by now.
    if (holds(target, digest)) return;
    const temporary = temporaryName(target);
    this.#place(target, () => {
      // Where it lies in truth: a link to it may be gone tomorrow.
      symlinkSync(realpathSync(file), temporary);
      renameSync(temporary, target);
    });
  }

  #place(target: string, move: () => void): void {
    const folder = dirname(target);
    try {
      move();
    } catch (error) {
      // The folder may be there by now: another worker made it for an object of its own.
      if (errno(error) !== 'ENOENT') throw error;
      makeFolder(folder);
      move();
    }
    this.#folders.add(folder);
  }

  /** Makes the renames durable. Call once after the last file. */
  sync(): void {
    for (const folder of this.#folders) fsyncPath(folder);
    this.#folders.clear();
  }
}

/** The read side: an object counts only while its bytes are what its name says. */
export class ObjectReader {
  readonly #paths: CachePaths;
  readonly #memo: StatMemo;

  constructor(paths: CachePaths, memo: StatMemo) {
    this.#paths = paths;
    this.#memo = memo;
  }

  /**
   * What a good object looks like; `undefined` when it is missing or bad. A bad one is moved to quarantine,
   * so that it is made again.
   */
  good(digest: Digest): string | undefined {
    const path = this.#paths.object(digest);
    try {
      const found = this.#memo.look(path);
      if (found.digest === digest) return found.stamp;
    } catch (error) {
      const code = errno(error);
      if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return undefined;
      // A user's file that became a folder; a folder is no object either.
      if (code !== 'EISDIR') throw error;
    }
    this.quarantine(digest);
    return undefined;
  }

  /** What an object looks like without reading it: another stamp may mean other bytes. */
  stamp(digest: Digest): string | undefined {
    const stat = statSync(this.#paths.object(digest), { bigint: true, throwIfNoEntry: false });
    return stat && stampOf(stat);
  }

  /** Where its bytes lie: the object, or the user's file that it refers to. */
  place(digest: Digest): string {
    const path = this.#paths.object(digest);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    return stat?.isSymbolicLink() === true ? readlinkSync(path) : path;
  }

  /** Takes a bad object out of the way. A link to a user's file is only removed. */
  quarantine(digest: Digest): void {
    const path = this.#paths.object(digest);
    makeFolder(this.#paths.quarantine);
    try {
      renameSync(path, temporaryName(join(this.#paths.quarantine, basename(path))));
    } catch (error) {
      if (errno(error) !== 'ENOENT') throw error;
    }
  }

  bytes(digest: Digest): number {
    try {
      return statSync(this.#paths.object(digest)).size;
    } catch {
      return 0;
    }
  }

  remove(digest: Digest): void {
    unlinkSync(this.#paths.object(digest));
  }
}
