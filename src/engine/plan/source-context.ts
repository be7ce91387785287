import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type * as Tinyglobby from 'tinyglobby';
import type { StatMemo } from '../cache/stat-memo.ts';
import { openDataStore } from '../data-store.ts';
import type { Digest } from '../digest.ts';
import type { Host } from '../host.ts';
import type { LockFile } from '../lock-file.ts';
import { type SourceContext, SourceError } from '../stage.ts';

/** Loaded when a stage first asks for a glob: most experiments never do. */
function glob(): typeof Tinyglobby {
  return createRequire(import.meta.url)('tinyglobby') as typeof Tinyglobby;
}

function filesOf(pattern: string, folder: string): readonly string[] {
  const options = { absolute: true, onlyFiles: true, dot: false, expandDirectories: false };
  // Digits by UTF-16, not by locale: the order must not depend on the machine.
  return glob()
    .globSync(pattern, { cwd: folder, ...options })
    .sort();
}

/** How `sources` sees the world: files through the stat memo, the data store, the environment. */
export function createSourceContext(
  host: Host,
  memo: StatMemo,
  lock: LockFile,
): (folder: string) => SourceContext {
  const store = openDataStore(host.folders.data);
  return (folder) => ({
    folder,
    hashFile: (path): Digest => memo.digest(resolve(folder, path)),
    glob: (pattern) => filesOf(pattern, folder),
    files(pattern, param) {
      const found = filesOf(pattern, folder);
      if (found.length > 0) return found;
      const isFolder = statSync(resolve(folder, pattern), { throwIfNoEntry: false })?.isDirectory();
      const hint = isFolder
        ? `It is a folder: write ${pattern.replace(/\/+$/, '')}/**/* for the files in it.`
        : `Paths start from ${folder}.`;
      throw new SourceError(`no file matches ${JSON.stringify(pattern)}`, { param, hint });
    },
    corpus: (name) => store.read(name),
    lock: (name, digest) => lock.hold(name, digest),
    env: (name) => host.env[name],
    output(command) {
      const ran = spawnSync('sh', ['-c', command], {
        cwd: folder,
        encoding: 'utf8',
        timeout: 10_000,
      });
      if (ran.status === 0) return ran.stdout + ran.stderr;
      throw new SourceError(
        `${command} fails: ${(ran.stderr ?? '').trim().split('\n').at(-1) ?? ran.error}`,
      );
    },
  });
}
