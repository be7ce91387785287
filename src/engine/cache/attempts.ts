import { readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { livenessOf, processIdentity } from '../../util/process-identity.ts';
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

/** Removes attempts whose process, on this host and in this container, is gone. */
export function sweepAttempts(paths: CachePaths): void {
  let names: readonly string[];
  try {
    names = readdirSync(paths.attempts);
  } catch {
    return;
  }
  const here = processIdentity();
  for (const name of names) {
    const [, pid, start, namespace, host] =
      /^[0-9a-f]{64}\.\d+\.(\d+)-(\d*)-(\d*)\.(.+)$/.exec(name) ?? [];
    if (host !== here.host || namespace !== plain(here.namespace)) continue;
    if (livenessOf({ ...here, pid: Number(pid), start: start ?? '' }) !== 'dead') continue;
    rmSync(join(paths.attempts, name), { recursive: true, force: true });
  }
}
