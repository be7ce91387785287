import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { processIdentity } from '../../../src/util/process-identity.ts';
import { createProject, type Project } from '../../util/cli.ts';

const test = suite('affekt ui');

/**
 * A program on the PATH in MLflow's place: answers like a server that has come up, writes down how it was
 * called, and starts a worker of its own. A real MLflow is asked in test/conformance/mlflow.
 */
function install(project: Project, name: string, script: string): string {
  project.write({ [`bin/${name}`]: `#!${process.execPath}\n${script}` });
  chmodSync(project.path(`bin/${name}`), 0o755);
  return project.path('bin');
}

const working = `
const { appendFileSync } = require('node:fs');
const { spawn } = require('node:child_process');
const args = process.argv.slice(2);
appendFileSync(process.env.CALLS, JSON.stringify(args) + '\\n');
if (args.includes('--version')) { console.log('mlflow, version 3.17.2'); process.exit(0); }
const worker = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
appendFileSync(process.env.CALLS, JSON.stringify({ worker: worker.pid, uri: process.env.MLFLOW_TRACKING_URI ?? null }) + '\\n');
require('node:http')
  .createServer((request, response) => response.end(request.url === '/version' ? '3.17.2' : 'OK'))
  .listen(Number(args[args.indexOf('--port') + 1]), '127.0.0.1');
`;

const calls = (project: Project): readonly unknown[] =>
  project
    .read('calls')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

function environment(project: Project, path: string, more: Readonly<Record<string, string>> = {}) {
  return { PATH: path, CALLS: project.path('calls'), AFFEKT_RUNS: project.path('runs'), ...more };
}

/** A process that has ended counts as gone, also where nobody collects it. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'));
}

test('starts the server over runs/, prints the page of experiments, and Ctrl-C ends all of it', async () => {
  using project = createProject();
  const path = install(project, 'mlflow', working);
  const env = environment(project, path);
  const started = project.start(['ui'], { env });
  await started.said('Ctrl-C');
  const port = Number(project.read('runs/.mlflow/port'));
  const [, args, facts] = calls(project) as [unknown, string[], { worker: number; uri: string }];
  assert.equal(args.slice(0, 3), ['server', '--host', '127.0.0.1']);
  assert.ok(args.includes(`sqlite:///${project.path('runs/.mlflow/mlflow.db')}`));
  assert.is(facts.uri, null, 'its own address is nobody else');

  const again = await project.affekt(['ui'], { env });
  assert.is(again.code, 0, again.err);
  assert.match(again.out, `http://127.0.0.1:${port}/#/experiments?workflowType=machine_learning`);

  started.child.kill('SIGINT');
  const { code, out } = await started.ended;
  assert.is(code, 0, 'that is how it ends');
  assert.match(out, `export MLFLOW_TRACKING_URI=http://127.0.0.1:${port}`);
  assert.not.ok(isAlive(facts.worker), 'the whole group is gone');

  const later = project.start(['ui'], { env });
  await later.said('Ctrl-C');
  assert.is(Number(project.read('runs/.mlflow/port')), port, 'links stay valid');
  later.child.kill('SIGTERM');
  assert.is((await later.ended).code, 0);
});

test('another process that has the id and the port of a server that is gone is not taken for it', async () => {
  using project = createProject();
  const stranger = createServer((_, response) => response.end('3.17.2')).listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  const { port } = stranger.address() as AddressInfo;
  project.write({
    'runs/.mlflow/port': `${port}\n`,
    'runs/.mlflow/server.json': { ...processIdentity(), start: 'of the one before' },
  });
  const path = install(project, 'mlflow', working);
  const started = project.start(['ui'], { env: environment(project, path) });
  await started.said('Ctrl-C');
  assert.is.not(Number(project.read('runs/.mlflow/port')), port, 'a server of its own');
  started.child.kill('SIGINT');
  assert.is((await started.ended).code, 0);
  stranger.close();
});

test('a server that does not start: the end of its log', async () => {
  using project = createProject();
  const script = `
if (process.argv.includes('--version')) process.exit(0);
console.log('first line');
console.error('ImportError: sqlalchemy is too new');
process.exit(1);`;
  const env = environment(project, install(project, 'mlflow', script));
  const { code, err } = await project.affekt(['ui'], { env });
  assert.is(code, 2);
  assert.match(err, /MLflow does not start/);
  assert.match(err, /ImportError: sqlalchemy is too new/);
  assert.match(err, /server\.log/);
});

test('a database of another release: what upgrades it', async () => {
  using project = createProject();
  const script = `
if (process.argv.includes('--version')) process.exit(0);
console.error('mlflow.exceptions.MlflowException: Detected out-of-date database schema (found version a, but expected b)');
process.exit(1);`;
  const env = environment(project, install(project, 'mlflow', script));
  const { err } = await project.affekt(['ui'], { env });
  assert.match(err, /mlflow db upgrade sqlite:\/\/\/.*mlflow\.db/);
});

test('a shim that is no MLflow is passed over for uvx, which fetches the tested release', async () => {
  using project = createProject();
  install(project, 'mlflow', 'process.exit(127)');
  const path = install(project, 'uvx', working);
  const started = project.start(['ui'], { env: environment(project, path) });
  await started.said('Ctrl-C');
  const [args] = calls(project) as [string[]];
  assert.equal(args.slice(0, 4), ['--from', 'mlflow==3.17.2', 'mlflow', 'server']);
  started.child.kill('SIGINT');
  const { err } = await started.ended;
  assert.match(err, /starting uvx \(fetches MLflow the first time/);
});

test('without Python: the one command, and the report of all runs meanwhile', async () => {
  using project = createProject();
  project.write({ 'bin/nothing': '', 'runs/index.html': '<!doctype html>' });
  const env = environment(project, project.path('bin'));
  const { code, out, err } = await project.affekt(['ui'], { env });
  assert.is(code, 2);
  assert.match(err, /curl -LsSf .*astral/);
  assert.match(out, /runs\/index\.html/);
  assert.not.ok(existsSync(project.path('runs/.mlflow')));
});

test('a configured server is shown, without its secrets, and none is started', async () => {
  using project = createProject();
  const path = install(project, 'mlflow', working);
  const env = environment(project, path, {
    MLFLOW_TRACKING_URI: 'http://me:geheim@127.0.0.1:1/x/',
  });
  const { code, out, err } = await project.affekt(['ui'], { env });
  assert.is(code, 0, err);
  assert.match(out, 'http://127.0.0.1:1/x/#/experiments?workflowType=machine_learning');
  assert.not.match(out + err, /geheim/);
  assert.not.ok(existsSync(project.path('calls')));
});

test.run();
