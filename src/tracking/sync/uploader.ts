import { appendFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CachePaths } from '../../engine/cache/paths.ts';
import { processIdentity } from '../../util/process-identity.ts';
import type { MlflowClient, MlflowError, Timing } from '../client/index.ts';
import { layoutRun } from '../layout/layout.ts';
import type { Operation, RunUid } from '../layout/operations.ts';
import { type Batch, joined, together } from './batch.ts';
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
import { lookAgain } from './look.ts';
import { RecordReader } from './read-record.ts';
import { deleted, isDeleted, type Place, send } from './send.ts';

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
  /** Milliseconds between two looks at a run that goes on; more where a look takes more than a tenth of it. */
  readonly pause: number;
  /** Reads back all points and sizes of files also where it did so before and nothing is new. */
  readonly thorough: boolean;
}

export interface SyncOutcome {
  readonly state: SyncState;
  readonly problem: string | null;
  readonly hint: string | null;
  /** Sent by this call. */
  readonly operations: number;
  readonly bytes: number;
  readonly rejected: number;
  /** Runs inside the run that somebody deleted on the server: they stay deleted. */
  readonly deleted: number;
  /** What the last reading back found and another try did not mend. */
  readonly differences: readonly Difference[];
}

/** How often what a server forgot is sent again. */
const repairs = 3;
/** A failure that may be the request's own fault is tried this often. */
const limitedTries = 3;
/** Milliseconds between two looks at most, however large the run. */
const longestPause = 15_000;
/** So many files that fail one after another mean that no more are tried for now. */
const failedFiles = 3;

/**
 * What became of an operation:
 * - `sent`: the server has taken it.
 * - `refused`: it, or a part of it, was set aside for good.
 * - `skipped`: its run was deleted on the server.
 * - `left`: this file does not get through now; others may.
 * - `stopped`: nothing gets through now.
 */
type Fate = 'sent' | 'refused' | 'skipped' | 'left' | 'stopped';

/** Brings a run to a server: a loop of look, send what is missing, remember. One process at a time. */
export async function syncRun(options: SyncOptions): Promise<SyncOutcome> {
  return new Uploader(options).run();
}

class Uploader {
  readonly #options: SyncOptions;
  readonly #reader: RecordReader;
  readonly #place: Place;
  readonly #done: Set<string>;
  readonly #refused = new Set<string>();
  /** What was set aside in this call, so that an outage in the middle of it counts nothing twice. */
  readonly #aside = new Set<string>();
  readonly #deleted = new Set<RunUid>();
  readonly #start: Cursor;
  #state: SyncState = 'sending';
  #error: MlflowError | undefined;
  #differences: readonly Difference[] = [];
  #known = 0;
  #rejected = 0;
  #operations = 0;
  #saved = 0;
  #tries = 0;
  #looks = 0;
  #repaired = 0;
  /** What the server has was asked since the last time that something failed. */
  #looked = false;

  constructor(options: SyncOptions) {
    this.#options = options;
    const { folder, client, experiment, cache, audio, signal } = options;
    const kept = readCursor(folder);
    const same = kept?.server === client.address && kept.experiment.name === experiment;
    this.#start = same ? kept : freshCursor(client.address, experiment);
    this.#reader = new RecordReader(folder, cache, audio);
    this.#done = new Set(this.#start.done);
    // The server may have been mended since: what it refused is offered once more.
    for (const id of this.#start.refused) this.#done.delete(id);
    rmSync(join(folder, rejectedFile), { force: true });
    this.#place = {
      ...{ client, experiment, signal, bytes: 0 },
      experimentId: this.#start.experiment.id ?? undefined,
      runs: new Map(Object.entries(this.#start.runs) as [RunUid, ServerRun][]),
    };
  }

  async run(): Promise<SyncOutcome> {
    const { timing, signal, follow, patience, pause } = this.#options;
    let away: number | undefined;
    let waits = 0;
    let compared = -1;
    while (!signal.aborted) {
      const began = timing.now();
      const record = this.#reader.read();
      if (record === undefined) break;
      const operations = layoutRun(record);
      const took = timing.now() - began;
      const running = record.state === 'running';
      this.#known = operations.length;
      const before = this.#operations;
      const fate = await this.#sendAll(operations);
      // A server that took something is not away.
      if (this.#operations > before) [away, waits] = [undefined, 0];
      if (fate === 'sent' && running && follow) {
        [away, waits] = [undefined, 0];
        this.#save('partial');
        await timing.sleep(Math.max(pause, Math.min(longestPause, 10 * took)), signal);
        continue;
      }
      // Files that are left keep nobody from reading back the rest, once.
      if (fate === 'sent' || (fate === 'left' && !running && compared !== this.#operations)) {
        compared = this.#operations;
        const read = await this.#readBack(operations);
        if (read === 'again') continue;
        if (read === 'whole' && fate === 'sent') {
          this.#error = undefined;
          this.#save(running ? 'partial' : 'whole');
          break;
        }
      }
      const error = this.#error;
      if (error !== undefined && isDeleted(error)) {
        this.#save('deleted');
        break;
      }
      this.#save('waiting');
      away ??= timing.now();
      // A request that may be at fault itself is set aside after some tries; a run that goes on is waited for.
      const tried = error?.retry === 'limited' && this.#tries > 0;
      const vanished = error?.kind === 'not-found' && !this.#looked;
      const goesOn = tried || vanished || (follow && running);
      if (timing.now() - away >= patience && !goesOn) break;
      // Nothing mends a wrong address while one waits for the answer.
      if (error?.retry === 'setup' && !follow) break;
      const wait = Math.min(30_000, 1000 * 2 ** waits++);
      await timing.sleep(wait * (0.5 + timing.random() / 2), signal);
    }
    this.#write(null);
    return {
      state: this.#state,
      problem: this.#error?.message ?? null,
      hint: this.#error?.hint ?? null,
      operations: this.#operations,
      bytes: this.#place.bytes,
      rejected: this.#rejected,
      deleted: this.#deleted.size,
      differences: this.#differences,
    };
  }

  async #sendAll(operations: readonly Operation[]): Promise<'sent' | 'left' | 'stopped'> {
    if (!(await this.#look(operations))) return 'stopped';
    let failure: MlflowError | undefined;
    let failures = 0;
    const pending = operations
      .map((operation) => ({ id: operationId(operation), operation }))
      .filter(({ id }) => !this.#done.has(id));
    for (const batch of together(pending)) {
      const [{ operation }] = batch;
      if (this.#isDeleted(operation)) continue;
      if (isFile(operation) && failures >= failedFiles) continue;
      if (this.#options.signal.aborted) return 'stopped';
      const fate = await this.#sendBatch(batch);
      if (fate === 'stopped') {
        this.#looked = false;
        return 'stopped';
      }
      if (fate === 'left') {
        failure ??= this.#error;
        failures++;
      } else if (isFile(operation)) failures = 0;
    }
    if (failure === undefined) return 'sent';
    this.#error = failure;
    return 'left';
  }

  /** Where what travels together is refused for good, each goes by itself: one must not cost the others. */
  async #sendBatch(batch: Batch): Promise<Fate> {
    const operation = joined(batch);
    const fate = await this.#attempt(operation);
    if (fate !== 'refused' || batch.length === 1) return this.#settle(batch, fate);
    for (const one of batch) {
      const own = await this.#settle([one], await this.#insist(one.operation));
      if (own === 'stopped') return 'stopped';
    }
    return 'sent';
  }

  async #settle(batch: Batch, first: Fate): Promise<Fate> {
    const fate = first === 'refused' ? await this.#quarantine(joined(batch)) : first;
    if (fate !== 'sent' && fate !== 'refused') return fate;
    for (const { id } of batch) {
      this.#done.add(id);
      if (fate === 'sent') this.#operations++;
      else this.#refused.add(id);
    }
    this.#save('sending');
    return fate;
  }

  /** A part of what was refused: a failure that may be its own fault is no reason to begin all over. */
  async #insist(operation: Operation): Promise<Fate> {
    for (;;) {
      const fate = await this.#attempt(operation);
      const own = fate === 'stopped' && this.#error?.retry === 'limited' && this.#tries > 0;
      if (!own || this.#options.signal.aborted) return fate;
    }
  }

  async #attempt(operation: Operation): Promise<Fate> {
    const { signal } = this.#options;
    const sent = await send(operation, this.#place);
    if (sent.ok) {
      this.#tries = 0;
      return 'sent';
    }
    const { error } = sent;
    this.#error = error;
    if (operation.type === 'run' && operation.parent !== undefined && isDeleted(error)) {
      this.#deleted.add(operation.run);
      return 'skipped';
    }
    if (signal.aborted) return 'stopped';
    if (error.retry === 'later' || error.retry === 'setup') {
      // An answer to a file is about this file, or about files; without one nobody is there.
      return isFile(operation) && error.status !== undefined ? 'left' : 'stopped';
    }
    const vanished =
      error.kind === 'not-found' || /must be in the 'active' state/.test(error.message);
    if (vanished && operation.type !== 'experiment' && this.#looks++ < looksAtMost)
      return 'stopped';
    if (error.retry === 'limited' && ++this.#tries < limitedTries) return 'stopped';
    this.#tries = 0;
    return operation.type === 'run' || operation.type === 'experiment' ? 'stopped' : 'refused';
  }

  /**
   * Asks what became of the runs that the server had: those that it does not know are sent once more, those
   * that somebody deleted are left alone. False when there is no answer, or the run itself was deleted.
   */
  async #look(operations: readonly Operation[]): Promise<boolean> {
    if (this.#looked) return true;
    const { runs } = this.#place;
    if (runs.size > 0) {
      const fates = await lookAgain(this.#place);
      if (!fates.ok) {
        this.#error = fates.error;
        return false;
      }
      const { missing, deleted: gone } = fates.value;
      // Not one of them is there: another database, where the experiment has another id.
      const anew = missing.size === runs.size;
      for (const operation of operations) {
        const lost = operation.type === 'experiment' ? anew : missing.has(operation.run);
        if (lost) this.#done.delete(operationId(operation));
      }
      for (const uid of missing) runs.delete(uid);
      for (const [uid, run] of gone) {
        this.#deleted.add(uid);
        if (uid.includes('/')) continue;
        this.#error = deleted(run);
        return false;
      }
    }
    this.#looked = true;
    return true;
  }

  /** A run inside a run goes with it. */
  #isDeleted(operation: Operation): boolean {
    if (operation.type === 'experiment') return false;
    const { run } = operation;
    const above = operation.type === 'run' ? operation.parent : undefined;
    if (above !== undefined && this.#deleted.has(above)) this.#deleted.add(run);
    return this.#deleted.has(run);
  }

  /** `again`: something is to be sent once more. `failed`: the server does not let itself be read. */
  async #readBack(operations: readonly Operation[]): Promise<'whole' | 'again' | 'failed'> {
    const { thorough, timing } = this.#options;
    const taken = operations.filter((one) => {
      const id = operationId(one);
      return this.#done.has(id) && !this.#refused.has(id) && !this.#isDeleted(one);
    });
    const known = this.#start.state === 'whole' && this.#operations === 0 && !thorough;
    const read = await compare(taken, this.#place, known ? 'glance' : 'points', timing);
    if (!read.ok) {
      this.#error = read.error;
      return 'failed';
    }
    this.#differences = read.value;
    const again = read.value.flatMap(({ operation }) => operation ?? []);
    if (again.length === 0 || this.#repaired++ >= repairs) return 'whole';
    for (const operation of again) this.#done.delete(operationId(operation));
    return 'again';
  }

  /** What a server refuses for good is set aside, as little of it as can be, and the rest goes on. */
  async #quarantine(operation: Operation): Promise<Fate> {
    const parts = halves(operation);
    if (parts !== undefined) {
      for (const part of parts) {
        const fate = await this.#insist(part);
        if (fate === 'stopped') return 'stopped';
        if (fate === 'refused' && (await this.#quarantine(part)) === 'stopped') return 'stopped';
      }
      return 'refused';
    }
    const id = operationId(operation);
    if (this.#aside.has(id)) return 'refused';
    this.#aside.add(id);
    this.#rejected++;
    const { kind = 'refused', message = '' } = this.#error ?? {};
    const line = { operation, error: { kind, message } };
    appendFileSync(join(this.#options.folder, rejectedFile), `${JSON.stringify(line)}\n`);
    return 'refused';
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

function isFile({ type }: Operation): boolean {
  return type === 'artifact' || type === 'model';
}

const saveMs = 500;
const rejectedFile = 'rejected.ndjson';
/** How often runs may vanish while they are being sent. */
const looksAtMost = 2;
