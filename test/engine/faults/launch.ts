import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { StampedEvent } from '../../../src/engine/event.ts';
import type { RunInfo } from '../../../src/engine/record/types.ts';

const repository = resolve(import.meta.dirname, '../../..');
const entry = join(repository, 'bin/affekt.js');

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface Launched {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Settles when the process has ended and its output is complete. */
  readonly ended: Promise<Ended>;
  /** Events of `--json`, as they come. */
  readonly events: readonly StampedEvent[];
  /** Resolves with the first event that fits, past ones included; rejects when the process ends without it. */
  event(fits: (event: StampedEvent) => boolean): Promise<StampedEvent>;
  /** Resolves when the text has been printed, on stdout or stderr; rejects when the process ends without it. */
  said(text: string): Promise<void>;
}

export interface LaunchOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Leads a process group of its own. */
  readonly group?: boolean;
  /** A file descriptor or `pipe` for stdout. */
  readonly stdout?: number | 'pipe';
}

/** A temporary folder in which the built program runs; its cache and runs folders may be several. */
export class Bench {
  readonly root: string;
  readonly #running = new Set<ChildProcess>();

  constructor() {
    if (!existsSync(join(repository, 'dist/cli.js'))) throw new Error('run npm run build first');
    this.root = realpathSync(mkdtempSync(join(tmpdir(), 'affekt-faults-')));
  }

  path(...parts: readonly string[]): string {
    return join(this.root, ...parts);
  }

  /** Starts `affekt …` with the cache and the runs of `state`. */
  start(state: string, args: readonly string[], options: LaunchOptions = {}): Launched {
    const child = spawn(process.execPath, [entry, ...args], {
      cwd: this.root,
      env: { ...this.#environment(state), ...options.env },
      stdio: ['ignore', options.stdout ?? 'pipe', 'pipe'],
      detached: options.group === true,
    });
    return this.#watch(child);
  }

  /** Runs `affekt …` to its end. */
  run(state: string, args: readonly string[], options: LaunchOptions = {}): Promise<Ended> {
    return this.start(state, args, options).ended;
  }

  /** The run folders of `state`, oldest first. */
  runs(state: string): readonly string[] {
    const folder = this.path(state, 'runs');
    if (!existsSync(folder)) return [];
    return readdirSync(folder)
      .filter((name) => /^\d{8}-/.test(name))
      .sort()
      .map((name) => join(folder, name))
      .filter((run) => existsSync(join(run, 'run.json')));
  }

  info(run: string): RunInfo {
    return JSON.parse(readFileSync(join(run, 'run.json'), 'utf8')) as RunInfo;
  }

  /** Everything below this folder and every process that was started in it goes. */
  [Symbol.dispose](): void {
    for (const child of this.#running) child.kill('SIGKILL');
    for (const pid of this.processes()) kill(pid, 'SIGKILL');
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Processes of this bench, or of one state of it, that live: their environment tells. */
  processes(state?: string): readonly number[] {
    // Engines and workers know the cache by variable, programs by what they are told to write.
    const mark = state === undefined ? `HOME=${this.root}\u0000` : `${this.path(state)}/cache`;
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid && hasMark(name, mark))
      .map(Number);
  }

  #environment(state: string): Record<string, string> {
    const env: Record<string, string> = {
      HOME: this.root,
      AFFEKT_CACHE: this.path(state, 'cache'),
      AFFEKT_RUNS: this.path(state, 'runs'),
    };
    for (const name of ['PATH', 'TMPDIR', 'LANG', 'NODE_V8_COVERAGE']) {
      const value = process.env[name];
      if (value !== undefined) env[name] = value;
    }
    return env;
  }

  #watch(child: ChildProcess): Launched {
    this.#running.add(child);
    const events: StampedEvent[] = [];
    const waiting = new Set<(event: StampedEvent) => void>();
    const listening = new Set<() => void>();
    let out = '';
    let err = '';
    let rest = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      out += chunk.toString('utf8');
      for (const check of listening) check();
      const parts = (rest + chunk.toString('utf8')).split('\n');
      rest = parts.pop() ?? '';
      for (const line of parts) {
        if (!line.startsWith('{')) continue;
        const event = JSON.parse(line) as StampedEvent;
        events.push(event);
        for (const check of waiting) check(event);
      }
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      err += chunk.toString('utf8');
      for (const check of listening) check();
    });
    const ended = new Promise<Ended>((done, fail) => {
      child.on('error', fail);
      child.on('close', (code, signal) => {
        this.#running.delete(child);
        done({ code, signal, out, err });
      });
    });
    const event = (fits: (event: StampedEvent) => boolean): Promise<StampedEvent> =>
      new Promise((done, fail) => {
        const past = events.find(fits);
        if (past !== undefined) return done(past);
        const check = (coming: StampedEvent): void => {
          if (!fits(coming)) return;
          waiting.delete(check);
          done(coming);
        };
        waiting.add(check);
        ended.then(() => fail(new Error(`ended without the event:\n${out}${err}`)), fail);
      });
    const said = (text: string): Promise<void> =>
      new Promise((done, fail) => {
        const check = (): void => {
          if ((out + err).includes(text)) done();
        };
        listening.add(check);
        check();
        ended.then(() => fail(new Error(`ended without saying ${text}:\n${out}${err}`)), fail);
      });
    return { child, pid: child.pid ?? -1, ended, events, event, said };
  }
}

function hasMark(pid: string, mark: string): boolean {
  try {
    // A zombie has ended; it only waits for its parent to notice.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    if (stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z')) return false;
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(mark);
  } catch {
    return false;
  }
}

export function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}

/** Waits until `done` holds, looking every few milliseconds; false when it does not within the time. */
export async function within(seconds: number, done: () => boolean): Promise<boolean> {
  const end = performance.now() + seconds * 1000;
  while (!done()) {
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return true;
}
