import type { Digest } from '../engine/digest.ts';
import { pathName } from '../engine/record/recorder.ts';
import type { RunOutputs, TaskRecord } from '../engine/record/types.ts';
import { sortFiles } from './sort-files.ts';

/**
 * Why bytes are not in a pack: recordings; what holds them almost as they are; what code of its own made of
 * recordings that may not be passed on, and may hold them in any form.
 */
export type LeftOut = 'sound' | 'features' | 'derived';

/** A file that a task of the run made: a row of `files.csv`. */
export interface PackFile {
  /** `stages/…` for what a stage gave, `tasks/…` for what only other tasks read. */
  readonly path: string;
  readonly digest: Digest;
  /** Path in the pack with these bytes, each once; empty where they are left out. */
  readonly held: string;
  readonly left: LeftOut | '';
}

export interface PackTask {
  readonly address: string;
  readonly record: TaskRecord;
  /** Made by code that is no release's. */
  readonly foreign: boolean;
}

/**
 * Every file that the tasks of a run made, by the name under which a person looks for it, sorted. What a
 * stage gave comes first: of equal bytes the first one is held. Pure.
 */
export function listFiles(
  tasks: readonly PackTask[],
  outputs: RunOutputs,
  keep: Readonly<Record<LeftOut, boolean>>,
): readonly PackFile[] {
  const made = tasks.flatMap(({ address, record }) =>
    Object.entries(record.outputs).map(([port, output]) => ({ address, port, output })),
  );
  const sorts = sortFiles(tasks);
  const byDigest = new Map(made.map(({ output }) => [output.digest, output]));
  const named = new Map<string, Digest>();
  const name = (
    folder: string,
    address: string,
    port: string,
    files: Readonly<Record<string, Digest>>,
  ): void => {
    for (const [file, digest] of Object.entries(files)) {
      named.set(`${folder}/${pathName(address)}/${port}/${file}`, digest);
    }
  };
  const given = new Set<Digest>();
  for (const [address, ports] of Object.entries(outputs)) {
    for (const [port, digest] of Object.entries(ports)) {
      const output = byDigest.get(digest);
      if (output === undefined) continue;
      given.add(digest);
      name('stages', address, port, output.files);
    }
  }
  for (const { address, port, output } of made) {
    if (!given.has(output.digest)) name('tasks', address, port, output.files);
  }
  const held = new Map<Digest, string>();
  return [...named]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, digest]): PackFile => {
      const sort = sorts.get(digest) ?? '';
      if (sort !== '' && !keep[sort]) return { path, digest, held: '', left: sort };
      const known = held.get(digest) ?? path;
      held.set(digest, known);
      return { path, digest, held: known, left: '' };
    });
}
