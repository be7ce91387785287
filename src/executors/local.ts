import { type ChildProcess, fork } from 'node:child_process';
import { removeAttempt } from '../engine/cache/attempts.ts';
import type { Executor, Job, JobObserver, JobResult } from '../engine/execute/executor.ts';
import { jobKind } from '../engine/execute/job-kind.ts';
import { performJob, type Tables } from '../engine/execute/perform.ts';
import type { Host } from '../engine/host.ts';
import { jobMarker, killMarked } from '../util/kill-tree.ts';
import { processToken } from '../util/process-identity.ts';
import type { FromWorker, ToWorker } from './messages.ts';
import { Printed } from './printed.ts';

/** A pooled worker is replaced after this many jobs or beyond this much memory: leaks stay small. */
const recycleJobs = 500;
const recycleBytes = 1.5e9;
/** How long a cancelled job may take to end by itself. */
const graceMs = 3_000;

interface Worker {
  readonly process: ChildProcess;
  readonly marker: string;
  jobs: number;
}

/** Performs jobs on this machine: inline ones here, pooled ones in warm workers, own ones in a fresh worker each. */
export class LocalExecutor implements Executor {
  readonly #host: Host;
  readonly #entry: string;
  readonly #tables: Tables;
  readonly #idle: Worker[] = [];
  #started = 0;

  constructor(host: Host, entry: string) {
    this.#host = host;
    this.#entry = entry;
    this.#tables = { kind: (job) => jobKind(job, host.kinds), artifacts: host.artifacts };
  }

  prepare(jobs: number): void {
    try {
      while (this.#idle.length < jobs) this.#idle.push(this.#start());
    } catch {
      // A head start only: the task that needs the worker tells why there is none.
    }
  }

  async perform(job: Job, observer: JobObserver, signal: AbortSignal): Promise<JobResult> {
    if (job.tier === 'inline') return performJob(job, this.#tables, observer, signal);
    const warm = job.tier === 'pooled' ? this.#warm() : undefined;
    if (warm !== undefined) {
      const { result, taken } = await this.#performIn(warm, job, observer, signal);
      const own = taken && warm.jobs === 1;
      if (result.ok || result.failure.reason !== 'worker-lost' || own) return result;
      // It died before it took the job, or perhaps of what earlier jobs left in it: once more, afresh.
      removeAttempt(job.attempt);
    }
    return (await this.#performIn(this.#start(), job, observer, signal)).result;
  }

  async #performIn(
    worker: Worker,
    job: Job,
    observer: JobObserver,
    signal: AbortSignal,
  ): Promise<{ readonly result: JobResult; readonly taken: boolean }> {
    const { result, rss, taken } = await this.#send(worker, job, observer, signal);
    worker.jobs++;
    const reusable =
      result.ok &&
      job.tier === 'pooled' &&
      worker.process.connected &&
      worker.jobs < recycleJobs &&
      rss < recycleBytes;
    if (reusable) this.#idle.push(worker);
    else await this.#end(worker);
    // A job that was stopped may have left processes that it started, wherever they moved to.
    if (!result.ok) killMarked(jobMarker, worker.marker);
    return { result, taken };
  }

  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((worker) => this.#end(worker)));
  }

  /** A worker that waits for a job; one that ended meanwhile (killed for memory) is passed over. */
  #warm(): Worker | undefined {
    for (let worker = this.#idle.pop(); worker !== undefined; worker = this.#idle.pop()) {
      if (isAlive(worker.process) && worker.process.connected) return worker;
    }
    return undefined;
  }

  #start(): Worker {
    const marker = `${processToken()}-${++this.#started}`;
    const child = fork(this.#entry, [], {
      execArgv: [],
      env: { ...this.#host.env, [jobMarker]: marker },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    // A message to a process that has just ended fails late, when nobody listens for it any more.
    child.on('error', () => undefined);
    return { process: child, marker, jobs: 0 };
  }

  #send(
    worker: Worker,
    job: Job,
    observer: JobObserver,
    signal: AbortSignal,
  ): Promise<{ readonly result: JobResult; readonly rss: number; readonly taken: boolean }> {
    const child = worker.process;
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      let taken = false;
      const printed = [child.stdout, child.stderr].map(
        (stream) => new Printed(stream, observer.log),
      );
      const cancel = (): void => {
        if (child.connected) child.send({ type: 'cancel' } satisfies ToWorker);
        timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      };
      const finish = (result: JobResult, rss: number): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', cancel);
        child.off('message', onMessage).off('exit', onExit).off('error', onError);
        // What the job printed may come later than what it answered.
        void Promise.all(printed.map((one) => one.end())).then((whole) => {
          // What it may still print would stand in the log of another job.
          const clean = whole.every(Boolean);
          resolve({ result, rss: clean ? rss : Number.POSITIVE_INFINITY, taken });
        });
      };
      const onMessage = (message: FromWorker): void => {
        if (message.type === 'taken') taken = true;
        else if (message.type === 'log') observer.log(message.lines);
        else if (message.type === 'progress')
          observer.progress(message.done, message.total, message.figures);
        else if (message.type === 'result') finish(message.result, message.rss);
      };
      const lost = (detail: string): void =>
        finish(
          {
            ok: false,
            failure: signal.aborted ? { reason: 'cancelled' } : { reason: 'worker-lost', detail },
          },
          Number.POSITIVE_INFINITY,
        );
      const onExit = (status: number | null, killed: string | null): void =>
        lost(
          killed === null ? `it ended with exit status ${status}` : `it was killed by ${killed}`,
        );
      const onError = (error: Error): void => lost(error.message);
      child.on('message', onMessage).on('exit', onExit).on('error', onError);
      signal.addEventListener('abort', cancel, { once: true });
      if (signal.aborted) cancel();
      child.send({ type: 'job', job } satisfies ToWorker);
    });
  }

  async #end(worker: Worker): Promise<void> {
    const child = worker.process;
    if (!isAlive(child)) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    if (child.connected) child.disconnect();
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await gone;
    clearTimeout(timer);
  }
}

/** False also for a process that could not be started: it has no id and never says that it ended. */
function isAlive({ pid, exitCode, signalCode }: ChildProcess): boolean {
  return pid !== undefined && exitCode === null && signalCode === null;
}
