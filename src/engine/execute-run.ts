import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { processIdentity } from '../util/process-identity.ts';
import { sweepAttempts } from './cache/attempts.ts';
import { collectGarbage } from './cache/garbage.ts';
import { sweepScratch } from './cache/scratch.ts';
import type { Diagnostic } from './diagnostic.ts';
import { type Digest, sha256 } from './digest.ts';
import type { Event, RunState, StampedEvent } from './event.ts';
import type { Executor } from './execute/executor.ts';
import { Runner } from './execute/runner.ts';
import { Scheduler } from './execute/scheduler.ts';
import { type Failure, failureText } from './failure.ts';
import { ancestors, type StageNode } from './plan/graph.ts';
import type { Planner } from './plan/planner.ts';
import type { Outputs } from './plan/request.ts';
import type { NodeResult } from './plan/walk.ts';
import { claimUnfinished } from './record/find-run.ts';
import { readEnvironment, readProvenance } from './record/provenance.ts';
import { Recorder } from './record/recorder.ts';
import type { RunInfo } from './record/types.ts';
import { resolvedYaml } from './resolved.ts';
import type { FailedTask, FinishedRun, RunOptions } from './run-types.ts';
import { viewRun } from './run-view.ts';
import type { Session } from './session.ts';

/** Makes what the plan found missing, and records it. */
export async function executeRun(
  session: Session,
  options: RunOptions,
  digest: Digest,
  planner: Planner,
): Promise<FinishedRun> {
  const { host, cache } = session;
  sweepAttempts(cache.paths);
  sweepScratch(cache.paths);
  const continued = claimUnfinished(host.folders.runs, digest, cache.leases);
  const info = newRunInfo(session, options, digest);
  // Held from now on: garbage collection must not evict what is planned but not yet read.
  cache.leases.take(sha256(`run ${info.id}`));
  const live = new LiveRun(session, options, new Recorder(host.folders.runs, info, continued));
  const executor = await host.createExecutor();
  try {
    // While the workers start, the run's folder is made.
    executor.prepare(Math.min(host.jobs, planner.pooled));
    await live.begin(planner);
    await live.execute(executor);
  } finally {
    await executor.close();
  }
  const finished = await live.end(Date.parse(info.started));
  cache.leases.releaseAll();
  if (host.maxCacheBytes !== null) {
    collectGarbage(cache.paths.root, host.artifacts, { maxBytes: host.maxCacheBytes });
  }
  return finished;
}

/** A run while it goes on: what happens goes to its folder and to the listener. */
class LiveRun {
  readonly #session: Session;
  readonly #options: RunOptions;
  readonly #recorder: Recorder;
  readonly #results = new Map<StageNode, NodeResult>();
  /** The links of the stages so far, one stage after another. */
  #linked = Promise.resolve();
  readonly #failures: FailedTask[] = [];
  readonly #blocked: { address: string; by: string }[] = [];
  #unmatched: readonly Diagnostic[] = [];
  #ran = 0;
  #cached = 0;
  #same = 0;
  /** Why the run's own folder cannot be written; the run stops, and says so when its tasks have ended. */
  #broken: unknown;
  readonly #breaking = new AbortController();

  constructor(session: Session, options: RunOptions, recorder: Recorder) {
    this.#session = session;
    this.#options = options;
    this.#recorder = recorder;
  }

  async begin(planner: Planner): Promise<void> {
    const { host, experiment, selected } = this.#session;
    const provenance = readProvenance(host.folders.project);
    this.#recorder.write({
      'spec.yaml': readFileSync(experiment.file, 'utf8'),
      // With what only a search reads: it is a part of the experiment, too.
      'resolved.yaml': await resolvedYaml(
        experiment.spec,
        [...ancestors(selected.nodes)].sort((a, b) => a.order - b.order),
      ),
      'plan.json': `${JSON.stringify(planner.plan(host.salts), null, 1)}\n`,
      'environment.json': `${JSON.stringify(readEnvironment(host), null, 1)}\n`,
      'provenance.json': `${JSON.stringify(provenance.info, null, 1)}\n`,
      ...(provenance.diff === '' ? {} : { 'dirty.diff': provenance.diff }),
    });
    const { info, folder, resumed } = this.#recorder;
    this.#emit({ type: 'run-started', run: info.id, folder, name: experiment.spec.name, resumed });
    this.#saveLock();
  }

  /** Beside the spec, where one may not be allowed to write: the run goes on, and says so. */
  #saveLock(): void {
    try {
      this.#session.lock.save();
    } catch (error) {
      const { code = 'unknown error' } = error as NodeJS.ErrnoException;
      this.#emit({ type: 'warning', message: `the lock file cannot be written (${code})` });
    }
  }

  async execute(executor: Executor): Promise<void> {
    const { host, cache, lookup, history, selected } = this.#session;
    const run = this.#recorder.info.id;
    const runner = new Runner({
      host,
      cache,
      lookup,
      history,
      selected,
      executor,
      scheduler: new Scheduler(host.jobs),
      keepGoing: this.#options.keepGoing,
      ...(this.#options.differs && { differs: this.#options.differs }),
      run,
      signal: AbortSignal.any([this.#options.signal, this.#breaking.signal]),
      emit: (event) => this.#emit(event),
      log: (address) => {
        const { path, write } = this.#recorder.log(address);
        return { path, write: (line) => this.#guarded(() => write(line)) };
      },
    });
    this.#session.walk(runner, (node, result) => this.#settled(node, result));
    await runner.idle();
    await this.#linked;
    if (this.#broken !== undefined) throw this.#broken;
    const isDone = (node: StageNode): boolean => this.#results.get(node)?.state === 'done';
    this.#unmatched = selected.idle(runner.asked, isDone);
    if (!runner.answeredAll) return;
    const stuck = selected.nodes.find((node) => !this.#results.has(node));
    if (stuck === undefined) return;
    const message = `${stuck.kind.kind} waits for something other than its calls`;
    this.#fail(stuck, { reason: 'internal-error', message });
  }

  /** `begun`: when this part of the run was, which for a continued run is not the run's own start. */
  async end(begun: number): Promise<FinishedRun> {
    // Before the page is written, so that it tells the length that the run's folder tells later.
    const ended = Date.now();
    const seconds = (ended - begun) / 1000;
    const { selected, cache } = this.#session;
    const view = viewRun(selected.nodes, (node) => this.#results.get(node), cache.paths);
    const state: RunState = this.#options.signal.aborted
      ? 'interrupted'
      : this.#failures.length > 0
        ? 'failed'
        : 'done';
    const counts = { ran: this.#ran, cached: this.#cached };
    const recorder = this.#recorder;
    if (recorder.resumed && state === 'done') recorder.forgetOthers();
    const finished: FinishedRun = {
      state,
      folder: recorder.folder,
      info: recorder.info,
      tasks: recorder.tasks,
      failures: this.#failures,
      blocked: this.#blocked,
      unmatched: state === 'done' ? this.#unmatched : [],
      ...counts,
      same: this.#same,
      seconds,
      ...view,
    };
    await this.#options.report?.(finished);
    const { reason } = this.#options.signal;
    const interrupted = typeof reason === 'number' ? reason : 130;
    const done = finished.unmatched.length > 0 ? 2 : 0;
    const exit = state === 'done' ? done : state === 'failed' ? 1 : interrupted;
    recorder.finish(state, exit, new Date(ended).toISOString(), view.outputs);
    this.#emit({ type: 'run-finished', state, ...counts, failed: this.#failures.length, seconds });
    recorder.close();
    return { ...finished, info: recorder.info };
  }

  #settled(node: StageNode, result: NodeResult): void {
    this.#results.set(node, result);
    const { address } = node;
    switch (result.state) {
      case 'done':
        this.#link(address, result.outputs);
        this.#emit({ type: 'stage-done', address, cached: result.cached });
        break;
      case 'blocked':
        this.#blocked.push({ address, by: result.by });
        this.#emit({ type: 'stage-blocked', address, by: result.by });
        break;
      case 'refused': {
        const { message, hint } = result;
        const more = hint === undefined ? {} : { hint };
        this.#fail(node, { reason: 'task-error', message, ...more });
        break;
      }
      case 'failed':
        // A task that failed has said so; a coordinator that breaks has no task that could.
        if (!this.#failures.some((failed) => failed.address === result.address)) {
          this.#fail(node, result.failure);
        }
    }
  }

  #link(address: string, outputs: Outputs): void {
    const { paths } = this.#session.cache;
    this.#linked = this.#linked
      .then(() => this.#recorder.link(address, outputs, paths))
      .catch((error: unknown) => this.#break(error));
  }

  #fail(node: StageNode, failure: Failure): void {
    const { address, kind } = node;
    const { path: log, write } = this.#recorder.log(address);
    this.#emit({ type: 'task-failed', address, kind: kind.kind, key: '', failure, log });
    this.#guarded(() => write(failureText(failure)));
  }

  #emit(event: Event): void {
    const stamped: StampedEvent = { ...event, time: Date.now() };
    if (event.type === 'task-done') {
      this.#ran++;
      if (event.same === true) this.#same++;
    }
    if (event.type === 'task-cached') this.#cached++;
    if (event.type === 'task-failed') this.#failures.push(event);
    this.#guarded(() => this.#recorder.record(stamped));
    this.#options.listener(stamped);
  }

  #guarded(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.#break(error);
    }
  }

  /** The run's folder cannot be written: nothing more is begun, and that error is the run's end. */
  #break(error: unknown): void {
    const { path } = error as NodeJS.ErrnoException;
    this.#broken ??= Object.assign(error as Error, { path: path ?? this.#recorder.folder });
    this.#breaking.abort();
  }
}

function newRunInfo({ host, experiment }: Session, options: RunOptions, digest: Digest): RunInfo {
  // Ids name runs for people; nothing that is computed depends on them.
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
  const id = Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
  return {
    format: 'affekt.run/1',
    id,
    name: experiment.spec.name,
    state: 'running',
    argv: options.argv,
    spec: relative(host.folders.project, experiment.file) || basename(experiment.file),
    spec_digest: digest,
    started: new Date().toISOString(),
    ended: null,
    exit: null,
    owner: processIdentity(),
    affekt: host.versions['affekt'] ?? '',
    quick: options.quick,
  };
}
