import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createClient, type Metric, parseAddress } from '../../src/tracking/client/index.ts';
import { readCursor } from '../../src/tracking/sync/cursor.ts';
import { createFaultyProxy } from '../../test/tracking/sync/faulty-proxy.ts';
import { installMlflow, startMlflow } from '../../test/util/mlflow-server.ts';

// npm run build && node --import tsx bench/tracking/bench.ts [--pairs 40] [--points 10000]
// What a tracking server costs the run: the same experiment with and without one on this machine, in turn, each
// from an empty cache. Then many points by themselves: seconds and requests.
const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '40' },
    points: { type: 'string', default: '10000' },
  },
});

/** Six networks trained one after another, 180 epochs told live. */
const spec = `name: overhead
seed: 42
stages:
  speech: { uses: fetch, with: { dataset: demo } }
  mel: { uses: melspec, in: speech, with: { n_mels: 32, trim_db: 45 } }
  model:
    uses: train-kfold
    in: mel
    with: { architecture: mlp, epochs: 30, split: { scheme: leave-one-speaker-out } }
  scores: { uses: evaluate, in: model }
`;

interface Cost {
  readonly wall: number;
  /** Of the run and the workers that it waits for, user and system. The uploader is not among them. */
  readonly cpu: number;
}

const repository = resolve(import.meta.dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'affekt-bench-'));
const file = join(folder, 'overhead.yaml');
writeFileSync(file, spec);
const plain = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(MLFLOW|AFFEKT)_/.test(name)),
);

/** `tracked` is the address of a server. Returns when the run has ended and all of it has been sent. */
function runOnce(name: string, tracked: string | undefined): Cost {
  const env = {
    ...plain,
    AFFEKT_CACHE: join(folder, name, 'cache'),
    AFFEKT_RUNS: join(folder, name, 'runs'),
    ...(tracked !== undefined && { MLFLOW_TRACKING_URI: tracked }),
  };
  const entry = join(repository, 'bin/affekt.js');
  // The shell's own clock counts the processes that it and its children have waited for.
  const command = `TIMEFORMAT='%R %U %S'; time node ${entry} run ${file} --jobs 1 >/dev/null 2>&1`;
  const { status, stderr } = spawnSync('bash', ['-c', command], { encoding: 'utf8', env });
  const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = stderr.split(' ').map(Number);
  if (status !== 0) throw new Error(`the run ended with ${status}: ${stderr}`);
  if (tracked !== undefined) {
    const sync = () => spawnSync('node', [entry, 'sync'], { encoding: 'utf8', env });
    let said = sync();
    for (let looks = 0; /by another process/.test(said.stdout) && looks < 100; looks++)
      said = sync();
    const [run = ''] = readdirSync(env.AFFEKT_RUNS).filter((one) => /^\d{8}-/.test(one));
    const state = readCursor(join(env.AFFEKT_RUNS, run))?.state;
    if (state !== 'whole')
      throw new Error(`not all arrived: ${state} ${said.stdout}${said.stderr}`);
  }
  rmSync(join(folder, name), { recursive: true, force: true });
  return { wall, cpu: user + system };
}

/** Geometric mean of ratios and its 95 % interval, by 10,000 resamples of the pairs. */
function interval(ratios: readonly number[]): string {
  const logs = ratios.map(Math.log);
  const mean = (own: readonly number[]) => own.reduce((a, b) => a + b, 0) / own.length;
  const draws = Array.from({ length: 10_000 }, () =>
    mean(logs.map(() => logs[Math.floor(Math.random() * logs.length)] ?? 0)),
  ).sort((a, b) => a - b);
  const [low, middle, high] = [draws[250] ?? 0, mean(logs), draws[9749] ?? 0].map(Math.exp);
  return `${middle?.toFixed(4)} [${low?.toFixed(4)}, ${high?.toFixed(4)}]`;
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
  return `${count} points: ${seconds.toFixed(2)} s, ${requests} requests, ${lost} lost`;
}

const installed = installMlflow();
if (typeof installed === 'string') throw new Error(installed);
await using server = await startMlflow(installed);
console.log(`MLflow ${server.version}: ${await manyPoints(server.url, Number(values.points))}`);
const wall: number[] = [];
const cpu: number[] = [];
for (let pair = 0; pair < Number(values.pairs); pair++) {
  const tracked = () => runOnce(`with-${pair}`, server.url);
  const alone = () => runOnce(`without-${pair}`, undefined);
  // Who is first takes turns: whatever slows the machine meanwhile meets both alike.
  const [first, second] = pair % 2 === 0 ? [tracked(), alone()] : [alone(), tracked()];
  const [a, b] = pair % 2 === 0 ? [first, second] : [second, first];
  wall.push(a.wall / b.wall);
  cpu.push(a.cpu / b.cpu);
  const seconds = [a, b].map((one) => `${one.wall.toFixed(2)} s, cpu ${one.cpu.toFixed(2)} s`);
  console.log(`${pair + 1}  with ${seconds[0]}  without ${seconds[1]}`);
}
console.log(`wall with / without ${interval(wall)}\ncpu  with / without ${interval(cpu)}`);
rmSync(folder, { recursive: true, force: true });
