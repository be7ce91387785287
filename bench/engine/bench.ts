import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Project, projects } from './projects.ts';

/**
 * Cold and no-op runs of N trivial stages, in affekt and its peers, one after another on a quiet
 * machine. Whole-process figures from GNU time; processor seconds include all children.
 *
 *     node --import tsx bench/engine/bench.ts --stages 1000 --peers DIR/bin [--only NAME] [--repeat 3]
 */
const { values } = parseArgs({
  options: {
    stages: { type: 'string', default: '1000' },
    /** Folder with snakemake and dvc; wireit is found as a node_modules beside it or on PATH. */
    peers: { type: 'string', default: '' },
    only: { type: 'string', multiple: true, default: [] },
    repeat: { type: 'string', default: '3' },
    /** Seconds after which one run of a tool is given up, and the row says so. */
    limit: { type: 'string', default: '900' },
  },
});
const stages = Number(values.stages);
const repeat = Number(values.repeat);
const limit = Number(values.limit);
const env = { ...process.env, PATH: `${values.peers}${delimiter}${process.env['PATH'] ?? ''}` };

interface Figures {
  readonly wall: number;
  readonly cpu: number;
  readonly rssMb: number;
}

function timed(folder: string, argv: readonly string[]): Figures | undefined {
  const figures = join(folder, '..', 'time.txt');
  const run = spawnSync('/usr/bin/time', ['-o', figures, '-f', '%e %U %S %M', ...argv], {
    cwd: folder,
    env,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: limit * 1000,
    killSignal: 'SIGKILL',
  });
  if (run.signal === 'SIGKILL') return undefined;
  if (run.status !== 0) throw new Error(`${argv.join(' ')} failed: ${run.stderr?.slice(-600)}`);
  const [wall = 0, user = 0, system = 0, kb = 0] = readFileSync(figures, 'utf8')
    .trim()
    .split(' ')
    .map(Number);
  return { wall, cpu: user + system, rssMb: kb / 1024 };
}

function median(list: readonly Figures[]): Figures {
  const middle = (pick: (f: Figures) => number): number =>
    list.map(pick).sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;
  return { wall: middle((f) => f.wall), cpu: middle((f) => f.cpu), rssMb: middle((f) => f.rssMb) };
}

function has(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`], { env }).status === 0;
}

function measure(project: Project): string {
  const folder = mkdtempSync(join(tmpdir(), 'affekt-bench-'));
  try {
    mkdirSync(join(folder, 'p'));
    project.write(join(folder, 'p'), stages);
    const cold = timed(join(folder, 'p'), project.run);
    if (cold === undefined) return `| ${project.name} | not done after ${limit} s |`;
    const warm = median(
      Array.from({ length: repeat }, () => timed(join(folder, 'p'), project.run)).filter(
        (run) => run !== undefined,
      ),
    );
    const cells = [
      `${cold.wall.toFixed(2)} s`,
      `${((cold.cpu / stages) * 1000).toFixed(1)} ms`,
      `${warm.wall.toFixed(2)} s`,
      `${warm.cpu.toFixed(2)} s`,
      `${warm.rssMb.toFixed(0)} MB`,
    ];
    return `| ${project.name} | ${cells.join(' | ')} |`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

console.log(`${stages} trivial stages, 2 jobs; no-op is the median of ${repeat}\n`);
console.log('| tool | cold, wall | cold, cpu a stage | no-op, wall | no-op, cpu | no-op, memory |');
console.log('|---|---|---|---|---|---|');
for (const project of projects) {
  if (values.only.length > 0 && !values.only.includes(project.name)) continue;
  const missing = project.needs.filter((program) => !has(program));
  console.log(
    missing.length > 0 ? `| ${project.name} | needs ${missing.join(', ')} |` : measure(project),
  );
}
