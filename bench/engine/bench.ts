import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { parseArgs } from 'node:util';
import { medianFigures, timed } from '../timed.ts';
import { type Project, projects } from './projects.ts';

/**
 * Cold and no-op runs of N trivial stages, in affekt and its peers, one after another on a quiet
 * machine. Whole-process figures from GNU time; processor seconds include all children.
 *
 *     node --import tsx bench/engine/bench.ts --stages 1000 --peers VENV/bin:node_modules/.bin
 *         [--only NAME] [--repeat 3]
 */
const { values } = parseArgs({
  options: {
    stages: { type: 'string', default: '1000' },
    /** Folders with snakemake, dvc and wireit, as in PATH. */
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

function has(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`], { env }).status === 0;
}

function measure(project: Project): string {
  const folder = mkdtempSync(join(tmpdir(), 'affekt-bench-'));
  try {
    const cwd = join(folder, 'p');
    mkdirSync(cwd);
    project.write(cwd, stages);
    const run = () => timed(project.run, { cwd, env, limit });
    const cold = run();
    if (cold === undefined) return `| ${project.name} | not done after ${limit} s |`;
    // Files of the last two seconds may still change unseen, so they are hashed again (StatMemo).
    spawnSync('sleep', ['3']);
    const warm = medianFigures(Array.from({ length: repeat }, run));
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
