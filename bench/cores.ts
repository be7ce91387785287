import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Figures, medianFigures, peakMemory, timed } from './timed.ts';

/**
 * What a second core brings: a stage, held to one core at -j1 and to two at -j2, in turns, each from a
 * cache that lacks only what is measured; the stage alone (from the start of its first task to the end of
 * the last), and the whole command with its start and its plan. AESDD must be known (`affekt data add aesdd FOLDER`).
 *
 *     npm run build && node --import tsx bench/cores.ts [--rounds 5] [--only melspec]
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', multiple: true, default: [] },
  },
});

const spec = `name: cores
seed: 42
stages:
  speech: { uses: fetch, with: { dataset: aesdd } }
  mel: { uses: melspec, in: speech, with: { n_mels: 64, trim_db: 45 } }
  overview: { uses: analyze, in: speech }
  cnn:
    uses: train-kfold
    in: mel
    with: { architecture: cnn4, epochs: 6, split: { scheme: leave-one-speaker-out } }
`;

const parts = [
  { name: 'melspec, 604 clips', until: 'mel', before: 'speech' },
  { name: 'analyze, 604 clips', until: 'overview', before: 'speech' },
  { name: 'train-kfold, 6 folds', until: 'cnn', before: 'mel' },
] as const;

const entry = resolve(import.meta.dirname, '../bin/affekt.js');
const folder = mkdtempSync(join(tmpdir(), 'affekt-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'cores.yaml');
writeFileSync(file, spec);

const environment = (name: string): NodeJS.ProcessEnv => ({
  ...process.env,
  AFFEKT_CACHE: join(folder, name, 'cache'),
  AFFEKT_RUNS: join(folder, name, 'runs'),
});
const command = (stage: string, jobs: number): readonly [string, ...string[]] => [
  ...([process.execPath, entry, 'run', file, '--only', stage] as const),
  ...['-j', String(jobs), '--no-track'],
];

/** The command in a copy of a prepared cache. */
async function inCopy<T>(of: string, work: (env: NodeJS.ProcessEnv) => Promise<T> | T): Promise<T> {
  cpSync(join(folder, of), join(folder, 'copy'), { recursive: true, verbatimSymlinks: true });
  try {
    return await work(environment('copy'));
  } finally {
    rmSync(join(folder, 'copy'), { recursive: true, force: true });
  }
}

interface StageFigures extends Figures {
  /** Seconds from the start of the stage's first task to the end of the stage. */
  readonly stage: number;
}

const held = (cores: string, argv: readonly string[]) => ['taskset', '-c', cores, ...argv];
const ratio = (a: number, b: number): string => (a / b).toFixed(2);
const seconds = (one: StageFigures): string =>
  `${one.stage.toFixed(2)} s (command ${one.wall.toFixed(2)}, cpu ${one.cpu.toFixed(2)})`;

function timedStage(cores: string, stage: string, env: NodeJS.ProcessEnv): StageFigures {
  const figures = timed(held(cores, command(stage, cores.split(',').length)), { env });
  if (figures === undefined) throw new Error(`${stage} takes too long`);
  const events = readFileSync(join(env['AFFEKT_RUNS'] ?? '', 'latest/events.ndjson'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; address?: string; time: number })
    .filter(({ address = '' }) => address.split(/[[/]/)[0] === stage);
  const begun = events.find(({ type }) => type === 'task-started')?.time ?? Number.NaN;
  const done = events.find(({ type }) => type === 'stage-done')?.time ?? Number.NaN;
  return { ...figures, stage: (done - begun) / 1000 };
}

function median(runs: readonly StageFigures[]): StageFigures {
  const stages = runs.map(({ stage }) => stage).sort((a, b) => a - b);
  return { ...medianFigures(runs), stage: stages[Math.floor(stages.length / 2)] ?? Number.NaN };
}

console.log('| stage | one core | two cores | ratio | whole command | memory at -j2 |');
console.log('|---|---|---|---|---|---|');
for (const { name, until, before } of parts) {
  if (values.only.length > 0 && !values.only.some((one) => name.startsWith(one))) continue;
  timed(command(before, 2), { env: environment(before) });
  const one: StageFigures[] = [];
  const two: StageFigures[] = [];
  for (let round = 0; round < Number(values.rounds); round++) {
    one.push(await inCopy(before, (env) => timedStage('0', until, env)));
    two.push(await inCopy(before, (env) => timedStage('0,1', until, env)));
  }
  const [a, b] = [median(one), median(two)];
  const memory = await inCopy(before, (env) => peakMemory(command(until, 2), { env }));
  const ratios = [ratio(a.stage, b.stage), ratio(a.wall, b.wall)];
  const cells = [seconds(a), seconds(b), ...ratios, `${memory.toFixed(0)} MB`];
  console.log(`| ${name} | ${cells.join(' | ')} |`);
}
