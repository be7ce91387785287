import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  findRun,
  listRuns,
  namedFolders,
  openRun,
  readOutputs,
  readTasks,
  type StoredRun,
} from '../engine/record/runs.ts';
import { nearest } from '../util/suggest.ts';
import { UsageError } from './command.ts';
import { stageOf } from './stage-of.ts';

/**
 * A run by `latest`, id, folder name or path. Throws `UsageError` with the nearest id, or with what is wrong
 * with the folder that was meant.
 */
export function pickRun(runsFolder: string, wanted: string, cwd: string): StoredRun {
  const run = findRun(runsFolder, wanted);
  if (run !== undefined) return run;
  if (wanted === 'latest') throw new UsageError('there is no run yet', 'Make one: affekt run SPEC');
  const path = resolve(cwd, wanted);
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const [folder] = isFolder ? [path] : namedFolders(runsFolder, wanted);
  if (folder !== undefined) {
    const opened = openRun(folder);
    if (typeof opened !== 'string') return opened;
    throw new UsageError(`${folder} ${opened}`, 'affekt runs lists those that are whole.');
  }
  const near = nearest(
    wanted,
    listRuns(runsFolder).map(({ info }) => info.id),
  );
  const suggestion = near === undefined ? '' : `; did you mean ${near}?`;
  throw new UsageError(`no run "${wanted}"${suggestion}`, 'affekt runs lists them.');
}

/**
 * The same, of a run whose record is to be relied on: one that is done has outputs, and tasks of every stage
 * that gave one.
 */
export function pickWholeRun(runsFolder: string, wanted: string, cwd: string): StoredRun {
  const run = pickRun(runsFolder, wanted, cwd);
  const lack = lackOf(run);
  if (lack !== undefined) throw new UsageError(lack.message, lack.hint);
  return run;
}

/** What the folder of a run that is done lacks, and the next step. */
export function lackOf({
  folder,
  info,
}: StoredRun): { readonly message: string; readonly hint: string } | undefined {
  if (info.state !== 'done') return undefined;
  const outputs = Object.keys(readOutputs(folder));
  const worked = new Set(readTasks(folder).map(({ address }) => stageOf(address)));
  const isCut = worked.size === 0 || outputs.some((address) => !worked.has(stageOf(address)));
  const lacking = [
    ...(isCut ? ['tasks.ndjson'] : []),
    ...(outputs.length === 0 ? ['outputs.json'] : []),
  ];
  if (lacking.length === 0) return undefined;
  return {
    message: `run ${info.id} is not whole: ${lacking.join(' and ')} of ${folder} cannot be read to the end`,
    hint: `Bring the folder back from a copy, or run it again: affekt run ${info.spec}`,
  };
}
