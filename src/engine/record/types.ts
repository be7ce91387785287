import type { JsonObject } from '../../util/json.ts';
import type { LoadSample } from '../../util/load-meter.ts';
import type { ProcessIdentity } from '../../util/process-identity.ts';
import type { Consumed } from '../artifact.ts';
import type { Digest } from '../digest.ts';
import type { RunState } from '../event.ts';

/** What is known of a finished leaf task: `cache/records/ab/<key>.json`, kept for ever. */
export interface TaskRecord {
  readonly format: 'affekt.record/1';
  readonly key: Digest;
  readonly kind: string;
  readonly version: number;
  /** Params that differ from their default. */
  readonly params: JsonObject;
  readonly seed: number | null;
  /** Digests by port; a list for a `many` port. */
  readonly inputs: Readonly<Record<string, Digest | readonly Digest[]>>;
  /** Addresses of the inputs of named ports. */
  readonly names?: Readonly<Record<string, readonly string[]>>;
  /** Item digests of an `each` chunk. */
  readonly items?: readonly Digest[];
  readonly sources: Readonly<Record<string, Digest>>;
  readonly dependencies: readonly string[];
  /** Digest of modified code, in a working copy that differs from src/kinds.lock.json. */
  readonly salt?: Digest;
  readonly outputs: Readonly<Record<string, RecordedOutput>>;
  /** Why it gives nothing, where a search asked for what turned out to be impossible; `outputs` is empty. */
  readonly refused?: { readonly message: string; readonly hint?: string };
  readonly consumed: readonly Consumed[];
  readonly runtime: {
    readonly host: string;
    readonly cpu_class: string;
    readonly node: string;
    readonly started: string;
    readonly ended: string;
    readonly seconds: number;
    readonly run: string;
    /** Of a task that had a process of its own, about every 10 s. */
    readonly load?: readonly LoadSample[];
  };
}

export interface RecordedOutput {
  readonly type: string;
  readonly digest: Digest;
  readonly files: Readonly<Record<string, Digest>>;
}

/** `runs/<folder>/run.json` */
export interface RunInfo {
  readonly format: 'affekt.run/1';
  /** Four characters; also ends the folder's name. */
  readonly id: string;
  readonly name: string;
  readonly state: RunState;
  readonly argv: readonly string[];
  /** Path of the spec file, relative to the project. */
  readonly spec: string;
  /** Digest of the resolved spec and the selection flags: what a continued run must share. */
  readonly spec_digest: Digest;
  readonly started: string;
  /** When its tasks had ended, before its page was written; null while it runs. */
  readonly ended: string | null;
  readonly exit: number | null;
  readonly owner: ProcessIdentity;
  readonly affekt: string;
  readonly quick: boolean;
}

/** A line of `tasks.ndjson`: one per task that the run used, cached or not. */
export interface RunTask {
  readonly address: string;
  readonly kind: string;
  readonly key: Digest;
  readonly cached: boolean;
  readonly seconds: number;
}

/** `outputs.json`: `{ address: { port: digest } }` of every stage, no clock: byte-identity is judged on it. */
export type RunOutputs = Readonly<Record<string, Readonly<Record<string, Digest>>>>;
