import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ArtifactType } from '../artifact.ts';
import type { Digest } from '../digest.ts';
import { sweepAttempts } from './attempts.ts';
import { eachObject, eachRecord, objectsOf } from './inventory.ts';
import { Leases } from './leases.ts';
import { CachePaths } from './paths.ts';

export interface GarbageOptions {
  /** Evict the longest unused objects until the rest takes at most this much. */
  readonly maxBytes?: number;
  /** Evict objects that were not used for this many days. */
  readonly maxAgeDays?: number;
  readonly dryRun?: boolean;
}

export interface GarbageResult {
  readonly removed: number;
  readonly bytes: number;
  readonly kept: number;
  /** Who is at work in this cache: then nothing was removed. */
  readonly busy?: string;
}

/** An object that no record names may belong to a task that is just finishing. */
const youngMs = 3_600_000;
const leftoverMs = 7 * 86_400_000;

/**
 * Evicts objects; records stay, so `why` and audits still know what was made, and a task whose
 * objects are gone runs again. What old runs are read by is kept, and so are links to users' files: they take
 * no space.
 */
export function collectGarbage(
  folder: string,
  types: Readonly<Record<string, ArtifactType>>,
  options: GarbageOptions,
): GarbageResult {
  const paths = new CachePaths(folder);
  const busy = new Leases(paths).otherOwner();
  if (busy !== undefined) return { removed: 0, bytes: 0, kept: 0, busy };
  const used = new Map<Digest, number>();
  const results = new Set<Digest>();
  for (const { record, usedMs } of eachRecord(paths)) {
    for (const digest of objectsOf(record))
      used.set(digest, Math.max(used.get(digest) ?? 0, usedMs));
    for (const { type, files } of Object.values(record.outputs)) {
      if (types[type]?.kept !== true) continue;
      for (const digest of Object.values(files)) results.add(digest);
    }
  }
  const now = Date.now();
  const objects = [...eachObject(paths)].filter((object) => !object.inPlace);
  const last = (digest: Digest): number => used.get(digest) ?? 0;
  objects.sort((a, b) => last(a.digest) - last(b.digest) || b.bytes - a.bytes);
  let total = objects.reduce((sum, { bytes }) => sum + bytes, 0);
  let removed = 0;
  let freed = 0;
  for (const { digest, bytes, modifiedMs } of objects) {
    if (results.has(digest)) continue;
    const unnamed = !used.has(digest);
    if (unnamed && now - modifiedMs < youngMs) continue;
    const old =
      options.maxAgeDays !== undefined && now - last(digest) > options.maxAgeDays * 86_400_000;
    const over = options.maxBytes !== undefined && total > options.maxBytes;
    if (!unnamed && !old && !over) continue;
    if (options.dryRun !== true) rmSync(paths.object(digest), { force: true });
    total -= bytes;
    freed += bytes;
    removed++;
  }
  if (options.dryRun !== true) sweep(paths, now);
  return { removed, bytes: freed, kept: objects.length - removed };
}

/** Leftovers of kills: attempts, temporary files, quarantined objects, parsed specs nobody asked for in a week. */
function sweep(paths: CachePaths, now: number): void {
  sweepAttempts(paths);
  const old = (path: string, age: number): boolean => {
    const stat = statSync(path, { throwIfNoEntry: false });
    return stat === undefined || now - stat.mtimeMs > age;
  };
  const removeIn = (folder: string, wanted: (path: string) => boolean): void => {
    let names: readonly string[] = [];
    try {
      names = readdirSync(folder);
    } catch {
      return;
    }
    for (const name of names) {
      const path = join(folder, name);
      if (wanted(path)) rmSync(path, { recursive: true, force: true });
    }
  };
  for (const store of [paths.objects, paths.records]) {
    removeIn(store, (shard) => {
      removeIn(shard, (path) => path.endsWith('.tmp') && old(path, youngMs));
      return false;
    });
  }
  removeIn(paths.leases, (path) => path.endsWith('.tmp') && old(path, youngMs));
  removeIn(paths.checkpoints, (path) => old(path, leftoverMs));
  removeIn(paths.quarantine, (path) => old(path, leftoverMs));
  removeIn(join(paths.root, 'specs'), (path) => old(path, leftoverMs));
}
