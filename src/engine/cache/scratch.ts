import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { livenessOf, type ProcessIdentity, processIdentity } from '../../util/process-identity.ts';
import type { CachePaths } from './paths.ts';

const prefix = 'reproduce-';
/** What was kept for its logs goes after a week. */
const keptMs = 7 * 86_400_000;

export interface Scratch {
  readonly folder: string;
  remove(): void;
  /** Leaves it to a person; a later start removes it after a week. */
  keep(): void;
}

/** A folder in the cache for the runs of one command; its owner stands in it, so that a kill leaves nothing for long. */
export function openScratch({ root }: CachePaths): Scratch {
  const folder = mkdtempSync(join(root, prefix));
  const owner = join(folder, 'owner.json');
  writeFileSync(owner, JSON.stringify(processIdentity()));
  return {
    folder,
    remove: () => rmSync(folder, { recursive: true, force: true }),
    keep: () => rmSync(owner, { force: true }),
  };
}

/** Removes the scratch folders of owners that are certainly gone, and what was kept long enough. */
export function sweepScratch({ root }: CachePaths): void {
  for (const name of namesIn(root)) {
    if (!name.startsWith(prefix)) continue;
    const folder = join(root, name);
    try {
      if (isLeft(folder)) rmSync(folder, { recursive: true, force: true });
    } catch {
      // Another start was faster, or the cache is read-only: nothing depends on it.
    }
  }
}

function namesIn(root: string): readonly string[] {
  try {
    return readdirSync(root);
  } catch {
    // No cache yet.
    return [];
  }
}

function isLeft(folder: string): boolean {
  let owner: ProcessIdentity;
  try {
    owner = JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8')) as ProcessIdentity;
  } catch {
    // Kept, or so new that its owner is not written yet.
    return Date.now() - statSync(folder).mtimeMs > keptMs;
  }
  return livenessOf(owner) === 'dead';
}
