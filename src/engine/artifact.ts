import type { Digest } from './digest.ts';

/**
 * What flows between stages: a tree of files, each an object of the cache. The tree's digest is
 * over its type and the sorted (path, file digest) pairs, so equal bytes are an equal artifact wherever they
 * came from. No clock, host, absolute path, run id, stage name or duration may be inside one.
 */
export interface Artifact {
  readonly type: string;
  readonly digest: Digest;
  /** Relative path, `/`-separated, to the digest of that file. */
  readonly files: Readonly<Record<string, Digest>>;
}

/**
 * How a task uses the utterances of an input. `fit` trains on them, `validate` chooses by them,
 * `test` scores them, `apply` transforms each by itself.
 */
export type Role = 'fit' | 'apply' | 'validate' | 'test';

/** One entry of a task record's audit trail. */
export interface Consumed {
  readonly port: string;
  /** `unverified`: the task opened files itself, so what it read of whom is not known. */
  readonly role: Role | 'unverified';
  /** Utterance ids (or item digests, for an `each` task), sorted. */
  readonly ids: readonly string[];
}

/** Read access to an artifact's files; what `validate` and the readers of src/artifacts take. */
export interface ArtifactFiles {
  readonly type: string;
  readonly files: Readonly<Record<string, Digest>>;
  /** Absolute path of a file to read in place. It is read-only. Throws on an unknown name. */
  path(file: string): string;
}

/** An input as a task sees it. Readers in src/artifacts call `consume` for the ids they hand out. */
export interface InputArtifact extends ArtifactFiles {
  readonly port: string;
  readonly digest: Digest;
  /** Address of the stage it came from, on a port that is `named`; else empty. */
  readonly from: string;
  /** Adds to the audit trail: these ids were opened in this role. */
  consume(role: Role, ids: readonly string[]): void;
  /** Absolute path of a file, for a stage that reads without a reader: audited as `unverified`. */
  raw(file: string): string;
  /**
   * Absolute path of the object with this digest (audio named by a corpus table). As with `path` of anything
   * but a table: a task that consumes no id of this port is audited as `unverified`.
   */
  object(digest: Digest): string;
}

/** An output as a task writes it. */
export interface OutputArtifact {
  readonly port: string;
  /** Absolute path to write `file` to; its folder exists. */
  path(file: string): string;
  /** Absolute path of the output's folder, for a writer that decides the names itself. */
  folder(): string;
  /** Adds a file that is already an object of the cache (a shard its chunk made): nothing is copied. */
  link(file: string, digest: Digest): void;
  /** Adds a file of the world to the tree in place: it becomes an object without being copied. */
  adopt(file: string, path: string, digest: Digest): void;
}

/** One artifact type: its name, what it holds, and the validator that runs on every output. */
export interface ArtifactType {
  readonly type: string;
  readonly summary: string;
  /** Terminal results: a stage whose outputs are all sinks needs no consumer. */
  readonly sink?: boolean;
  /** Some kilobytes that old runs are read by: eviction leaves them where they are. */
  readonly kept?: boolean;
  /** What is wrong with these files, one sentence each; empty when they are good. */
  validate(files: ArtifactFiles): Promise<readonly string[]> | readonly string[];
}

export function defineArtifact(type: ArtifactType): ArtifactType {
  return Object.freeze(type);
}
