import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, uptime } from 'node:os';

/** Who holds a lease or a run: enough to tell, on the same host, whether the process still lives. */
export interface ProcessIdentity {
  readonly host: string;
  /** Changes at every boot. */
  readonly boot: string;
  /** Process ids mean nothing across namespaces (containers). */
  readonly namespace: string;
  readonly pid: number;
  /** Start time of the process in clock ticks, where the system tells: a reused pid differs. */
  readonly start: string;
}

function read(get: () => string): string {
  try {
    return get().trim();
  } catch {
    return '';
  }
}

function startOf(pid: number): string {
  // Field 22 of /proc/PID/stat; the command before it may contain spaces and parentheses.
  const stat = read(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

/** A process of this machine in one word: its id and start time, which a reused id does not share. */
export function processToken({ pid, start } = processIdentity()): string {
  return `${pid}.${start || '0'}`;
}

let own: ProcessIdentity | undefined;

export function processIdentity(): ProcessIdentity {
  own ??= {
    host: hostname(),
    boot:
      read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')) ||
      // Without /proc: the boot time in minutes, steady enough to tell two boots apart.
      String(Math.round((Date.now() / 1000 - uptime()) / 60)),
    namespace: read(() => readlinkSync('/proc/self/ns/pid')),
    pid: process.pid,
    start: startOf(process.pid),
  };
  return own;
}

/** Another process of this machine, a child for one. */
export function identityOf(pid: number): ProcessIdentity {
  return { ...processIdentity(), pid, start: startOf(pid) };
}

/** `alive` and `dead` are certain; `unknown` when the owner is on another host or in another container. */
export function livenessOf(owner: ProcessIdentity): 'alive' | 'dead' | 'unknown' {
  const here = processIdentity();
  if (owner.host !== here.host) return 'unknown';
  if (owner.boot !== here.boot) return 'dead';
  if (owner.namespace !== here.namespace) return 'unknown';
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'dead';
  }
  return owner.start !== '' && startOf(owner.pid) !== owner.start ? 'dead' : 'alive';
}
