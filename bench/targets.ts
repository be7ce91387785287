import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/**
 * The numbers that affekt means to hold, measured on this machine beside its peers, and which of them are
 * missed. Needs a quiet machine with two cores, the corpus AESDD, and a Python with librosa and torch;
 * Snakemake, DVC and wireit where `--peers` (folders, as in PATH) has them. Exit code 1 when a target is
 * missed or was not measured.
 *
 *     npm run build && node --import tsx bench/targets.ts --python VENV/bin/python
 *         [--peers VENV/bin:node_modules/.bin] [--only NAME] [--kills 500]          (about 40 minutes)
 */
const { values } = parseArgs({
  options: {
    python: { type: 'string', default: '.venv/bin/python' },
    peers: { type: 'string', default: '' },
    /** Benches to run, as `engine/bench.ts` (default: all). */
    only: { type: 'string', multiple: true, default: [] },
    kills: { type: 'string', default: '500' },
  },
});

/** A cell of a bench's table. */
interface Cell {
  /** How its row begins. */
  readonly row: string;
  readonly column: string;
  /** Of the peer, where it is not that of the row. */
  readonly name?: string;
}

interface Target extends Cell {
  readonly what: string;
  /** Not everybody can measure it. */
  readonly optional?: true;
  readonly bound: readonly ['≤' | '≥', number];
  readonly peers?: readonly Cell[];
}

interface Bench {
  readonly argv: readonly string[];
  readonly targets: readonly Target[];
}

const cpu = 'no-op, cpu';
const memory = 'no-op, memory';
const cold = 'cold, cpu a stage';
const pooled = 'affekt, pooled tasks';
const engine = (stages: number, peers: readonly string[], limit: number): Bench => {
  const beside = (column: string) => peers.map((row) => ({ row, column }));
  const tools = [pooled, ...peers].flatMap((name) => ['--only', name]);
  return {
    argv: ['engine/bench.ts', '--stages', `${stages}`, '--peers', values.peers, ...tools],
    targets: [
      {
        ...{ what: `no-op of ${stages} tasks, cpu-s`, row: pooled, column: cpu },
        ...{ bound: ['≤', limit], peers: beside(cpu) },
      },
      {
        ...{ what: `no-op of ${stages} tasks, MB`, row: pooled, column: memory },
        ...{ bound: ['≤', 300], peers: beside(memory) },
      },
      // Of fewer the start of the program is the most, of more the peers take long.
      ...(stages !== 1000
        ? []
        : [
            {
              ...{ what: 'cold trivial task, cpu-ms', row: pooled, column: cold },
              ...{ bound: ['≤', 15] as const, peers: beside(cold) },
            },
          ]),
    ],
  };
};
const python = ['--python', values.python];
const librosa = (row: string): Target => ({
  ...{ what: `log-mel ${row}, × librosa`, row, column: 'ratio', bound: ['≥', 2] },
});
const cores = (row: string): Target => ({
  ...{ what: `${row}: one core / two`, row, column: 'ratio', bound: ['≥', 1.8] },
});

const benches: readonly Bench[] = [
  {
    argv: ['commands.ts'],
    targets: [
      { what: 'affekt --help, cpu-s', row: '--help', column: 'cpu', bound: ['≤', 0.12] },
      { what: 'demo, cold, s', row: 'demo, cold', column: 'wall', bound: ['≤', 60] },
      {
        what: 'baseline, no-op, cpu-s',
        row: 'baseline',
        column: 'cpu',
        bound: ['≤', 0.3],
        optional: true,
      },
    ],
  },
  // DVC writes its lock file anew after each stage: of 1,000 it was not done in 15 minutes.
  engine(100, ['DVC'], 0.3),
  engine(1000, ['Snakemake', 'wireit', 'make'], 0.5),
  engine(10_000, [], 3),
  {
    argv: ['engine/hashing.ts'],
    targets: [
      {
        ...{ what: 'hashing, GB/s of a core', row: 'hashing', column: 'affekt' },
        ...{
          bound: ['≥', 0.8],
          peers: [{ row: 'hashing', column: 'sha256sum', name: 'sha256sum' }],
        },
      },
      {
        ...{ what: '10,000 unchanged files looked at, s', row: '10,000', column: 'affekt' },
        ...{ bound: ['≤', 0.2] },
      },
    ],
  },
  { argv: ['dsp/log-mel.ts', ...python], targets: ['1024 / 256', '512 / 160'].map(librosa) },
  { argv: ['cores.ts'], targets: ['melspec', 'train-kfold'].map(cores) },
  {
    argv: ['training/bench.ts', ...python],
    targets: ['reference', 'cnn4'].map((model) => ({
      ...{
        what: `training step, ${model}, × PyTorch`,
        row: `${model}: ratio`,
        column: 'samples/s',
      },
      bound: ['≥', 0.95],
    })),
  },
  {
    argv: ['tracking/bench.ts', '--pairs', '20'],
    targets: [
      { what: '10,000 metrics: lost', row: '10000 points', column: 'lost', bound: ['≤', 0] },
      { what: 'a server beside the run, × cpu', row: 'cpu', column: 'high', bound: ['≤', 1.02] },
    ],
  },
  {
    argv: ['kill.ts', '--kills', values.kills],
    targets: [
      {
        what: 'kill -9: not resumed alike',
        row: 'kill -9',
        column: 'with problems',
        bound: ['≤', 0],
      },
    ],
  },
];

/** Rows of all Markdown tables in a text, by column. */
function readTables(text: string): readonly Readonly<Record<string, string>>[] {
  const rows: Record<string, string>[] = [];
  let head: readonly string[] = [];
  const lines = text.split('\n');
  for (const [i, line] of lines.entries()) {
    if (!line.startsWith('|') || line.startsWith('|--')) continue;
    const cells = line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim());
    if (lines[i + 1]?.startsWith('|--')) head = cells;
    else
      rows.push({
        ...Object.fromEntries(head.map((name, k) => [name, cells[k] ?? ''])),
        '': cells[0] ?? '',
      });
  }
  return rows;
}

async function outputOf(argv: readonly string[]): Promise<string> {
  const [file = '', ...args] = argv;
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, file), ...args],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let text = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    process.stderr.write(chunk);
    text += chunk;
  }
  return text;
}

const table: string[] = [];
let missed = 0;
for (const { argv, targets } of benches) {
  if (values.only.length > 0 && !values.only.includes(argv[0] ?? '')) continue;
  process.stderr.write(`\n== bench/${argv.join(' ')}\n`);
  const rows = readTables(await outputOf(argv));
  const cell = ({ row, column }: Cell): string =>
    rows.find((one) => one['']?.startsWith(row))?.[column] ?? '';
  for (const target of targets) {
    const { what, bound, peers = [] } = target;
    const value = Number.parseFloat(cell(target));
    const [sign, limit] = bound;
    const met = sign === '≤' ? value <= limit : value >= limit;
    const verdict = Number.isNaN(value) ? 'not measured' : met ? 'met' : 'MISSED';
    if (verdict === 'MISSED' || (verdict === 'not measured' && !target.optional)) missed++;
    const beside = peers
      .map((peer) => [peer.name ?? peer.row, cell(peer)])
      .filter(([, found]) => found !== '');
    table.push(
      `| ${what} | ${sign} ${limit} | ${cell(target)} | ${beside.map((pair) => pair.join(' ')).join(', ')} | ${verdict} |`,
    );
  }
}
console.log('\n| what | target | affekt | peers | |\n|---|---|---|---|---|');
console.log(table.join('\n'));
process.exitCode = missed > 0 ? 1 : 0;
