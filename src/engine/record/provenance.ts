import { execFileSync } from 'node:child_process';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import type { JsonObject } from '../../util/json.ts';
import type { Host } from '../host.ts';

function git(folder: string, ...args: readonly string[]): string | undefined {
  try {
    return execFileSync('git', ['-C', folder, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 10_000,
      maxBuffer: 64 << 20,
    });
  } catch {
    // No git, no repository, or a repository without a commit: then there is nothing to record.
    return undefined;
  }
}

export interface Provenance {
  readonly info: JsonObject;
  /** Uncommitted changes of tracked files, as `git diff` prints them; empty when there are none. */
  readonly diff: string;
}

/** The state of the project's repository. */
export function readProvenance(folder: string): Provenance {
  const commit = git(folder, 'rev-parse', 'HEAD')?.trim();
  const diff =
    commit === undefined ? '' : (git(folder, 'diff', 'HEAD', '--no-color', '--no-ext-diff') ?? '');
  return {
    info: {
      commit: commit ?? null,
      branch: git(folder, 'rev-parse', '--abbrev-ref', 'HEAD')?.trim() ?? null,
      dirty: diff !== '',
    },
    diff,
  };
}

/** The machine and the versions that a run used. */
export function readEnvironment(host: Host): JsonObject {
  const processors = cpus();
  return {
    node: process.version,
    platform: platform(),
    release: release(),
    arch: arch(),
    cpu: processors[0]?.model ?? 'unknown',
    cpus: processors.length,
    memory_bytes: totalmem(),
    jobs: host.jobs,
    versions: host.versions,
  };
}
