import { artifactTypes } from '../artifacts/index.ts';
import { jobKind } from '../engine/execute/job-kind.ts';
import { performJob } from '../engine/execute/perform.ts';
import type { Figures } from '../engine/stage.ts';
import { stageKinds } from '../kinds.ts';
import { jobMarker, killMarked } from '../util/kill-tree.ts';
import { startLoadMeter } from '../util/load-meter.ts';
import { endOfJob, type FromWorker, type ToWorker } from './messages.ts';

/** The process that performs pooled and own jobs, one at a time. */

/** How long a job may take to end when the engine is gone. */
const graceMs = 3_000;

function send(message: FromWorker): void {
  // The engine may be gone between two messages; `disconnect` follows.
  if (process.connected) process.send?.(message);
}

/** Lines of one turn go in one message: a program may print a million of them. */
let pending: string[] = [];

function flush(): void {
  if (pending.length > 0) send({ type: 'log', lines: pending.join('\n') });
  pending = [];
}

function log(line: string): void {
  if (pending.length === 0) setImmediate(flush);
  pending.push(line);
}

/** Milliseconds between two words of progress that is a mere count. */
const progressMs = 50;
let told = Number.NEGATIVE_INFINITY;
/** Tells the last count that came too soon, unless a later one is told before. */
let telling: NodeJS.Timeout | undefined;

function progress(done: number, total: number, figures?: Figures): void {
  const tell = (): void => {
    stopTelling();
    told = performance.now();
    send({ type: 'progress', done, total, ...(figures && { figures }) });
  };
  const since = performance.now() - told;
  if (figures !== undefined || done >= total || since >= progressMs) tell();
  else {
    clearTimeout(telling);
    telling = setTimeout(tell, progressMs - since);
  }
}

function stopTelling(): void {
  clearTimeout(telling);
  telling = undefined;
}

let current: { readonly controller: AbortController; readonly done: Promise<void> } | undefined;

// Ctrl-C reaches the whole terminal group: the engine decides what it means.
process.on('SIGINT', () => undefined);
process.on('SIGHUP', () => undefined);

// The engine has ended or was killed. What was made so far is in an attempt folder that the next
// run sweeps away; programs that the job started must not outlive it.
process.on('disconnect', () => {
  const end = (): void => {
    const marker = process.env[jobMarker];
    if (current !== undefined && marker !== undefined) killMarked(jobMarker, marker);
    process.exit(1);
  };
  if (current === undefined) end();
  else {
    current.controller.abort();
    setTimeout(end, graceMs);
    void current.done.finally(end);
  }
});

process.on('message', (message: ToWorker) => {
  if (message.type === 'cancel') current?.controller.abort();
  else {
    const controller = new AbortController();
    current = { controller, done: work(message, controller) };
  }
});

async function work(
  { job }: ToWorker & { type: 'job' },
  controller: AbortController,
): Promise<void> {
  send({ type: 'taken' });
  const meter = job.tier === 'own' ? startLoadMeter() : undefined;
  const made = await performJob(
    job,
    { kind: (wanted) => jobKind(wanted, stageKinds), artifacts: artifactTypes },
    { log, progress },
    controller.signal,
  );
  stopTelling();
  const load = meter?.stop();
  const result = made.ok && load !== undefined ? { ...made, load } : made;
  flush();
  for (const stream of [process.stdout, process.stderr]) {
    // Own code may have closed it.
    if (stream.writable) stream.write(`${endOfJob}\n`);
  }
  if (process.connected) current = undefined;
  send({ type: 'result', result, rss: process.memoryUsage.rss() });
}
