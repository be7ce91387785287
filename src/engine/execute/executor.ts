import type { Json, JsonObject } from '../../util/json.ts';
import type { LoadSample } from '../../util/load-meter.ts';
import type { Artifact, Consumed } from '../artifact.ts';
import type { Digest } from '../digest.ts';
import type { Failure } from '../failure.ts';
import type { KnownItem } from '../item.ts';
import type { Figures, OutputPort, Tier } from '../stage.ts';

/** What another chunk of the same family has made of an item. */
export type KnownResult =
  | {
      readonly item: Digest;
      /** The npy object that holds its rows. */
      readonly shard: Digest;
      readonly offset: number;
      readonly rows: number;
      readonly meta?: JsonObject;
    }
  | {
      readonly item: Digest;
      /** The object that it became. */
      readonly object: Digest;
      readonly extension: string;
      readonly meta?: JsonObject;
    };

/** A task, described so that any process that sees the cache folder can perform it. Plain JSON. */
export interface Job {
  readonly address: string;
  readonly key: Digest;
  /** A kind's name in the stage table, or the path of a built own-stage module. */
  readonly kind: string;
  readonly module: string | null;
  readonly part: 'run' | 'chunk' | 'combine';
  readonly params: JsonObject;
  readonly seed: number;
  readonly inputs: Readonly<Record<string, Artifact | readonly Artifact[]>>;
  readonly outputs: Readonly<Record<string, OutputPort>>;
  /** Addresses of the inputs of named ports. */
  readonly names: Readonly<Record<string, readonly string[]>>;
  readonly items: readonly KnownItem[];
  readonly known: readonly KnownResult[];
  readonly sources: Readonly<Record<string, Json>>;
  readonly tier: Tier;
  readonly cache: string;
  /** Folder under the cache's `attempts`; made by the performer, removed by the engine. */
  readonly attempt: string;
}

export interface PerformedOutput {
  readonly type: string;
  readonly files: Readonly<Record<string, Digest>>;
}

/** Outputs are objects of the cache by then, but nothing refers to them until the engine publishes a record. */
export type JobResult =
  | {
      readonly ok: true;
      readonly outputs: Readonly<Record<string, PerformedOutput>>;
      readonly consumed: readonly Consumed[];
      /** What a process of its own took of the machine; where one process performs many jobs nobody knows. */
      readonly load?: readonly LoadSample[];
    }
  | { readonly ok: false; readonly failure: Failure };

export interface JobObserver {
  /** One or more lines, joined by line feeds. */
  log(lines: string): void;
  progress(done: number, total: number, figures?: Figures): void;
}

/**
 * Where jobs are performed. An implementation must answer every job exactly once, also when the
 * process that performs it dies (`worker-lost`), and must leave no process of a cancelled job behind.
 */
export interface Executor {
  perform(job: Job, observer: JobObserver, signal: AbortSignal): Promise<JobResult>;
  /** So many pooled jobs may come at once: what takes time to start is started. */
  prepare(jobs: number): void;
  /** Ends all processes. No job may be running. */
  close(): Promise<void>;
}
