import { readdirSync, readFileSync } from 'node:fs';

/** Processes that carry `NAME=value` in the environment they started with; none where /proc is missing. */
export function processesMarked(name: string, value: string): readonly number[] {
  const marker = `${name}=${value}`;
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
      if (readFileSync(`/proc/${pid}/environ`, 'utf8').split('\u0000').includes(marker))
        found.push(pid);
    } catch {
      // Another user's process, or one that has just ended.
    }
  }
  return found;
}

/** Kills every process that inherited the marker, also those that left their process group or session. */
export function killMarked(name: string, value: string): void {
  for (const pid of processesMarked(name, value)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Ended by itself.
    }
  }
}
