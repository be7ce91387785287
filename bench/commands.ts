import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { medianFigures, type Place, peakMemory, timed } from './timed.ts';

/**
 * Commands as a user types them, each a process of its own: medians. The baseline is taken as it lies in
 * the cache that the configuration names, and left out where it has not been run.
 *
 *     npm run build && node --import tsx bench/commands.ts [--rounds 9]
 */
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '9' } } });
const rounds = Number(values.rounds);

const root = resolve(import.meta.dirname, '..');
const affekt = (...args: readonly string[]) =>
  [process.execPath, join(root, 'bin/affekt.js'), ...args] as const;
const demo = affekt('run', join(root, 'experiments/demo.yaml'), '--no-track');
const baseline = affekt('run', join(root, 'experiments/baseline.yaml'), '--no-track');

const folder = mkdtempSync(join(tmpdir(), 'affekt-bench-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const empty = (name: string): Place => ({
  env: {
    ...process.env,
    AFFEKT_CACHE: join(folder, name, 'cache'),
    AFFEKT_RUNS: join(folder, name, 'runs'),
  },
});

async function row(
  name: string,
  argv: readonly [string, ...string[]],
  place: (round: number) => Place,
): Promise<void> {
  const { wall, cpu, rssMb } = medianFigures(
    Array.from({ length: rounds }, (_, i) => timed(argv, place(i))),
  );
  // What ends within a look or two has one process.
  const memory = Math.max(rssMb, await peakMemory(argv, place(rounds)));
  const cells = [`${wall.toFixed(2)} s`, `${cpu.toFixed(2)} s`, `${memory.toFixed(0)} MB`];
  console.log(`| ${name} | ${cells.join(' | ')} |`);
}

console.log('| command | wall | cpu | memory |');
console.log('|---|---|---|---|');
await row('node -e 0', [process.execPath, '-e', '0'], () => ({}));
await row('--help', affekt('--help'), () => ({}));
await row('demo, cold', demo, (round) => empty(`cold-${round}`));
await row('demo, nothing to do', demo, () => empty('cold-0'));
const plan = spawnSync(process.execPath, [...affekt('plan', baseline[3] as string).slice(1)], {
  encoding: 'utf8',
});
if (/\b0 to run/.test(plan.stdout)) await row('baseline, nothing to do', baseline, () => ({}));
