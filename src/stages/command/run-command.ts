import { type ChildProcess, spawn } from 'node:child_process';
import { constants, copyFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { InputArtifact } from '../../engine/artifact.ts';
import { TaskFailure } from '../../engine/execute/task-failure.ts';
import { type TaskContext, TaskError } from '../../engine/stage.ts';
import type { Json } from '../../util/json.ts';
import { jobMarker, killMarked } from '../../util/kill-tree.ts';
import { LineSplitter } from '../../util/line-splitter.ts';
import { substitute } from './placeholders.ts';

export interface CommandParams {
  readonly run: string | readonly string[];
  readonly params: { readonly [key: string]: unknown };
  readonly env: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly timeout: number | null;
  readonly code: readonly string[];
  readonly toolchain: readonly string[];
}

/** Inherited by everything the program starts, so that nothing of it stays behind when it ends. */
const marker = 'AFFEKT_COMMAND';
/** Lines of output that a failure shows. */
const tailLines = 20;
/** How long a program may take to end after SIGTERM. */
const graceMs = 2_000;
/** How long the output of an ended program is waited for. */
const drainMs = 1_000;

let started = 0;

/** Copies an artifact's files into a folder of the task: a program may do there what it likes. */
function materialise(input: InputArtifact, folder: string): string {
  for (const file of Object.keys(input.files)) {
    const to = join(folder, file);
    mkdirSync(dirname(to), { recursive: true });
    copyFileSync(input.raw(file), to, constants.COPYFILE_FICLONE);
  }
  return folder;
}

/** A value is one word for the shell, whatever is in it. */
function shellQuoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}

/** Runs the program in a process group of its own and ends all that is left of it. */
export async function runCommand(context: TaskContext<CommandParams>): Promise<void> {
  const { params, signal } = context;
  signal.throwIfAborted();
  const scratch = context.scratch();
  const inputs: Record<string, Json> = {};
  const folders = new Map<string, string>();
  for (const port of context.ports()) {
    const list = context.inputs(port);
    const placed = list.map((input, i) => {
      const folder = join(scratch, 'in', list.length === 1 ? port : join(port, String(i)));
      return { type: input.type, path: materialise(input, folder) };
    });
    inputs[port] = placed.length === 1 ? (placed[0] as Json) : placed;
    folders.set(`inputs.${port}`, join(scratch, 'in', port));
  }
  const outputs: Record<string, string> = {};
  for (const port of Object.keys(params.outputs)) {
    outputs[port] = context.output(port).folder();
    folders.set(`outputs.${port}`, outputs[port]);
  }
  const fill = (text: string, quote: (value: string) => string = (value) => value): string =>
    substitute(text, (group, name) => {
      const value = group === 'params' ? params.params[name] : folders.get(`${group}.${name}`);
      if (value === undefined) throw new TaskError(`run: there is no {${group}.${name}}`);
      return quote(typeof value === 'string' ? value : JSON.stringify(value));
    });
  const argv =
    typeof params.run === 'string'
      ? ['sh', '-c', fill(params.run, shellQuoted)]
      : params.run.map((word) => fill(word));
  const [program = '', ...rest] = argv;
  const mark = `${process.pid}-${++started}`;
  const task = { params: params.params, seed: context.seed, inputs, outputs };
  const child = spawn(program, rest, {
    cwd: String(context.source('code')),
    env: { ...environment(context), AFFEKT_TASK: JSON.stringify(task), [marker]: mark },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const tail: string[] = [];
  const say = (line: string): void => {
    if (line === '') return;
    context.log(line);
    tail.push(line);
    if (tail.length > tailLines) tail.shift();
  };
  const voices = [child.stdout, child.stderr].map((stream) => {
    const lines = new LineSplitter(say);
    stream.on('data', (chunk: Buffer) => lines.take(chunk));
    return lines;
  });

  const group = (name: NodeJS.Signals): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name);
    } catch {
      // The whole group has ended.
    }
  };
  let timedOut = false;
  const timers: NodeJS.Timeout[] = [];
  const stop = (): void => {
    group('SIGTERM');
    timers.push(setTimeout(() => group('SIGKILL'), graceMs));
  };
  if (params.timeout !== null) {
    timers.push(
      setTimeout(() => {
        timedOut = true;
        stop();
      }, params.timeout * 1000),
    );
  }
  signal.addEventListener('abort', stop, { once: true });
  const ended = await new Promise<{ status: number | null; killed: NodeJS.Signals | null }>(
    (resolve, reject) => {
      child.on('error', (error: NodeJS.ErrnoException) => {
        reject(notStarted(program, error.code ?? error.message));
      });
      child.on('exit', (status, killed) => resolve({ status, killed }));
    },
  ).finally(() => {
    for (const timer of timers) clearTimeout(timer);
    signal.removeEventListener('abort', stop);
    group('SIGKILL');
    killMarked(marker, mark);
  });
  await drained(child);
  for (const lines of voices) lines.end();
  signal.throwIfAborted();
  if (timedOut) throw new TaskFailure({ reason: 'timeout', seconds: params.timeout ?? 0 });
  if (ended.killed !== null)
    throw new TaskFailure({ reason: 'signal', signal: ended.killed, tail });
  if (ended.status !== 0)
    throw new TaskFailure({ reason: 'exit-status', status: ended.status ?? -1, tail });
}

function notStarted(program: string, code: string): TaskError {
  if (code === 'ENOENT') {
    return new TaskError(`cannot start ${program}: there is no such program`, {
      hint: 'Programs are looked up in PATH: install it, or write its path.',
      machine: true,
    });
  }
  if (code === 'EACCES') {
    return new TaskError(`cannot start ${program}: it is not executable`, {
      hint: `Make it so (chmod +x ${program}), or name what runs it: [sh, ${program}].`,
      machine: true,
    });
  }
  return new TaskError(`cannot start ${program}: ${code}`, { machine: true });
}

/** Its last words may still be in the pipe; nobody is left who could hold it open for long. */
async function drained(child: ChildProcess): Promise<void> {
  const streams = [child.stdout, child.stderr].filter((stream) => stream?.closed === false);
  const closed = Promise.all(
    streams.map((stream) => new Promise((end) => stream?.once('close', end))),
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((end) => {
    timer = setTimeout(end, drainMs);
  });
  await Promise.race([closed, late]);
  clearTimeout(timer);
}

/** What every program needs to start at all, and what the stage declares. */
function environment(context: TaskContext<CommandParams>): Record<string, string> {
  const env: Record<string, string> = { LANG: 'C.UTF-8' };
  for (const name of ['PATH', 'HOME', 'TMPDIR', jobMarker]) {
    const value = process.env[name];
    if (value !== undefined) env[name] = value;
  }
  for (const name of context.params.env) {
    const value = context.source(`env ${name}`);
    if (typeof value === 'string') env[name] = value;
  }
  return env;
}
