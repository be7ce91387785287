import { artifactTypes } from '../artifacts/index.ts';
import { jobKind } from '../engine/execute/job-kind.ts';
import { performJob } from '../engine/execute/perform.ts';
import { stageKinds } from '../kinds.ts';
import type { FromWorker, ToWorker } from './messages.ts';

/** The process that performs pooled and own jobs, one at a time. */

function send(message: FromWorker): void {
  // The engine may be gone between two messages; `disconnect` follows.
  if (process.connected) process.send?.(message);
}

let current: AbortController | undefined;

// Ctrl-C reaches the whole terminal group: the engine decides what it means.
process.on('SIGINT', () => undefined);
process.on('SIGHUP', () => undefined);

process.on('disconnect', () => {
  current?.abort();
  // What was made so far is in an attempt folder that the next run sweeps away.
  process.exit(1);
});

process.on('message', (message: ToWorker) => {
  if (message.type === 'cancel') current?.abort();
  else void work(message);
});

async function work({ job }: ToWorker & { type: 'job' }): Promise<void> {
  const controller = new AbortController();
  current = controller;
  const result = await performJob(
    job,
    { kind: (wanted) => jobKind(wanted, stageKinds), artifacts: artifactTypes },
    {
      log: (line) => send({ type: 'log', line }),
      progress: (done, total) => send({ type: 'progress', done, total }),
    },
    controller.signal,
  );
  current = undefined;
  send({ type: 'result', result, rss: process.memoryUsage.rss() });
}

send({ type: 'ready' });
