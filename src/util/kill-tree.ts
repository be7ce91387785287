import { readdirSync, readFileSync } from 'node:fs';

/**
 * Every process of a job inherits this variable: `<pid>.<start>-<n>` of the engine and its n-th
 * worker, so that none survives the job.
 */
export const jobMarker = 'AFFEKT_ATTEMPT';

/** Tells whether a marker's value is meant. */
type Accept = (value: string) => boolean;

/** Processes that carry `NAME=value…` in the environment they started with; none where /proc is missing. */
export function processesMarked(name: string, wanted: string | Accept): readonly number[] {
  const accept: Accept = typeof wanted === 'string' ? (value) => value === wanted : wanted;
  const marker = `${name}=`;
  const found: number[] = [];
  let entries: readonly string[];
  try {
    entries = readdirSync('/proc');
  } catch {
    return [];
  }
  for (const entry of entries) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    try {
      const variables = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\u0000');
      const marked = variables.find((variable) => variable.startsWith(marker));
      if (marked !== undefined && accept(marked.slice(marker.length))) found.push(pid);
    } catch {
      // Another user's process, or one that has just ended.
    }
  }
  return found;
}

const mostLooks = 10;
/** A process that is just becoming another program (exec) has no environment for a moment: one empty look proves nothing. */
const emptyLooks = 3;

/** Kills every process that inherited the marker, also those that left their process group or session; never this one. */
export function killMarked(name: string, wanted: string | Accept): void {
  // A process may fork while the list is read: look again until none is left.
  let empty = 0;
  for (let look = 0; look < mostLooks && empty < emptyLooks; look++) {
    const found = processesMarked(name, wanted);
    empty = found.length === 0 ? empty + 1 : 0;
    for (const pid of found) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // Ended by itself.
      }
    }
  }
}
