import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CachePaths } from '../../engine/cache/paths.ts';
import { processIdentity } from '../../util/process-identity.ts';
import type { MlflowClient, MlflowError, Timing } from '../client/index.ts';
import { layoutRun } from '../layout/layout.ts';
import type { Operation, RunUid } from '../layout/operations.ts';
import { halves } from './bisect.ts';
import { compare, type Difference } from './compare.ts';
import {
  type Cursor,
  freshCursor,
  operationId,
  readCursor,
  type ServerRun,
  type SyncState,
  writeCursor,
} from './cursor.ts';
import { RecordReader } from './read-record.ts';
import { isDeleted, type Place, send } from './send.ts';

export interface SyncOptions {
  /** The run's folder. */
  readonly folder: string;
  readonly cache: CachePaths;
  readonly client: MlflowClient;
  /** Name of the experiment on the server. */
  readonly experiment: string;
  readonly audio: 'embed' | 'none';
  readonly timing: Timing;
  readonly signal: AbortSignal;
  /** Goes on until the run has ended. */
  readonly follow: boolean;
  /** Milliseconds that a server may be away before this gives up; what is missing is sent another time. */
  readonly patience: number;
  /** Milliseconds between two looks at a run that goes on. */
  readonly pause: number;
}

export interface SyncOutcome {
  readonly state: SyncState;
  readonly problem: string | null;
  readonly hint: string | null;
  /** Sent by this call. */
  readonly operations: number;
  readonly bytes: number;
  readonly rejected: number;
  /** What the last reading back found and another try did not mend. */
  readonly differences: readonly Difference[];
}

/** How often what a server forgot is sent again. */
const repairs = 3;
/** A failure that may be the request's own fault is tried this often. */
const limitedTries = 3;

/** Brings a run to a server: a loop of look, send what is missing, remember. One process at a time. */
export async function syncRun(options: SyncOptions): Promise<SyncOutcome> {
  return new Uploader(options).run();
}

class Uploader {
  readonly #options: SyncOptions;
  readonly #reader: RecordReader;
  readonly #place: Place;
  readonly #done: Set<string>;
  readonly #refused: Set<string>;
  readonly #start: Cursor;
  #state: SyncState = 'sending';
  #error: MlflowError | undefined;
  #known = 0;
  #rejected: number;
  #operations = 0;
  #saved = 0;
  #tries = 0;
  #resets = 0;

  constructor(options: SyncOptions) {
    this.#options = options;
    const { folder, client, experiment, cache, audio, signal } = options;
    const kept = readCursor(folder);
    const same = kept?.server === client.address && kept.experiment.name === experiment;
    this.#start = same ? kept : freshCursor(client.address, experiment);
    this.#reader = new RecordReader(folder, cache, audio);
    this.#done = new Set(this.#start.done);
    this.#refused = new Set(this.#start.refused);
    this.#rejected = this.#start.rejected;
    this.#place = {
      ...{ client, experiment, signal, bytes: 0 },
      experimentId: this.#start.experiment.id ?? undefined,
      runs: new Map(Object.entries(this.#start.runs) as [RunUid, ServerRun][]),
    };
  }

  async run(): Promise<SyncOutcome> {
    const { timing, signal, follow, patience, pause } = this.#options;
    let differences: readonly Difference[] = [];
    let away: number | undefined;
    let waits = 0;
    for (let repaired = 0; !signal.aborted; ) {
      const record = this.#reader.read();
      if (record === undefined) break;
      const operations = layoutRun(record);
      this.#known = operations.length;
      const before = this.#operations;
      const sent = await this.#sendAll(operations);
      // A server that took something is not away.
      if (this.#operations > before) [away, waits] = [undefined, 0];
      if (!sent) {
        this.#save('waiting');
        const error = this.#error;
        if (error !== undefined && isDeleted(error)) {
          this.#save('deleted');
          break;
        }
        away ??= timing.now();
        // A request that may be at fault itself is set aside after some tries; a run that goes on is waited for.
        const tried = error?.retry === 'limited' && this.#tries > 0;
        const goesOn = tried || (follow && record.state === 'running');
        const outOfPatience = timing.now() - away >= patience && !goesOn;
        // Nothing mends a wrong address while one waits for the answer.
        if (outOfPatience || (error?.retry === 'setup' && !follow)) break;
        await timing.sleep(
          Math.min(30_000, 1000 * 2 ** waits++) * (0.5 + timing.random() / 2),
          signal,
        );
        continue;
      }
      const running = record.state === 'running';
      if (running && follow) {
        [away, waits] = [undefined, 0];
        this.#save('partial');
        await timing.sleep(pause, signal);
        continue;
      }
      const taken = operations.filter((one) => !this.#refused.has(operationId(one)));
      const read = await compare(taken, this.#place, false, timing);
      if (!read.ok) {
        this.#error = read.error;
        away ??= timing.now();
        this.#save('waiting');
        if (timing.now() - away >= patience) break;
        await timing.sleep(1000, signal);
        continue;
      }
      differences = read.value;
      const again = differences.flatMap(({ operation }) => operation ?? []);
      if (again.length > 0 && repaired++ < repairs) {
        for (const operation of again) this.#done.delete(operationId(operation));
        continue;
      }
      this.#error = undefined;
      this.#save(running ? 'partial' : 'whole');
      break;
    }
    this.#write(null);
    return {
      state: this.#state,
      problem: this.#error?.message ?? null,
      hint: this.#error?.hint ?? null,
      operations: this.#operations,
      bytes: this.#place.bytes,
      rejected: this.#rejected,
      differences,
    };
  }

  /** False when the server takes nothing more for now. */
  async #sendAll(operations: readonly Operation[]): Promise<boolean> {
    for (const operation of operations) {
      const id = operationId(operation);
      if (this.#done.has(id)) continue;
      if (this.#options.signal.aborted) return false;
      if (!(await this.#sendOne(operation))) return false;
      this.#done.add(id);
      this.#operations++;
      this.#save('sending');
    }
    return true;
  }

  async #sendOne(operation: Operation): Promise<boolean> {
    const { signal } = this.#options;
    const sent = await send(operation, this.#place);
    if (sent.ok) {
      this.#tries = 0;
      return true;
    }
    const { error } = sent;
    this.#error = error;
    if (signal.aborted || error.retry === 'later' || error.retry === 'setup') return false;
    const gone = error.kind === 'not-found' && operation.type !== 'experiment';
    if (gone && this.#resets++ < 2) {
      // The server knows the run no more (its database was made anew): everything is sent again.
      this.#place.runs.clear();
      this.#done.clear();
      return false;
    }
    if (error.retry === 'limited' && ++this.#tries < limitedTries) return false;
    this.#tries = 0;
    return this.#quarantine(operation, error);
  }

  /** What a server refuses for good is set aside, as little of it as can be, and the rest goes on. */
  async #quarantine(operation: Operation, error: MlflowError): Promise<boolean> {
    if (operation.type === 'run' || operation.type === 'experiment') return false;
    this.#refused.add(operationId(operation));
    const parts = halves(operation);
    if (parts !== undefined) {
      for (const part of parts) if (!(await this.#sendOne(part))) return false;
      return true;
    }
    this.#rejected++;
    const line = { operation, error: { kind: error.kind, message: error.message } };
    appendFileSync(join(this.#options.folder, 'rejected.ndjson'), `${JSON.stringify(line)}\n`);
    return true;
  }

  /** Now and then: what is sent twice after a kill changes nothing. */
  #save(state: SyncState): void {
    const now = this.#options.timing.now();
    const changed = state !== this.#state;
    this.#state = state;
    if (!changed && now - this.#saved < saveMs) return;
    this.#saved = now;
    this.#write(processIdentity());
  }

  #write(owner: Cursor['owner']): void {
    const { client, experiment, folder } = this.#options;
    const { sent } = this.#start;
    writeCursor(folder, {
      format: 'affekt.sync/1',
      server: client.address,
      experiment: { name: experiment, id: this.#place.experimentId ?? null },
      state: this.#state,
      problem: this.#error?.message ?? null,
      hint: this.#error?.hint ?? null,
      runs: Object.fromEntries(this.#place.runs),
      done: [...this.#done],
      refused: [...this.#refused],
      rejected: this.#rejected,
      known: this.#known,
      sent: {
        operations: sent.operations + this.#operations,
        bytes: sent.bytes + this.#place.bytes,
      },
      owner,
      follows: this.#options.follow,
    });
  }
}

const saveMs = 500;
