import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { createClient, type Metric, parseAddress } from '../../src/tracking/client/index.ts';
import { readCursor } from '../../src/tracking/sync/cursor.ts';
import { createRig } from '../../test/tracking/client/rig.ts';
import { createFaultyProxy } from '../../test/tracking/sync/faulty-proxy.ts';
import { installMlflow, startMlflow } from '../../test/util/mlflow-server.ts';
import { inTurns, type Side } from './turns.ts';

// npm run build && node --import tsx bench/tracking/bench.ts [--pairs 40] [--points 10000] [--elsewhere]
// What a tracking server costs the run: the same experiment with and without one on this machine, each from an
// empty cache and a tenth of a second at a time, the server and the uploader sharing the processors of their side.
// Then many points by themselves: seconds and requests.
const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '40' },
    points: { type: 'string', default: '10000' },
    /** Instead of MLflow a server that answers like it and costs next to nothing: as one on another machine. */
    elsewhere: { type: 'boolean', default: false },
  },
});

/** Six networks trained one after another, every epoch told live. */
const spec = `name: overhead
seed: 42
stages:
  speech: { uses: fetch, with: { dataset: demo } }
  mel: { uses: melspec, in: speech, with: { n_mels: 32, trim_db: 45 } }
  model:
    uses: train-kfold
    in: mel
    with: { architecture: cnn4, epochs: 12, split: { scheme: leave-one-speaker-out } }
  scores: { uses: evaluate, in: model }
`;

const repository = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'affekt-bench-'));
const file = join(folder, 'overhead.yaml');
writeFileSync(file, spec);
const plain = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(MLFLOW|AFFEKT)_/.test(name)),
);

const entry = join(repository, 'bin/affekt.js');

/** The experiment from an empty cache; `tracked` is the address of a server. */
function sideOf(name: string, tracked: string | undefined): Side {
  return {
    side: tracked === undefined ? 'without' : 'with',
    argv: [process.execPath, entry, 'run', file, '--jobs', '1'],
    env: {
      ...plain,
      AFFEKT_CACHE: join(folder, name, 'cache'),
      AFFEKT_RUNS: join(folder, name, 'runs'),
      ...(tracked !== undefined && { MLFLOW_TRACKING_URI: tracked }),
    },
  };
}

/** Waits until all of a run has been sent. */
async function finish({ env }: Side): Promise<void> {
  // Not to block: a server may answer in this process.
  const sync = () => promisify(execFile)(process.execPath, [entry, 'sync'], { env });
  let said = await sync();
  for (let looks = 0; /by another process/.test(said.stdout) && looks < 100; looks++)
    said = await sync();
  const runs = env['AFFEKT_RUNS'] ?? '';
  const [run = ''] = readdirSync(runs).filter((one) => /^\d{8}-/.test(one));
  const state = readCursor(join(runs, run))?.state;
  if (state !== 'whole') throw new Error(`not all arrived: ${state} ${said.stdout}${said.stderr}`);
}

/** Geometric mean of ratios and its 95 % interval, by 10,000 resamples of the pairs. */
function interval(ratios: readonly number[]): readonly number[] {
  const logs = ratios.map(Math.log);
  const mean = (own: readonly number[]) => own.reduce((a, b) => a + b, 0) / own.length;
  const draws = Array.from({ length: 10_000 }, () =>
    mean(logs.map(() => logs[Math.floor(Math.random() * logs.length)] ?? 0)),
  ).sort((a, b) => a - b);
  return [mean(logs), draws[250] ?? 0, draws[9749] ?? 0].map(Math.exp);
}

async function manyPoints(url: string, count: number): Promise<string> {
  await using proxy = await createFaultyProxy(url);
  const address = parseAddress(proxy.url);
  if (!address.ok) throw new Error(address.error.message);
  const client = createClient({ address: address.value, tls: {} });
  const experiment = await client.experiments.ensure({ name: 'points' });
  if (!experiment.ok) throw new Error(experiment.error.message);
  const run = await client.runs.create({
    experimentId: experiment.value.id,
    name: 'p',
    started: 1,
  });
  if (!run.ok) throw new Error(run.error.message);
  const metrics = Array.from({ length: count }, (_, n): Metric => {
    const step = Math.floor(n / 5);
    return { key: `train/metric ${n % 5}`, value: Math.sin(n), step, timestamp: 1_000 + step };
  });
  const [before, began] = [proxy.requests(), performance.now()];
  const logged = await client.runs.log(run.value.id, { metrics });
  const seconds = (performance.now() - began) / 1000;
  if (!logged.ok) throw new Error(logged.error.message);
  const requests = proxy.requests() - before;
  const missing = await client.runs.missing(run.value.id, { metrics });
  client.close();
  if (!missing.ok) throw new Error(missing.error.message);
  const lost = missing.value.metrics?.length ?? 0;
  return `| ${count} points | ${seconds.toFixed(2)} s | ${requests} | ${lost} |`;
}

async function startServer() {
  if (values.elsewhere) return { ...(await createRig()), version: 'elsewhere' };
  const installed = installMlflow();
  if (typeof installed === 'string') throw new Error(installed);
  return startMlflow({ ...installed, env: { AFFEKT_BENCH_SIDE: 'with' } });
}

await using server = await startServer();
console.log(`MLflow ${server.version}\n`);
console.log('| by themselves | time | requests | lost |\n|---|---|---|---|');
console.log(`${await manyPoints(server.url, Number(values.points))}\n`);
const wall: number[] = [];
const cpu: number[] = [];
for (let pair = 0; pair < Number(values.pairs); pair++) {
  const [tracked, alone] = [sideOf('with', server.url), sideOf('without', undefined)];
  // Who is first takes turns.
  const [first, second] = await inTurns(pair % 2 === 0 ? [tracked, alone] : [alone, tracked]);
  const [a, b] = pair % 2 === 0 ? [first, second] : [second, first];
  await finish(tracked);
  for (const name of ['with', 'without']) rmSync(join(folder, name), { recursive: true });
  wall.push(a.wall / b.wall);
  cpu.push(a.cpu / b.cpu);
  const seconds = [a, b].map((one) => `${one.wall.toFixed(2)} s, cpu ${one.cpu.toFixed(2)} s`);
  console.log(`${pair + 1}  with ${seconds[0]}  without ${seconds[1]}`);
}
console.log('\n| with / without | mean | low | high |\n|---|---|---|---|');
for (const [name, ratios] of Object.entries({ wall, cpu })) {
  const cells = interval(ratios).map((value) => value.toFixed(4));
  console.log(`| ${name} | ${cells.join(' | ')} |`);
}
rmSync(folder, { recursive: true, force: true });
