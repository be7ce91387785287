import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { compareRun, linkedBytes } from './kill-trials.ts';
import { type Bench, type Ended, within } from './launch.ts';

/** The process whose n-th change of a file goes wrong. */
export type Role = 'engine' | 'worker';

/** `kill` is SIGKILL; the others are errors of the disk that the call throws. */
export type Action = 'kill' | 'ENOSPC' | 'EIO' | 'EACCES' | 'EMFILE';

export interface Step {
  readonly role: Role;
  /** Counts from 1. */
  readonly n: number;
  readonly action: Action;
}

const preload = resolve(import.meta.dirname, 'fail-at.mjs');

/** How the screen names each code. */
const words: Readonly<Record<Exclude<Action, 'kill'>, RegExp>> = {
  ENOSPC: /no space left on the disk/,
  EIO: /the disk reports an error/,
  EACCES: /permission denied/,
  EMFILE: /too many open files/,
};

/** Two programs: the second copies what the first made. */
export const twoPrograms = `name: two
stages:
  first: { uses: command, with: { run: 'echo one > {outputs.out}/a; echo b > {outputs.out}/b' } }
  second: { uses: command, in: { x: first }, with: { run: 'cat {inputs.x}/* > {outputs.out}/c' } }
`;

/** One program with two files: every step of an engine that makes one result. */
export const oneProgram = twoPrograms.slice(0, twoPrograms.indexOf('  second'));

/** Injects one fault per step into a new cache, then runs the same command without it. */
export class StepLoop {
  readonly #bench: Bench;
  readonly #args: readonly string[];
  #clean: { readonly outputs: string; readonly bytes: ReadonlyMap<string, string> } | undefined;

  constructor(bench: Bench, spec: string) {
    this.#bench = bench;
    this.#args = ['run', spec, '-j', '1'];
  }

  /** Runs undisturbed; returns how many steps each role takes. */
  async count(): Promise<Readonly<Record<Role, number>>> {
    const counts = { engine: 0, worker: 0 };
    for (const role of ['engine', 'worker'] as const) {
      const file = this.#bench.path(`count-${role}`);
      const ended = await this.#run(`clean-${role}`, {
        FAULT_ROLE: role,
        FAULT_COUNT: file,
      });
      if (ended.code !== 0) throw new Error(`the undisturbed run failed: ${ended.err}`);
      await within(5, () => existsSync(file));
      counts[role] = readFileSync(file, 'utf8').trimEnd().split('\n').length;
    }
    const [run = ''] = this.#bench.runs('clean-engine');
    this.#clean = {
      outputs: readFileSync(join(run, 'outputs.json'), 'utf8'),
      bytes: linkedBytes(run),
    };
    return counts;
  }

  /** What is not as it has to be, one sentence each. */
  async fail({ role, n, action }: Step): Promise<readonly string[]> {
    const bench = this.#bench;
    const state = `${role}-${n}-${action}`;
    const problems: string[] = [];
    const faulty = await this.#run(state, {
      FAULT_ROLE: role,
      FAULT_AT: String(n),
      FAULT_ACTION: action,
    });
    if (action !== 'kill') problems.push(...judgeMessage(faulty, words[action], bench.root));
    else if (role === 'engine' && faulty.signal !== 'SIGKILL') problems.push('it was not killed');
    // A job whose warm worker died is tried once more in a fresh one.
    else if (role === 'worker' && faulty.code !== 0 && !/its worker process ended/.test(faulty.err))
      problems.push(`the lost worker is not told: ${faulty.code} ${faulty.err}`);
    if (/\n\s+at /.test(faulty.out + faulty.err)) problems.push(`a stack: ${faulty.err}`);

    const again = await bench.run(state, this.#args);
    if (again.code !== 0) problems.push(`the same command ended with ${again.code}: ${again.err}`);
    else if (this.#clean !== undefined)
      problems.push(...(await compareRun(bench, state, this.#clean)));
    if (problems.length === 0) rmSync(bench.path(state), { recursive: true, force: true });
    return problems.map((problem) => `${state}: ${problem}`);
  }

  #run(state: string, fault: Readonly<Record<string, string>>): Promise<Ended> {
    const env = { NODE_OPTIONS: `--import=${preload}`, FAULT_ROOT: this.#bench.root, ...fault };
    return this.#bench.run(state, this.#args, { env });
  }
}

/** A fault may be without effect (a page that is written again); else one clear sentence is due. */
function judgeMessage({ code, err }: Ended, named: RegExp, root: string): readonly string[] {
  if (code === 0) return [];
  const problems: string[] = [];
  // 2 where it is met before any work, such as a folder that cannot be made.
  if (code !== 1 && code !== 2) problems.push(`exit ${code}: ${err}`);
  const line = err.split('\n').find((one) => named.test(one));
  if (line === undefined) problems.push(`the error is not named: ${err}`);
  else if (!line.includes(root)) problems.push(`no path is named: ${line}`);
  return problems;
}

const errors: readonly Action[] = ['ENOSPC', 'EIO', 'EACCES', 'EMFILE'];

/** Every `stride`-th of so many steps, kills and errors in turn; bench/fs-steps.ts tries every pair. */
export function stepsOf(role: Role, count: number, stride: number): readonly Step[] {
  return Array.from({ length: Math.ceil(count / stride) }, (_, i) => {
    const action = i % 2 === 0 ? 'kill' : (errors[((i - 1) / 2) % errors.length] ?? 'ENOSPC');
    return { role, n: stride * i + 1, action };
  });
}

/** Tries steps, `lanes` at a time. */
export async function tryAll(
  loop: StepLoop,
  steps: readonly Step[],
  lanes: number,
): Promise<readonly string[]> {
  const queue = [...steps];
  const problems: string[] = [];
  const lane = async (): Promise<void> => {
    for (let step = queue.shift(); step !== undefined; step = queue.shift())
      problems.push(...(await loop.fail(step)));
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return problems;
}
