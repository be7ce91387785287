import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryName } from '../../engine/cache/durable.ts';
import { sha256 } from '../../engine/digest.ts';
import { isJsonObject } from '../../util/json.ts';
import type { ProcessIdentity } from '../../util/process-identity.ts';
import type { Operation, RunUid } from '../layout/operations.ts';

/**
 * - `sending`: at it.
 * - `waiting`: the server does not take anything at the moment; what is missing is sent later.
 * - `whole`: everything is there, and was read back.
 * - `partial`: all that is known of a run that goes on.
 * - `deleted`: somebody deleted the run on the server; nothing is sent any more.
 */
export type SyncState = 'sending' | 'waiting' | 'whole' | 'partial' | 'deleted';

/** `sync.json`: how far a server has a run. Losing it costs time, not truth: sending again changes nothing. */
export interface Cursor {
  readonly format: 'affekt.sync/1';
  /** Address without secrets. */
  readonly server: string;
  readonly experiment: { readonly name: string; readonly id: string | null };
  readonly state: SyncState;
  /** Why it waits, or what could not be sent, in words. */
  readonly problem: string | null;
  readonly hint: string | null;
  /** Runs of the server by their unique tag. */
  readonly runs: Readonly<Record<RunUid, ServerRun>>;
  /** Operations that the server has taken. */
  readonly done: readonly string[];
  /** Those that it refused for good, or a part of: `rejected.ndjson` has what. */
  readonly refused: readonly string[];
  /** Lines of that file. */
  readonly rejected: number;
  /** Operations known so far. */
  readonly known: number;
  /** Requests and bytes of files sent, over all attempts. */
  readonly sent: { readonly operations: number; readonly bytes: number };
  /** Who is at it. */
  readonly owner: ProcessIdentity | null;
  /** It follows a run in the background, and may be asked to make way once that has ended. */
  readonly follows: boolean;
}

export interface ServerRun {
  readonly id: string;
  readonly artifactUri: string;
}

/** The same for the same content, wherever its files lie. */
export function operationId(operation: Operation): string {
  // The start of a set of models is that of its first network that is known: it may change, the run not.
  const content =
    operation.type === 'run'
      ? `run ${operation.run}`
      : JSON.stringify(operation, (key, value) => (key === 'file' ? undefined : value));
  return sha256(content).slice(0, 16);
}

const file = (folder: string): string => join(folder, 'sync.json');

/** What is known of the server, as far as it is this server and this experiment. */
export function readCursor(folder: string): Cursor | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(file(folder), 'utf8'));
    return isJsonObject(value) && value['format'] === 'affekt.sync/1'
      ? (value as unknown as Cursor)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Whole, but not flushed to the disk: that would hold up what the run itself flushes. */
export function writeCursor(folder: string, cursor: Cursor): void {
  const temporary = temporaryName(file(folder));
  writeFileSync(temporary, `${JSON.stringify(cursor)}\n`);
  renameSync(temporary, file(folder));
}

export function freshCursor(server: string, experiment: string): Cursor {
  return {
    format: 'affekt.sync/1',
    server,
    experiment: { name: experiment, id: null },
    state: 'sending',
    problem: null,
    hint: null,
    runs: {},
    done: [],
    refused: [],
    rejected: 0,
    known: 0,
    sent: { operations: 0, bytes: 0 },
    owner: null,
    follows: false,
  };
}
