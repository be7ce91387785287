import { livenessOf } from '../../util/process-identity.ts';
import type { Leases } from '../cache/leases.ts';
import { sha256 } from '../digest.ts';
import { encode } from '../plan/encode.ts';
import { eachRun, readOutputs, type StoredRun } from './runs.ts';
import type { RunOutputs } from './types.ts';

/** The last finished run of the same experiment with the same outputs. */
export function findPrevious(
  runsFolder: string,
  digest: string,
  outputs: RunOutputs,
): StoredRun | undefined {
  const wanted = JSON.stringify(Object.entries(outputs).sort());
  for (const run of eachRun(runsFolder)) {
    if (run.info.spec_digest !== digest || run.info.state !== 'done') continue;
    if (JSON.stringify(Object.entries(readOutputs(run.folder)).sort()) === wanted) return run;
  }
  return undefined;
}

/** The last run of the same experiment, if it did not finish and nobody is at it. */
function findUnfinished(runsFolder: string, digest: string): StoredRun | undefined {
  for (const run of eachRun(runsFolder)) {
    if (run.info.spec_digest !== digest) continue;
    const { state, owner } = run.info;
    const open = state === 'running' ? livenessOf(owner) === 'dead' : state !== 'done';
    return open ? run : undefined;
  }
  return undefined;
}

/** Two commands may find the same unfinished run at the same moment: one continues it. */
export function claimUnfinished(
  runsFolder: string,
  digest: string,
  leases: Leases,
): StoredRun | undefined {
  const found = findUnfinished(runsFolder, digest);
  if (found === undefined) return undefined;
  const claim = sha256(encode(['affekt.run/1', found.info.id, digest]));
  // Held to the end of the run.
  if (!leases.take(claim).taken) return undefined;
  const now = findUnfinished(runsFolder, digest);
  return now?.folder === found.folder ? now : undefined;
}
