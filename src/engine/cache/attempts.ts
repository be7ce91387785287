import { readdirSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Digest } from '../digest.ts';
import type { CachePaths } from './paths.ts';

let counter = 0;

/** A new attempt folder's path: its name says whose it is, so that leftovers of a kill can be swept. */
export function attemptFolder(paths: CachePaths, key: Digest): string {
  counter++;
  return join(paths.attempts, `${key}.${hostname()}.${process.pid}.${counter}`);
}

/** Removes attempts whose process, on this host, is gone. */
export function sweepAttempts(paths: CachePaths): void {
  let names: readonly string[];
  try {
    names = readdirSync(paths.attempts);
  } catch {
    return;
  }
  for (const name of names) {
    const [, host, pid] = /^[0-9a-f]{64}\.(.+)\.(\d+)\.\d+$/.exec(name) ?? [];
    if (host !== hostname() || pid === undefined || isRunning(Number(pid))) continue;
    rmSync(join(paths.attempts, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
