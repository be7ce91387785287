import { spawnSync } from 'node:child_process';
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
    glob: (pattern) =>
      glob()
        .globSync(pattern, {
          cwd: folder,
          absolute: true,
          onlyFiles: true,
          dot: false,
          expandDirectories: false,
        })
        // Digits by UTF-16, not by locale: the order must not depend on the machine.
        .sort(),
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
