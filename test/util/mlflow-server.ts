import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/** A real MLflow server on SQLite, with artifacts through its proxy. */
export interface MlflowServer {
  readonly url: string;
  readonly version: string;
  /** An interpreter that has this MLflow. */
  readonly python: string;
  readonly folder: string;
  /** SIGKILL, as a crash does; `start` brings it back at the same address with what it had stored. */
  kill(): Promise<void>;
  start(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Releases that are tested, with what has to stand beside them. */
const beside: Readonly<Record<string, readonly string[]>> = { '2.22.5': ['sqlalchemy<2.1'] };

/** The release that AFFEKT_TEST_MLFLOW_VERSION names, or 3.17.2. */
const mlflowVersion = process.env['AFFEKT_TEST_MLFLOW_VERSION'] || '3.17.2';

const variables: NodeJS.ProcessEnv = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^MLFLOW_/.test(name))),
  // Eight more processes that nothing here needs, and twice the time to start.
  MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
  MLFLOW_DISABLE_TELEMETRY: 'true',
  DO_NOT_TRACK: 'true',
};

/**
 * Installs MLflow once per release into `$XDG_CACHE_HOME/affekt-test/mlflow` (or what
 * AFFEKT_TEST_MLFLOW_CACHE names; 600 to 900 MB). Returns its interpreter, or what is missing.
 */
export function installMlflow(version = mlflowVersion): { readonly python: string } | string {
  const caches = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
  const cache = process.env['AFFEKT_TEST_MLFLOW_CACHE'] || join(caches, 'affekt-test', 'mlflow');
  const folder = join(cache, `venv-${version}`);
  const python = join(folder, 'bin', 'python');
  const stamp = join(folder, '.complete');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8').startsWith(version)) return { python };
  const packages = [`mlflow==${version}`, ...(beside[version] ?? [])];
  mkdirSync(cache, { recursive: true });
  const began = performance.now();
  const steps: readonly (readonly [string, ...string[]])[] = [
    ['python3', '-m', 'venv', folder],
    [python, '-m', 'pip', 'install', '-q', '--disable-pip-version-check', 'uv'],
    [python, '-m', 'uv', 'pip', 'install', '-q', '--python', python, ...packages],
    [python, '-c', makeDatabase, join(folder, 'empty.db')],
  ];
  rmSync(join(folder, 'empty.db'), { force: true });
  for (const [program, ...args] of steps) {
    const { status, error, stderr } = spawnSync(program, args, {
      encoding: 'utf8',
      env: variables,
    });
    if (status !== 0)
      return `${program} ${args.join(' ')}: ${error?.message ?? stderr.slice(-500)}`;
  }
  writeFileSync(stamp, `${version} ${packages.slice(1).join(' ')}\n`);
  const seconds = Math.round((performance.now() - began) / 1000);
  process.stdout.write(`installed mlflow ${version} in ${seconds} s\n`);
  return { python };
}

/** A ready schema saves every new server the migrations. */
const makeDatabase = `
import sys
from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore
SqlAlchemyStore('sqlite:///' + sys.argv[1], 'mlflow-artifacts:/')
`;

/**
 * Runs a program until it ends or until nobody holds the other end of stdin any more, however that
 * process came to its end; then the whole group goes.
 */
const untilClosed = '("$@"; kill -KILL 0) & cat > /dev/null; kill -KILL 0';

export async function startMlflow({
  python,
  version = mlflowVersion,
  options = [],
  env = {},
}: {
  readonly python: string;
  readonly version?: string;
  readonly options?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}): Promise<MlflowServer> {
  const folder = mkdtempSync(join(tmpdir(), 'affekt-mlflow-'));
  const database = join(folder, 'mlflow.db');
  writeFileSync(database, readFileSync(join(python, '../../empty.db')));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess | undefined;

  const stop = async (signal: NodeJS.Signals) => {
    const running = child;
    child = undefined;
    if (running?.pid === undefined || running.exitCode !== null || running.signalCode !== null)
      return;
    const gone = new Promise((ended) => running.once('exit', ended));
    // The whole group: the server's worker is a process of its own.
    process.kill(-running.pid, signal);
    await gone;
  };
  const server: MlflowServer = {
    url,
    version,
    python,
    folder,
    kill: () => stop('SIGKILL'),
    async start() {
      const where = ['--host', '127.0.0.1', '--port', String(port), '--workers', '1'];
      const stores = [`--backend-store-uri=sqlite:///${database}`];
      stores.push(`--artifacts-destination=${join(folder, 'artifacts')}`);
      const args = ['-m', 'mlflow', 'server', ...where, ...stores, ...options];
      // Not to a pipe: while a test waits for Python nobody would read it.
      const log = openSync(join(folder, 'server.log'), 'a');
      const started = spawn('sh', ['-c', untilClosed, 'sh', python, ...args], {
        cwd: folder,
        env: { ...variables, ...env },
        detached: true,
        stdio: ['pipe', log, log],
      });
      closeSync(log);
      child = started;
      for (let tries = 0; !(await isUp(url)); tries++) {
        if (started.exitCode !== null || started.signalCode !== null || tries > 600) {
          const text = readFileSync(join(folder, 'server.log'), 'utf8');
          throw new Error(`mlflow server: ${text.slice(-4000)}`);
        }
        await new Promise((later) => setTimeout(later, 200));
      }
    },
    async [Symbol.asyncDispose]() {
      await stop('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
  await server.start();
  return server;
}

async function isUp(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`)).ok;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
