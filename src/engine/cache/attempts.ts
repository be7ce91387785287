import { readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { jobMarker, killMarked } from '../../util/kill-tree.ts';
import { livenessOf, processIdentity, processToken } from '../../util/process-identity.ts';
import type { Digest } from '../digest.ts';
import type { CachePaths } from './paths.ts';

let counter = 0;

/** `pid:[4026531836]` as a part of a file name. */
function plain(namespace: string): string {
  return namespace.replace(/\D/g, '');
}

/** A new attempt folder's path: its name says whose it is, so that leftovers of a kill can be swept. */
export function attemptFolder(paths: CachePaths, key: Digest): string {
  counter++;
  const { pid, start, namespace } = processIdentity();
  return join(
    paths.attempts,
    `${key}.${counter}.${pid}-${start}-${plain(namespace)}.${hostname()}`,
  );
}

/**
 * Removes attempts whose engine, on this host and in this container, is gone, and ends what it may
 * have left running: a program has a process group of its own and survives when engine and workers
 * are killed together.
 */
export function sweepAttempts(paths: CachePaths): void {
  let names: readonly string[];
  try {
    names = readdirSync(paths.attempts);
  } catch {
    return;
  }
  const here = processIdentity();
  const dead = new Set<string>();
  const folders: string[] = [];
  for (const name of names) {
    const [, pid, start, namespace, host] =
      /^[0-9a-f]{64}\.\d+\.(\d+)-(\d*)-(\d*)\.(.+)$/.exec(name) ?? [];
    if (host !== here.host || namespace !== plain(here.namespace)) continue;
    const owner = { ...here, pid: Number(pid), start: start ?? '' };
    if (livenessOf(owner) !== 'dead') continue;
    dead.add(processToken(owner));
    folders.push(join(paths.attempts, name));
  }
  if (dead.size === 0) return;
  killMarked(jobMarker, (value) => dead.has(value.slice(0, value.indexOf('-'))));
  for (const folder of folders) removeAttempt(folder);
}

/** Removes an attempt folder as far as it can be: what is left is swept by a later run, and in nobody's way. */
export function removeAttempt(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // A read-only cache, or a folder that a program made read-only.
  }
}
