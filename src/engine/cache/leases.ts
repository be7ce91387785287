import {
  linkSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { livenessOf, type ProcessIdentity, processIdentity } from '../../util/process-identity.ts';
import { naming } from '../../util/write-all.ts';
import type { Digest } from '../digest.ts';
import { makeFolder, temporaryName } from './durable.ts';
import type { CachePaths } from './paths.ts';

const heartbeatMs = 5_000;
/** An owner that is not known to be dead is given up after this long without a heartbeat. */
const silenceMs = 60_000;
/** Clocks of two hosts may differ, but not by this much: a heartbeat that old is of a run that was killed. */
const goneMs = 86_400_000;

/**
 * A lease says "I am making this key": it saves double work and nothing depends on it. Two owners of
 * one key would both finish, and the first record would stand.
 */
export class Leases {
  readonly #paths: CachePaths;
  readonly #held = new Set<string>();
  /** When a foreign lease's heartbeat was last seen to change, by our own clock. */
  readonly #seen = new Map<string, { readonly beat: number; readonly at: number }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(paths: CachePaths) {
    this.#paths = paths;
  }

  /** Takes the lease, or names the owner who holds it. */
  take(key: Digest): { readonly taken: true } | { readonly taken: false; readonly owner: string } {
    const path = this.#paths.lease(key);
    for (let attempt = 0; attempt < 3; attempt++) {
      // Looked at first: whoever waits asks often, and a look writes nothing.
      const owner = this.#owner(path);
      if (owner === 'free') {
        if (!create(path)) continue;
        this.#held.add(path);
        this.#timer ??= setInterval(() => this.#beat(), heartbeatMs).unref();
        return { taken: true };
      }
      if (this.#alive(path, owner)) {
        return {
          taken: false,
          owner: owner === undefined ? 'another run' : `process ${owner.pid} on ${owner.host}`,
        };
      }
      this.#takeAway(path, owner);
    }
    return { taken: false, owner: 'another run' };
  }

  /** An owner other than this process that is at work in this cache, if any. Leases of dead ones are removed. */
  otherOwner(): string | undefined {
    let names: readonly string[];
    try {
      names = readdirSync(this.#paths.leases);
    } catch {
      return undefined;
    }
    for (const name of names) {
      const path = join(this.#paths.leases, name);
      const owner = this.#owner(path);
      if (owner === undefined || owner === 'free' || this.#held.has(path)) continue;
      if (this.#alive(path, owner)) return `process ${owner.pid} on ${owner.host}`;
      this.#takeAway(path, owner);
    }
    return undefined;
  }

  release(key: Digest): void {
    const path = this.#paths.lease(key);
    if (this.#held.delete(path)) this.#remove(path);
    if (this.#held.size === 0 && this.#timer !== undefined) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  releaseAll(): void {
    for (const path of this.#held) this.#remove(path);
    this.#held.clear();
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #owner(path: string): ProcessIdentity | undefined | 'free' {
    try {
      // Anything but an owner's identity tells nothing: then the heartbeat decides.
      return (JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity | null) ?? undefined;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'free' : undefined;
    }
  }

  #alive(path: string, owner: ProcessIdentity | undefined): boolean {
    if (owner !== undefined && livenessOf(owner) === 'dead') return false;
    // A stopped process lives and works no more; one elsewhere cannot be seen: the heartbeat decides.
    // Clocks of two hosts differ, so only changes of it are compared, by our own clock.
    let beat: number;
    try {
      beat = statSync(path).mtimeMs;
    } catch {
      return false;
    }
    if (Date.now() - beat > goneMs) return false;
    const now = performance.now();
    const seen = this.#seen.get(path);
    if (seen === undefined || seen.beat !== beat) {
      this.#seen.set(path, { beat, at: now });
      return true;
    }
    return now - seen.at < silenceMs;
  }

  #beat(): void {
    const now = new Date();
    for (const path of this.#held) {
      try {
        utimesSync(path, now, now);
      } catch {
        // Somebody took it over: the work goes on, the first record stands.
      }
    }
  }

  /**
   * Removes the lease of an owner that is gone. Two that wait may see the same dead owner: the slower
   * one must not remove the lease that the faster one has just taken, so it looks at what it took away.
   */
  #takeAway(path: string, owner: ProcessIdentity | undefined): void {
    const aside = temporaryName(path);
    try {
      renameSync(path, aside);
    } catch {
      // Somebody else took it away.
      return;
    }
    const taken = this.#owner(aside);
    if (JSON.stringify(taken) !== JSON.stringify(owner)) {
      try {
        linkSync(aside, path);
      } catch {
        // A third has taken it in the meantime: two may do the same work, and the first record stands.
      }
    }
    this.#remove(aside);
  }

  #remove(path: string): void {
    try {
      unlinkSync(path);
    } catch {
      // Gone already.
    }
  }
}

/**
 * False when somebody was first. The name appears with its content, so that no kill and no full disk
 * leaves a lease without an owner. Not synced: a lease means nothing after the machine has been down.
 */
function create(path: string): boolean {
  const temporary = temporaryName(path);
  try {
    makeFolder(dirname(path));
    naming(path, () => writeFileSync(temporary, JSON.stringify(processIdentity()), { flag: 'wx' }));
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}
