import { readdir, readFile } from 'node:fs/promises';

/** The file system as the spec reader needs it. */
export interface SpecReader {
  /** Rejects with a Node error (`code` ENOENT, EACCES, EISDIR …). */
  read(path: string): Promise<Uint8Array>;
  /** Names in a folder, for suggestions; empty when it cannot be read. */
  list(folder: string): Promise<readonly string[]>;
}

export const diskReader: SpecReader = {
  read: (path) => readFile(path),
  list: (folder) => readdir(folder).catch(() => []),
};
