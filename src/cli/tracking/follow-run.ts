import { type ChildProcess, spawn } from 'node:child_process';
import { appendFileSync, closeSync, openSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Listener } from '../../engine/event.ts';
import { readCursor } from '../../tracking/sync/cursor.ts';
import { pointsFile } from '../../tracking/sync/points.ts';
import { giveWay } from '../../util/give-way.ts';
import type { Config } from '../config.ts';
import type { Io } from '../io.ts';
import { packageRoot } from '../package-root.ts';
import { openTracking } from './open-tracking.ts';
import { runLink } from './run-link.ts';

/** A run that is sent while it goes on. */
export interface FollowedRun {
  readonly listener: Listener;
  /** One line on where it is, or why it is not there yet. Where a container ends with the run, first waits. */
  tell(json: boolean): Promise<void>;
}

/**
 * Starts a process of its own that reads the run's folder and sends it: a server that is slow, away or lying
 * costs the run nothing. `undefined` without a server. A wrong address is told once and costs no more.
 */
export async function followRun(config: Config, io: Io): Promise<FollowedRun | undefined> {
  try {
    if ((await openTracking(config, io)) === undefined) return undefined;
  } catch (error) {
    io.err.write(`not tracked: ${(error as Error).message}\n`);
    return undefined;
  }
  // The first process of a container takes all others with it; so does a shell in its place.
  const endsAll = process.pid === 1 || process.ppid === 1;
  let folder: string | undefined;
  let uploader: ChildProcess | undefined;
  let problem: string | undefined;
  const started = new Map<string, number>();
  return {
    listener(event) {
      try {
        if (event.type === 'run-started') {
          folder = event.folder;
          uploader = startUploader(config, io, folder);
        } else if (event.type === 'task-started') started.set(event.address, event.started);
        else if (
          event.type === 'task-progress' &&
          event.figures &&
          folder !== undefined &&
          // Figures within an epoch are on their way; what stays is those at its end.
          Number.isInteger(event.done)
        ) {
          const { address, done: epoch, figures } = event;
          const point = {
            address,
            started: started.get(address) ?? 0,
            epoch,
            time: event.time,
            figures,
          };
          appendFileSync(join(folder, pointsFile), `${JSON.stringify(point)}\n`);
        }
      } catch (error) {
        problem ??= (error as Error).message;
      }
    },
    async tell(json) {
      if (folder === undefined) return;
      if (endsAll && uploader !== undefined) await untilSent(folder, uploader);
      const line =
        problem === undefined ? whereabouts(folder) : { warning: `not tracked: ${problem}` };
      if ('warning' in line) io.err.write(`${line.warning}\n`);
      else if (!json) io.out.write(`${line.text}\n`);
    },
  };
}

/** How long a run whose end would be the uploader's waits for the next thing to arrive. */
const longestWaitMs = 60_000;

/** Until all is there, or the uploader has to wait itself: what is missing then, affekt sync brings. */
async function untilSent(folder: string, { pid, exitCode }: ChildProcess): Promise<void> {
  if (pid === undefined || exitCode !== null) return;
  let there = 0;
  for (let waited = 0; waited < longestWaitMs; waited += lookMs) {
    const { state, owner, done = [] } = readCursor(folder) ?? {};
    if (state === 'waiting' || (owner === null && state !== 'sending')) return;
    if (done.length > there) [there, waited] = [done.length, 0];
    await delay(lookMs);
  }
}

const lookMs = 100;

function whereabouts(folder: string): { readonly text: string } | { readonly warning: string } {
  const cursor = readCursor(folder);
  const run = basename(folder).slice(-4);
  if (cursor === undefined)
    return { text: `mlflow  being sent; affekt sync ${run} tells when it is there` };
  const { state, problem, server, known, done } = cursor;
  if (state === 'waiting' || state === 'deleted') {
    const why = problem ?? 'the server is away';
    return { warning: `not yet on ${server} (${why}); later: affekt sync ${run}` };
  }
  const link = runLink(folder, cursor) ?? server;
  const left = known - done.length;
  return { text: `mlflow  ${link}${left > 0 ? ' (still being sent)' : ''}` };
}

/** It survives this process and its terminal, and gives way to the training. */
function startUploader({ settings, files, profile }: Config, io: Io, folder: string): ChildProcess {
  const { 'tracking.uri': uri, 'tracking.experiment': experiment } = settings;
  const log = openSync(join(folder, 'logs', 'sync.log'), 'a');
  const child = spawn(
    process.execPath,
    [join(packageRoot(), 'bin', 'affekt.js'), 'sync', basename(folder), '--follow'],
    {
      detached: true,
      stdio: ['ignore', log, log],
      cwd: io.cwd,
      env: {
        ...io.env,
        ...(files[0] !== undefined && { AFFEKT_CONFIG: files[0] }),
        ...(profile !== undefined && { AFFEKT_PROFILE: profile }),
        AFFEKT_CACHE: settings['cache.path'],
        AFFEKT_RUNS: settings['runs.path'],
        ...(uri !== null && { MLFLOW_TRACKING_URI: uri }),
        ...(experiment !== null && { MLFLOW_EXPERIMENT_NAME: experiment }),
      },
    },
  );
  // A process that cannot be started is no reason to stop: affekt sync does the same.
  child.on('error', () => undefined);
  child.unref();
  closeSync(log);
  if (child.pid !== undefined) giveWay(child.pid);
  return child;
}
