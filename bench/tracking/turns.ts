import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** A command of which all processes carry the environment variable `AFFEKT_BENCH_SIDE=side`. */
export interface Side {
  readonly side: string;
  readonly argv: readonly [string, ...string[]];
  readonly env: NodeJS.ProcessEnv;
}

/** What the command and the processes that it waited for took, while it was its turn. */
export interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

const marker = 'AFFEKT_BENCH_SIDE';
const sliceMs = 100;

/**
 * Runs two commands to their ends, each for a tenth of a second at a time while all processes of the other
 * stand still: how fast the machine is from one moment to the next then meets both alike. A process that
 * only serves one side (a tracking server) carries that side's variable too.
 */
export async function inTurns(sides: readonly [Side, Side]): Promise<readonly [Cost, Cost]> {
  const running = sides.map((one) => start(one));
  const leave = (): never => {
    for (const one of running) one.end();
    process.exit(130);
  };
  process.once('SIGINT', leave).once('SIGTERM', leave);
  try {
    for (const one of running) one.halt();
    while (running.some(({ cost }) => cost === undefined)) {
      for (const one of running) {
        if (one.cost !== undefined) continue;
        const from = performance.now();
        one.resume();
        await Promise.race([one.ended, delay(sliceMs)]);
        one.halt();
        one.ms += performance.now() - from;
        if (one.cpu !== undefined) one.cost = { wall: one.ms / 1000, cpu: one.cpu };
      }
    }
    // What a side left behind (an uploader) goes on to its end.
    for (const one of running) one.resume();
  } catch (error) {
    for (const one of running) one.end();
    throw error;
  } finally {
    process.off('SIGINT', leave).off('SIGTERM', leave);
  }
  const [a, b] = running.map(({ cost }) => cost);
  if (a === undefined || b === undefined) throw new Error('a command did not end');
  return [a, b];
}

interface Running {
  ms: number;
  /** Processor seconds, once it has ended. */
  cpu?: number;
  cost?: Cost;
  readonly ended: Promise<void>;
  /** Looks who there is while they run, so that none of that time is without work. */
  halt(): void;
  resume(): void;
  end(): void;
}

function start({ side, argv, env }: Side): Running {
  // The shell's own clock counts the processes that it and its children have waited for.
  const child = spawn(
    'bash',
    ['-c', `TIMEFORMAT='%U %S'; time "$@" >/dev/null 2>&1`, 'bash', ...argv],
    {
      env: { ...env, [marker]: side },
      stdio: ['ignore', 'ignore', 'pipe'],
    },
  );
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  let pids: readonly number[] = [];
  const one: Running = {
    ms: 0,
    halt() {
      pids = processesOf(side);
      for (const pid of pids) signal(pid, 'SIGSTOP');
    },
    resume() {
      for (const pid of pids) signal(pid, 'SIGCONT');
    },
    end() {
      one.resume();
      for (const pid of processesOf(side)) signal(pid, 'SIGTERM');
    },
    ended: new Promise((resolve, reject) => {
      child.on('close', (status) => {
        if (status !== 0) return reject(new Error(`${argv.join(' ')} ended with ${status}`));
        const [user = Number.NaN, system = Number.NaN] = said.trim().split(' ').map(Number);
        one.cpu = user + system;
        resolve();
      });
    }),
  };
  return one;
}

function processesOf(side: string): readonly number[] {
  const wanted = `${marker}=${side}`;
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const environment = readFileSync(`/proc/${name}/environ`, 'utf8').split('\0');
      return environment.includes(wanted) ? [Number(name)] : [];
    } catch {
      // It has just ended, or is somebody else's.
      return [];
    }
  });
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has just ended.
  }
}
