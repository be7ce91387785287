import { findRun, listRuns, type StoredRun } from '../engine/record/runs.ts';
import { nearest } from '../util/suggest.ts';
import { UsageError } from './command.ts';

/** A run by `latest`, id or folder name. Throws `UsageError` with the nearest id. */
export function pickRun(runsFolder: string, wanted: string): StoredRun {
  const run = findRun(runsFolder, wanted);
  if (run !== undefined) return run;
  if (wanted === 'latest') throw new UsageError('there is no run yet', 'Make one: affekt run SPEC');
  const near = nearest(
    wanted,
    listRuns(runsFolder).map(({ info }) => info.id),
  );
  const suggestion = near === undefined ? '' : `; did you mean ${near}?`;
  throw new UsageError(`no run "${wanted}"${suggestion}`, 'affekt runs lists them.');
}
