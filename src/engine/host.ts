import type { ArtifactType } from './artifact.ts';
import type { Digest } from './digest.ts';
import type { Executor } from './execute/executor.ts';
import type { StageKind } from './stage.ts';

/** Everything the engine is given by its caller: tables, folders and facts of this machine. Nothing here is hashed except `salts`. */
export interface Host {
  readonly kinds: Readonly<Record<string, StageKind>>;
  readonly artifacts: Readonly<Record<string, ArtifactType>>;
  readonly folders: {
    /** The project: where affekt.config.yaml lies, or the working directory. */
    readonly project: string;
    readonly cache: string;
    readonly runs: string;
    readonly data: string;
  };
  /** Processor slots: at least 1. */
  readonly jobs: number;
  /** Makes what performs the jobs of one run. */
  readonly createExecutor: () => Promise<Executor>;
  /** The package's folder: own stages import `affekt` from here. */
  readonly packageRoot: string;
  /**
   * The stage that an own module stands for where its default export is none itself, if it knows what that is.
   * Throws a TaskError where it does, and it cannot be one.
   */
  readonly stageOf: (given: unknown, module: string) => StageKind | undefined;
  /** Kinds whose code differs from src/kinds.lock.json, with the digest that salts their keys. */
  readonly salts: Readonly<Record<string, Digest>>;
  /** Versions of the packages that kinds declare as numeric dependencies, of `affekt`, and `build`: a digest of the program. */
  readonly versions: Readonly<Record<string, string>>;
  /** Objects beyond this many bytes are evicted at the end of a run, the longest unused first; null: never. */
  readonly maxCacheBytes: number | null;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Which part of an experiment to run. Address globs as in docs/spec-format.md. */
export interface Selection {
  readonly only: readonly string[];
  readonly from: readonly string[];
  readonly until: readonly string[];
  readonly force: readonly string[];
}

export const selectAll: Selection = { only: [], from: [], until: [], force: [] };
