import type { Artifact } from '../artifact.ts';
import { attemptFolder, removeAttempt } from '../cache/attempts.ts';
import type { Cache } from '../cache/cache.ts';
import type { Digest } from '../digest.ts';
import type { Event } from '../event.ts';
import { type Failure, failureText, isAnswer } from '../failure.ts';
import type { Host } from '../host.ts';
import type { StageNode } from '../plan/graph.ts';
import { artifactsOf, type Lookup } from '../plan/lookup.ts';
import { type Outcome, type TaskRequest, type Tasks, tierOf } from '../plan/request.ts';
import type { Selected } from '../plan/selection.ts';
import type { History } from '../record/history.ts';
import type { TaskRecord } from '../record/types.ts';
import type { RunOptions } from '../run-types.ts';
import type { Source } from '../stage.ts';
import { differenceOf } from './difference.ts';
import type { Executor, Job, JobResult, KnownResult } from './executor.ts';
import { knownResults } from './known-results.ts';
import { failureOf } from './perform.ts';
import type { Scheduler } from './scheduler.ts';
import { taskRecord } from './task-record.ts';

export interface RunnerOptions {
  readonly host: Host;
  readonly cache: Cache;
  readonly lookup: Lookup;
  readonly history: History;
  readonly selected: Selected;
  readonly executor: Executor;
  readonly scheduler: Scheduler;
  readonly keepGoing: boolean;
  readonly run: string;
  readonly signal: AbortSignal;
  readonly emit: (event: Event) => void;
  /** Absolute path of a task's log, and the sink for its lines. */
  readonly log: (address: string) => { readonly path: string; write(line: string): void };
  /** As in `RunOptions`. */
  readonly differs?: RunOptions['differs'];
}

/** The objects that a task may have read: its items, and every file of its inputs. */
function* objectsRead({ items, inputs }: TaskRequest): Generator<Digest> {
  for (const { digest } of items ?? []) yield digest;
  for (const wired of Object.values(inputs).flat()) yield* Object.values((wired as Artifact).files);
}

/** What a task reads outside the DAG, looked at once more: what is gone or not readable now is not there. */
function sourcesAgain(request: TaskRequest): readonly Source[] {
  try {
    return request.sourcesNow();
  } catch (error) {
    if (
      (error as Error).name !== 'SourceError' &&
      (error as NodeJS.ErrnoException).code !== 'ENOENT'
    )
      throw error;
    return [];
  }
}

/** How often a key that another run is making is looked at. */
const waitMs = 100;

/** Answers requests by running what is not cached. */
export class Runner implements Tasks {
  readonly #options: RunnerOptions;
  /** One answer per key: two stages that do the same share it. */
  readonly #answers = new Map<Digest, Promise<Outcome>>();
  /** What coordinators have warned of: variants of a stage say the same. */
  readonly #warned = new Set<string>();
  /** All that was asked for, whether it ran or not: requests themselves hold the clips of a fold. */
  readonly asked: Pick<TaskRequest, 'node' | 'address'>[] = [];
  #active = 0;
  #idle: (() => void) | undefined;
  #order = 0;
  #stopped = false;
  #withheld = false;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  task(request: TaskRequest): Promise<Outcome> {
    const { lookup, selected, emit } = this.#options;
    const { address, kind, key, node } = request;
    this.asked.push({ node, address });
    const found = lookup.find(request);
    const forced = selected.forced(node, address);
    const answered = this.#answers.get(key);
    if (answered !== undefined) {
      return answered.then((outcome) => {
        this.#tell(request, outcome);
        return outcome;
      });
    }
    if (found.cached && !forced) {
      this.#tell(request, found.outcome);
      return Promise.resolve(found.outcome);
    }
    if (!selected.mayRun(node, address) || this.#stopped) return this.#withhold();
    const estimate = this.#options.history.estimate(address, kind.kind);
    emit({
      type: 'task-queued',
      address,
      kind: kind.kind,
      key,
      reason: found.cached ? { why: 'forced' } : found.reason,
      ...(estimate === undefined ? {} : { estimate }),
    });
    const answer = this.#make(request, forced);
    this.#answers.set(key, answer);
    return answer;
  }

  /** Says that a request was answered without work. */
  #tell({ address, kind, key, tolerant }: TaskRequest, outcome: Outcome): void {
    const { emit } = this.#options;
    if (outcome.ok) emit({ type: 'task-cached', address, kind: kind.kind, key });
    else if (tolerant && outcome.failure.reason === 'task-error') {
      const { message } = outcome.failure;
      emit({ type: 'task-refused', address, kind: kind.kind, key, message });
    }
  }

  warn({ address }: StageNode, message: string): void {
    if (this.#warned.has(message)) return;
    this.#warned.add(message);
    this.#options.emit({ type: 'warning', message, address });
  }

  /** Resolves when nothing runs and nothing that has settled can ask for more. */
  async idle(): Promise<void> {
    for (;;) {
      await new Promise(setImmediate);
      if (this.#active === 0) return;
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    }
  }

  /** True while every request was answered: then a stage without a result waits for something else. */
  get answeredAll(): boolean {
    return !this.#withheld;
  }

  #withhold(): Promise<never> {
    this.#withheld = true;
    return new Promise(() => undefined);
  }

  async #make(request: TaskRequest, forced: boolean): Promise<Outcome> {
    const outcome = await this.#started(request, forced);
    return outcome === 'not-started' ? this.#withhold() : outcome;
  }

  async #started(request: TaskRequest, forced: boolean): Promise<Outcome | 'not-started'> {
    this.#active++;
    try {
      const order = request.node.order * 1e6 + this.#order++;
      const slots = request.kind.slots?.(request.params as never) ?? 1;
      let owner: string | undefined;
      for (;;) {
        // JSON-size work needs no slot: it would only wait behind long tasks.
        const outcome =
          tierOf(request) === 'inline'
            ? await this.#attempt(request, forced)
            : await this.#options.scheduler.run(order, slots, () => this.#attempt(request, forced));
        if (outcome === 'not-started' || !('waitFor' in outcome)) return outcome;
        // Whoever waits holds no slot.
        const { address } = request;
        if (owner === undefined) {
          this.#options.emit({ type: 'task-waiting', address, owner: outcome.waitFor });
        }
        owner = outcome.waitFor;
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
    } finally {
      this.#active--;
      if (this.#active === 0) this.#idle?.();
    }
  }

  /** Takes the lease and performs, or names whoever holds it. */
  async #attempt(
    request: TaskRequest,
    forced: boolean,
  ): Promise<Outcome | 'not-started' | { readonly waitFor: string }> {
    const { cache, lookup, emit, signal } = this.#options;
    const { address, key, kind } = request;
    const log = this.#options.log(address);
    const fail = (failure: Failure): Outcome => {
      if (!this.#options.keepGoing || failure.reason === 'cancelled') this.#stopped = true;
      emit({ type: 'task-failed', address, kind: kind.kind, key, failure, log: log.path });
      if (failure.reason !== 'cancelled') log.write(failureText(failure));
      return { ok: false, address, failure };
    };
    try {
      if (signal.aborted || this.#stopped) return 'not-started';
      const lease = cache.leases.take(key);
      if (!lease.taken) return { waitFor: lease.owner };
      try {
        lookup.forget(request);
        const found = lookup.find(request);
        if (found.cached && !forced) {
          this.#tell(request, found.outcome);
          return found.outcome;
        }
        return await this.#perform(request, forced, log, fail);
      } finally {
        cache.leases.release(key);
      }
    } catch (error) {
      return fail(failureOf(error, cache.paths.root));
    }
  }

  async #perform(
    request: TaskRequest,
    forced: boolean,
    log: { readonly path: string; write(line: string): void },
    fail: (failure: Failure) => Outcome,
  ): Promise<Outcome> {
    const { cache, emit, executor, signal } = this.#options;
    const { address, key, kind } = request;
    const attempt = attemptFolder(cache.paths, key);
    const checkpoint = cache.paths.checkpoint(key);
    if (forced) removeAttempt(checkpoint);
    const started = new Date();
    const clock = performance.now();
    emit({
      ...{ type: 'task-started', address, kind: kind.kind, key, log: log.path },
      started: started.getTime(),
    });
    let result: JobResult;
    try {
      result = await executor.perform(
        this.#job(request, forced, attempt),
        {
          log: (lines) => {
            log.write(lines);
            for (const line of lines.split('\n')) emit({ type: 'task-log', address, line });
          },
          progress: (done, total, figures) =>
            emit({ type: 'task-progress', address, done, total, ...(figures && { figures }) }),
        },
        signal,
      );
    } finally {
      removeAttempt(attempt);
    }
    const refused =
      !result.ok && request.tolerant && isAnswer(result.failure) ? result.failure : undefined;
    if (!result.ok && refused === undefined) return fail(result.failure);
    const changed = [...this.#changedSources(request), ...cache.changed(objectsRead(request))];
    if (changed.length > 0) return fail({ reason: 'input-changed', files: changed });
    const seconds = (performance.now() - clock) / 1000;
    const made = taskRecord(request, result, { started, seconds, run: this.#options.run });
    if (refused !== undefined) return this.#refuse(request, refused, made);
    const kept = this.#publish(request, made);
    if ('failure' in kept) return fail(kept.failure);
    removeAttempt(checkpoint);
    emit({
      type: 'task-done',
      address,
      kind: kind.kind,
      key,
      seconds,
      ...(kept.note === undefined ? {} : { note: kept.note }),
      ...(forced && kept.same ? { same: true } : {}),
    });
    return { ok: true, outputs: artifactsOf(kept.record.outputs), cached: false };
  }

  /** Keeps a refusal, so that a replay need not try again. */
  #refuse(request: TaskRequest, failure: Failure, made: TaskRecord): Outcome {
    const { cache } = this.#options;
    cache.records.publish(made);
    removeAttempt(cache.paths.checkpoint(request.key));
    const outcome: Outcome = { ok: false, address: request.address, failure };
    this.#tell(request, outcome);
    return outcome;
  }

  #job(request: TaskRequest, forced: boolean, attempt: string): Job {
    const { cache } = this.#options;
    // What is forced is computed: a copy of the rows would prove nothing.
    const known: readonly KnownResult[] =
      forced || request.family === undefined
        ? []
        : knownResults(cache, request.family, request.items ?? []);
    return {
      address: request.address,
      key: request.key,
      kind: request.kind.kind,
      module: request.own?.module ?? null,
      part: request.part,
      params: request.params,
      seed: request.seed ?? 0,
      inputs: request.inputs,
      outputs: request.outputs,
      names: request.names ?? {},
      items: request.items ?? [],
      known,
      sources: Object.fromEntries(request.sources.map(({ name, location }) => [name, location])),
      tier: tierOf(request),
      cache: cache.paths.root,
      attempt,
    };
  }

  /** Files that a task read and whose content is no longer what its key says. */
  #changedSources(request: TaskRequest): readonly string[] {
    if (request.sources.length === 0) return [];
    const now = new Map(sourcesAgain(request).map((source) => [source.name, source]));
    return request.sources
      .filter(({ name, digest }) => now.get(name)?.digest !== digest)
      .flatMap(({ name, files }) => (files.length > 0 && files.length <= 3 ? files : [name]));
  }

  #index(family: Digest, { key, items }: TaskRecord): void {
    try {
      this.#options.cache.items.add(family, key, items ?? []);
    } catch {
      // A hint only: without it an item is computed again one day.
    }
  }

  /** Makes a result visible. The first record of a key stands; different bytes are reported, never mixed. */
  #publish(
    request: TaskRequest,
    made: TaskRecord,
  ):
    | { readonly record: TaskRecord; readonly note?: string; readonly same?: true }
    | { readonly failure: Failure } {
    const { cache } = this.#options;
    cache.refresh(Object.values(made.outputs).flatMap(({ files }) => Object.values(files)));
    const standing = cache.records.publish(made);
    if (standing.refused !== undefined) cache.records.replace(made);
    if (standing === made || standing.refused !== undefined) {
      if (request.family !== undefined) this.#index(request.family, made);
      return { record: made };
    }
    const differing = Object.keys(made.outputs).find(
      (port) => made.outputs[port]?.digest !== standing.outputs[port]?.digest,
    );
    if (differing === undefined) return { record: standing, same: true };
    if (this.#options.differs !== undefined) {
      this.#options.differs(differenceOf(request, differing, { standing, made }));
      // What was evicted is needed by the tasks that follow.
      if (cache.find(made.key)?.whole !== true) cache.records.replace(made);
      return { record: cache.records.read(made.key) ?? standing };
    }
    if (cache.find(made.key)?.whole !== true) {
      cache.records.replace(made);
      return {
        record: made,
        note: `output ${differing} differs from the one made before, which is gone`,
      };
    }
    return {
      failure: {
        reason: 'not-deterministic',
        port: differing,
        kept: standing.outputs[differing]?.digest ?? '',
        made: made.outputs[differing]?.digest ?? '',
      },
    };
  }
}
