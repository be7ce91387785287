import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** What a command and all processes that it waited for took. */
export interface Figures {
  /** Seconds on the clock. */
  readonly wall: number;
  /** Processor seconds, user and system. */
  readonly cpu: number;
  /** Greatest resident memory of one of its processes in MB. */
  readonly rssMb: number;
}

export interface Place {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Seconds after which it is ended. */
  readonly limit?: number;
}

/** Runs a command under GNU time; undefined where it did not end within the limit. Throws when it fails. */
export function timed(
  argv: readonly string[],
  { cwd, env = process.env, limit = 900 }: Place = {},
): Figures | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'affekt-time-'));
  try {
    const figures = join(folder, 'time.txt');
    const run = spawnSync('/usr/bin/time', ['-o', figures, '-f', '%e %U %S %M', ...argv], {
      ...(cwd !== undefined && { cwd }),
      ...{ env, encoding: 'utf8', maxBuffer: 1 << 28, timeout: limit * 1000 },
      killSignal: 'SIGKILL',
    });
    if (run.signal === 'SIGKILL') return undefined;
    if (run.status !== 0) throw new Error(`${argv.join(' ')} failed: ${run.stderr?.slice(-600)}`);
    const [wall = 0, user = 0, system = 0, kb = 0] = readFileSync(figures, 'utf8')
      .trim()
      .split(' ')
      .map(Number);
    return { wall, cpu: user + system, rssMb: kb / 1024 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The middle of each figure over runs that ended. */
export function medianFigures(runs: readonly (Figures | undefined)[]): Figures {
  const list = runs.filter((run) => run !== undefined);
  const middle = (pick: (f: Figures) => number): number =>
    list.map(pick).sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;
  return { wall: middle((f) => f.wall), cpu: middle((f) => f.cpu), rssMb: middle((f) => f.rssMb) };
}

/**
 * Greatest memory in MB that a command and all its descendants held at once: their proportional set
 * sizes, summed every 50 ms. Looking costs processor time, so this is no run to time.
 */
export async function peakMemory(
  argv: readonly [string, ...string[]],
  { cwd, env = process.env }: Place = {},
): Promise<number> {
  const [command, ...args] = argv;
  const child = spawn(command, args, {
    ...(cwd !== undefined && { cwd }),
    env,
    stdio: 'ignore',
  });
  let status: number | null | undefined;
  child.on('close', (code) => {
    status = code;
  });
  let peak = 0;
  while (status === undefined) {
    peak = Math.max(peak, treeMemory(child.pid ?? 0));
    await delay(50);
  }
  if (status !== 0) throw new Error(`${argv.join(' ')} failed`);
  return peak;
}

function treeMemory(root: number): number {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = read(`/proc/${name}/stat`);
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  let kb = 0;
  const add = (pid: number): void => {
    kb += Number(/^Pss:\s+(\d+)/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0);
    for (const child of children.get(pid) ?? []) add(child);
  };
  add(root);
  return kb / 1024;
}

/** Empty for a process that has just ended. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
