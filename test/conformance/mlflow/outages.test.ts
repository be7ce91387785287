import { existsSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { faultCases } from '../../tracking/sync/faults.ts';
import { createFaultyProxy } from '../../tracking/sync/faulty-proxy.ts';
import { type Arrival, arrived, bring, freshCopy, type Journey } from '../../tracking/sync/rig.ts';
import { createProject, type Project } from '../../util/cli.ts';
import { installMlflow, type MlflowServer, startMlflow } from '../../util/mlflow-server.ts';

const test = suite('MLflow: what arrives through outages');

const demo = join(import.meta.dirname, '../../../experiments/demo.yaml');

/** A run of the demo, and copies of it that no server has seen. */
interface Bench {
  readonly server: MlflowServer;
  readonly project: Project;
  journey(name: string): Journey;
}

async function createBench(): Promise<Bench & AsyncDisposable> {
  const installed = installMlflow();
  if (typeof installed === 'string') throw new Error(installed);
  const project = createProject();
  const ran = await project.affekt(['run', demo], { env: places(project) });
  assert.is(ran.code, 0, ran.err);
  const [run = ''] = project.list('runs').filter((name) => /^\d{8}-/.test(name));
  const server = await startMlflow(installed);
  return {
    server,
    project,
    journey: (name) => ({
      experiment: name,
      cache: project.path('cache'),
      folder: freshCopy(project.path(`runs/${run}`), project.path(`copies/${name}/${run}`)),
    }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      project[Symbol.dispose]();
    },
  };
}

const places = (project: Project) => ({
  AFFEKT_CACHE: project.path('cache'),
  AFFEKT_RUNS: project.path('runs'),
});

function note(name: string, requests: number, { values, lost, doubled }: Arrival): void {
  const there = `${values - lost.length} of ${values}`;
  process.stdout.write(
    `\n| ${name} | ${requests} | ${there} | ${lost.length} | ${doubled.length} |`,
  );
}

function whole(name: string, arrival: Arrival): void {
  const words = [...arrival.lost, ...arrival.doubled]
    .slice(0, 5)
    .map((one) => JSON.stringify({ ...one, operation: one.operation?.type }));
  assert.is(arrival.lost.length, 0, `${name}: ${words}`);
  assert.is(arrival.doubled.length, 0, `${name}: ${words}`);
  assert.ok(arrival.values > 300, `only ${arrival.values} values`);
}

test('every fault: nothing is lost and nothing doubled', async () => {
  if (!process.env['AFFEKT_TEST_LONG']) {
    process.stdout.write(
      'skip: the outage matrix takes many minutes; AFFEKT_TEST_LONG=1 runs it\n',
    );
    return;
  }
  await using bench = await createBench();
  const { server, project } = bench;
  const failed: string[] = [];
  // Said at once: a later fault may end the process.
  const fail = (text: string): void => {
    failed.push(text);
    process.stdout.write(`\n${text}`);
  };
  process.stdout.write(
    `\n| MLflow ${server.version}: fault | requests | arrived | lost | doubled |`,
  );
  process.stdout.write('\n|---|---:|---:|---:|---:|');
  const judge = async (name: string, requests: number, journey: Journey) => {
    const arrival = await arrived(journey, server.url);
    note(name, requests, arrival);
    try {
      whole(name, arrival);
    } catch (error) {
      fail((error as Error).message);
    }
  };

  for (const { name, fault } of faultCases) {
    await using proxy = await createFaultyProxy(server.url);
    proxy.fault = fault;
    const journey = bench.journey(name);
    const outcome = await bring(journey, proxy.url);
    if (outcome.state !== 'whole') fail(`${name}: ${outcome.state}, ${outcome.problem}`);
    if (outcome.rejected > 0) fail(`${name}: ${outcome.rejected} set aside`);
    // The copy went through the proxy, so its address is not the server's: what is asked is the same.
    await judge(name, proxy.requests(), journey);
  }

  {
    const name = 'the uploader killed (-9) again and again';
    await using proxy = await createFaultyProxy(server.url);
    const journey = bench.journey(name);
    const env = {
      ...{ AFFEKT_CACHE: journey.cache, AFFEKT_RUNS: join(journey.folder, '..') },
      ...{ MLFLOW_TRACKING_URI: proxy.url, MLFLOW_EXPERIMENT_NAME: name },
    };
    let kills = 0;
    for (let ended = false; !ended; ) {
      const sync = project.start(['sync'], { env });
      const last = proxy.requests() + 15 + 10 * kills;
      proxy.fault = ({ count }) => {
        if (count === last) sync.child.kill('SIGKILL');
        return 'pass';
      };
      ended = (await sync.ended).code !== null;
      if (!ended) kills++;
    }
    assert.ok(kills >= 5, `${kills} kills`);
    await judge(name, proxy.requests(), journey);
  }

  {
    const name = 'the server killed (-9) 3 times and started again';
    await using proxy = await createFaultyProxy(server.url);
    const journey = bench.journey(name);
    let kills = 0;
    let down: Promise<void> | undefined;
    // What asks again and again while it starts is counted, too.
    proxy.fault = ({ count }) => {
      if (kills < 3 && down === undefined && count >= 40 + 60 * kills) {
        kills++;
        const started = server.kill().then(() => server.start());
        down = started.then(() => {
          down = undefined;
        });
      }
      return 'pass';
    };
    // A busy machine takes its time to start a server.
    const outcome = await bring(journey, proxy.url, { patience: 300_000 });
    await down;
    const told = `${outcome.state}, ${outcome.problem}, ${proxy.requests()} requests`;
    assert.is(kills, 3, told);
    assert.is(outcome.state, 'whole', told);
    await judge(name, proxy.requests(), journey);
  }

  for (const [name, harm] of [
    ['sync.json lost half way', (path: string) => rmSync(path, { force: true })],
    ['sync.json torn half way', (path: string) => existsSync(path) && truncateSync(path, 100)],
  ] as const) {
    await using proxy = await createFaultyProxy(server.url);
    const journey = bench.journey(name);
    const stop = new AbortController();
    proxy.fault = ({ count }) => {
      if (count === 100) stop.abort();
      return 'pass';
    };
    await bring(journey, proxy.url, { signal: stop.signal });
    harm(join(journey.folder, 'sync.json'));
    await bring(journey, proxy.url);
    await judge(name, proxy.requests(), journey);
  }

  {
    const name = 'a value that the server refuses for good';
    await using proxy = await createFaultyProxy(server.url);
    const journey = bench.journey(name);
    const body = JSON.stringify({ error_code: 'INVALID_PARAMETER_VALUE', message: 'no' });
    proxy.fault = ({ path, body: text }) =>
      path.endsWith('log-batch') && text.includes('"test/kappa"') ? { status: 400, body } : 'pass';
    const outcome = await bring(journey, proxy.url);
    const arrival = await arrived(journey, server.url);
    note(name, proxy.requests(), arrival);
    assert.is(outcome.rejected, 1);
    assert.equal(
      arrival.lost.map(({ what }) => what),
      ['metric test/kappa'],
      'the rest of its batch arrived',
    );
    const rejected = readFileSync(join(journey.folder, 'rejected.ndjson'), 'utf8');
    assert.is(rejected.trim().split('\n').length, 1);
  }

  assert.equal(failed, []);
});

test.run();
