import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { AuditedRun, AuditSources } from '../audit/audit.ts';
import { DownloadError } from '../download/download-error.ts';
import { unpack } from '../download/unpack.ts';
import { evicted } from '../engine/cache/evicted.ts';
import { CachePaths } from '../engine/cache/paths.ts';
import { Records } from '../engine/cache/records.ts';
import { readOutputs, readTasks } from '../engine/record/runs.ts';
import type { LeftOut } from '../pack/contents.ts';
import { isPack, openPack } from '../pack/open-pack.ts';
import { UsageError } from './command.ts';
import type { Io } from './io.ts';
import { makesAgain } from './makes-again.ts';
import { pickWholeRun } from './pick-run.ts';
import { withConfig } from './with-config.ts';

export interface Audited {
  readonly name: string;
  readonly run: AuditedRun;
  readonly sources: Omit<AuditSources, 'kinds'>;
  /** How bytes that are gone are made again; absent for a pack. */
  readonly again?: string;
  /** Files that a pack was made without; absent for a run of this machine. */
  readonly left?: Readonly<Record<LeftOut, number>>;
}

/** Opens a run of this machine, a pack, or the folder that a pack was unpacked into, while `body` looks. */
export async function withAudited(
  wanted: string,
  io: Io,
  body: (audited: Audited) => number,
): Promise<number> {
  const path = resolve(io.cwd, wanted);
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() && isPack(path)) return body(packed(path, wanted));
  if (found?.isFile() || /\.zip$/i.test(wanted)) {
    if (!existsSync(path)) throw new UsageError(`there is no file ${wanted}`);
    const folder = mkdtempSync(join(tmpdir(), 'affekt-pack-'));
    try {
      await unzipped(path, folder);
      if (!isPack(folder)) {
        throw new UsageError(
          `${wanted} is no pack: it has no run.json or files.csv`,
          'affekt pack RUN makes one.',
        );
      }
      return body(packed(folder, wanted));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  return withConfig(io, ({ settings }) => {
    const { folder, info } = pickWholeRun(settings['runs.path'], wanted, io.cwd);
    const paths = new CachePaths(settings['cache.path']);
    return body({
      name: info.name,
      run: { id: info.id, tasks: readTasks(folder), outputs: readOutputs(folder) },
      sources: { paths, records: new Records(paths), gone: evicted },
      again: makesAgain(info),
    });
  });
}

async function unzipped(path: string, folder: string): Promise<void> {
  try {
    await unpack(path, folder, { wants: () => true, signal: new AbortController().signal });
  } catch (error) {
    if (error instanceof DownloadError) throw new UsageError(error.message, error.hint);
    throw error;
  }
}

function packed(folder: string, wanted: string): Audited {
  try {
    const { info, tasks, outputs, paths, records, damaged, left } = openPack(folder);
    return {
      name: info.name,
      run: { id: info.id, tasks, outputs, damaged },
      sources: { paths, records, gone: 'left out of the pack' },
      left,
    };
  } catch (error) {
    throw new UsageError(
      `${wanted} cannot be read as a pack: ${(error as Error).message.replaceAll(`${folder}/`, '')}`,
      'Get it again from who made it.',
    );
  }
}
