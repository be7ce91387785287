import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient, parseAddress } from '../../tracking/client/index.ts';
import { identityOf, livenessOf, type ProcessIdentity } from '../../util/process-identity.ts';
import { UsageError } from '../command.ts';
import type { Io } from '../io.ts';
import type { MlflowProgram } from './find-mlflow.ts';

/** An MLflow server over `runs/.mlflow`: a database and the artifacts. */
export interface LocalServer {
  readonly url: string;
  /** It was there before: another `affekt ui` owns it. */
  readonly found: boolean;
  /** Resolves when the server has ended by itself. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

const firstPort = 5000;
const lastPort = 5099;
/** Time that a server gets to finish what it is at. */
const graceMs = 5_000;

/**
 * Starts the server, or finds the one that already serves this folder. It keeps its port from time to
 * time, so that links and what was sent stay valid.
 *
 * @throws UsageError when it does not start, with the end of its log
 */
export async function startLocalServer({
  runs,
  mlflow,
  port: wanted,
  env,
  signal,
  onStart,
}: {
  readonly runs: string;
  readonly mlflow: MlflowProgram;
  readonly port: number | undefined;
  readonly env: Io['env'];
  readonly signal: AbortSignal;
  readonly onStart: () => void;
}): Promise<LocalServer | undefined> {
  const folder = join(runs, '.mlflow');
  mkdirSync(join(folder, 'artifacts'), { recursive: true });
  const last = readPort(folder);
  if (last !== undefined && (wanted ?? last) === last && (await serves(last, folder))) {
    const ended = new Promise<void>(() => undefined);
    return { url: urlOf(last), found: true, ended, stop: async () => undefined };
  }
  const port = await choosePort(wanted, last);
  onStart();
  const child = start(mlflow, folder, port, env);
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  let over = false;
  void gone.then(() => {
    over = true;
  });
  const stop = () => end(child, gone);
  while (!(await answers(port))) {
    if (signal.aborted) {
      await stop();
      return undefined;
    }
    if (over) throw new UsageError('MLflow does not start', lastWords(folder));
    await Promise.race([delay(200), gone]);
  }
  writeFileSync(join(folder, 'port'), `${port}\n`);
  const owner = child.pid === undefined ? null : identityOf(child.pid);
  writeFileSync(join(folder, 'server.json'), `${JSON.stringify(owner)}\n`);
  return { url: urlOf(port), found: false, ended: gone, stop };
}

function start(
  { program, args }: MlflowProgram,
  folder: string,
  port: number,
  env: Io['env'],
): ChildProcess {
  const own = Object.entries(env).filter(([name]) => !/^MLFLOW_(TRACKING|REGISTRY)_/.test(name));
  const log = openSync(join(folder, 'server.log'), 'w');
  try {
    return spawn(
      program,
      [
        ...args,
        'server',
        ...['--host', '127.0.0.1', '--port', String(port), '--workers', '1'],
        ...['--backend-store-uri', `sqlite:///${join(folder, 'mlflow.db')}`],
        ...['--artifacts-destination', join(folder, 'artifacts')],
      ],
      {
        // A group of its own: Ctrl-C reaches affekt first, which ends all of it in order.
        detached: true,
        stdio: ['ignore', log, log],
        cwd: folder,
        env: {
          // Eight more processes for things that runs do not need; nothing is reported to anybody.
          MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
          MLFLOW_DISABLE_TELEMETRY: 'true',
          ...Object.fromEntries(own),
        },
      },
    );
  } finally {
    closeSync(log);
  }
}

/** SIGTERM to the whole group, SIGKILL to what is left of it. */
async function end({ pid }: ChildProcess, gone: Promise<void>): Promise<void> {
  if (pid === undefined) return;
  const send = (name: NodeJS.Signals): boolean => {
    try {
      return process.kill(-pid, name);
    } catch {
      return false;
    }
  };
  send('SIGTERM');
  const patience = new AbortController();
  await Promise.race([gone, delay(graceMs, undefined, { signal: patience.signal, ref: false })]);
  patience.abort();
  send('SIGKILL');
}

async function answers(port: number): Promise<boolean> {
  const address = parseAddress(urlOf(port));
  if (!address.ok) return false;
  const client = createClient({
    address: address.value,
    tls: {},
    timeout: 2_000,
    retry: { attempts: 1 },
  });
  const { ok } = await client.server();
  client.close();
  return ok;
}

/** Whether the very process that was started for this folder lives and answers there. */
async function serves(port: number, folder: string): Promise<boolean> {
  try {
    const owner: unknown = JSON.parse(readFileSync(join(folder, 'server.json'), 'utf8'));
    // Its id alone may be another process's by now.
    if (livenessOf(owner as ProcessIdentity) !== 'alive') return false;
  } catch {
    return false;
  }
  return answers(port);
}

function readPort(folder: string): number | undefined {
  try {
    const port = Number(readFileSync(join(folder, 'port'), 'utf8'));
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : undefined;
  } catch {
    return undefined;
  }
}

async function choosePort(wanted: number | undefined, last: number | undefined): Promise<number> {
  if (wanted !== undefined) {
    if (await isFree(wanted)) return wanted;
    throw new UsageError(`port ${wanted} is taken`, 'Choose another, or leave --port out.');
  }
  if (last !== undefined && (await isFree(last))) return last;
  for (let port = firstPort; port <= lastPort; port++) if (await isFree(port)) return port;
  throw new UsageError(`no port from ${firstPort} to ${lastPort} is free`, 'Name one: --port N.');
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

function lastWords(folder: string): string {
  const path = join(folder, 'server.log');
  const text = readFileSync(path, 'utf8');
  if (/out-of-date database schema|Can't locate revision/.test(text)) {
    const database = join(folder, 'mlflow.db');
    return `Its database is of another release: mlflow db upgrade sqlite:///${database}, or use that release.`;
  }
  const lines = text.trim().split('\n').slice(-4).join('\n    ');
  return `${lines}\n    The whole log: ${path}`;
}

function urlOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}
