import { readFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { artifactTypes } from '../../src/artifacts/index.ts';
import { dependencyVersion } from '../../src/cli/package-root.ts';
import type { Diagnostic } from '../../src/engine/diagnostic.ts';
import {
  type Experiment,
  type FinishedRun,
  loadExperiment,
  type NothingToDo,
  planExperiment,
  type RunOptions,
  runExperiment,
} from '../../src/engine/engine.ts';
import type { StampedEvent } from '../../src/engine/event.ts';
import type { Executor } from '../../src/engine/execute/executor.ts';
import { jobKind } from '../../src/engine/execute/job-kind.ts';
import { performJob } from '../../src/engine/execute/perform.ts';
import { type Host, type Selection, selectAll } from '../../src/engine/host.ts';
import type { Plan } from '../../src/engine/plan/types.ts';
import type { StageKind } from '../../src/engine/stage.ts';
import { LocalExecutor } from '../../src/executors/local.ts';
import { stageKinds } from '../../src/kinds.ts';
import { ownTraining } from '../../src/stages/own-training/own-training.ts';
import { createProject, type Project } from './cli.ts';

const repository = join(import.meta.dirname, '../..');

export interface HostOptions extends Partial<Omit<Host, 'kinds' | 'folders'>> {
  /** Kinds beside those of the real table; they run in this process unless `local` is set. */
  readonly kinds?: Readonly<Record<string, StageKind>>;
  /** Real worker processes, as in production. */
  readonly local?: boolean;
}

export interface RunRequest extends Partial<Omit<RunOptions, 'selection'>> {
  readonly host?: Host;
  readonly selection?: Partial<Selection>;
  readonly overrides?: readonly string[];
}

export type Done = (FinishedRun | NothingToDo) & { readonly events: readonly StampedEvent[] };

/** A project folder with the engine called in this process: the real tables, folders of its own. */
export interface EngineProject extends Project {
  readonly cache: string;
  readonly runs: string;
  host(options?: HostOptions): Host;
  load(spec: string, host?: Host, overrides?: readonly string[]): Promise<Experiment>;
  /** Runs a spec that is expected to be accepted. */
  run(spec: string, request?: RunRequest): Promise<Done>;
  /** Runs a spec that is expected to be refused before work. */
  refused(spec: string, request?: RunRequest): Promise<readonly Diagnostic[]>;
  plan(spec: string, request?: Pick<RunRequest, 'host' | 'selection' | 'overrides'>): Promise<Plan>;
}

/** Performs every job in this process, whatever its tier: no worker is started. */
function inProcess(host: Host): Executor {
  const tables = {
    kind: (job: Parameters<typeof jobKind>[0]) => jobKind(job, host.kinds),
    artifacts: host.artifacts,
  };
  return {
    perform: (job, observer, signal) => performJob(job, tables, observer, signal),
    prepare: () => undefined,
    close: () => Promise.resolve(),
  };
}

const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  readonly version: string;
};

/** Versions of the packages that kinds depend on: a task whose package is not there is refused. */
const installed = Object.fromEntries(
  Object.values(stageKinds)
    .flatMap(({ dependencies = [] }) => dependencies)
    .map((name) => [name, dependencyVersion(name) ?? 'none']),
);

export function createEngineProject(name = 'engine'): EngineProject {
  const project = createProject(name);
  const cache = project.path('cache');
  const runs = project.path('runs');

  const hostOf = ({ kinds = {}, local = false, ...more }: HostOptions = {}): Host => {
    const host: Host = {
      kinds: { ...stageKinds, ...kinds },
      artifacts: artifactTypes,
      folders: { project: project.folder, cache, runs, data: project.path('data') },
      jobs: 2,
      createExecutor: async () =>
        local ? new LocalExecutor(host, join(repository, 'dist/worker.js')) : inProcess(host),
      packageRoot: repository,
      stageOf: ownTraining,
      salts: {},
      // The version that the built program has: keys of own stages carry it.
      versions: { ...installed, affekt: version, build: 'test' },
      maxCacheBytes: null,
      env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'] },
      ...more,
    };
    return host;
  };

  const load: EngineProject['load'] = async (spec, host = hostOf(), overrides = []) => {
    const loaded = await loadExperiment(host, project.path(spec), overrides);
    if (!loaded.ok) throw new Error(`${spec} was refused: ${JSON.stringify(loaded.error)}`);
    return loaded.value;
  };
  const selectionOf = (selection: Partial<Selection> = {}): Selection => ({
    ...selectAll,
    ...selection,
  });

  const start = async (
    spec: string,
    { host = hostOf(), selection, overrides = [], ...options }: RunRequest,
  ) => {
    const events: StampedEvent[] = [];
    const result = await runExperiment(host, await load(spec, host, overrides), {
      selection: selectionOf(selection),
      keepGoing: false,
      quick: false,
      record: false,
      argv: [],
      signal: new AbortController().signal,
      ...options,
      listener(event) {
        events.push(event);
        options.listener?.(event);
      },
    });
    return { result, events };
  };

  return {
    ...project,
    cache,
    runs,
    host: hostOf,
    load,
    async run(spec, request = {}) {
      const { result, events } = await start(spec, request);
      if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.error)}`);
      return { ...result.value, events };
    },
    async refused(spec, request = {}) {
      const { result } = await start(spec, request);
      if (result.ok) throw new Error(`not refused: ${result.value.state}`);
      return result.error;
    },
    async plan(spec, { host = hostOf(), selection, overrides = [] } = {}) {
      const experiment = await load(spec, host, overrides);
      const plan = await planExperiment(host, experiment, selectionOf(selection));
      if (!plan.ok) throw new Error(`refused: ${JSON.stringify(plan.error)}`);
      return plan.value;
    },
  };
}

/** Asserts that the run did something and gives it back as a finished one. */
export function finished(done: Done): FinishedRun & { readonly events: readonly StampedEvent[] } {
  if (done.state === 'nothing-to-do') throw new Error('there was nothing to do');
  return done;
}

/** Addresses of the tasks that were computed, sorted. */
export function computed(done: Done): readonly string[] {
  return done.events.flatMap((event) => (event.type === 'task-done' ? [event.address] : [])).sort();
}

export function failuresOf(done: Done) {
  return finished(done).failures.map(({ address, failure }) => ({ address, ...failure }));
}

/** What a probe in another process said of itself, and how a test answers it. */
export interface ProbeCall {
  readonly label: string;
  readonly pid: number;
  readonly attempt: string;
  /** Lets the probe go on: it finishes, or does what it is told. */
  answer(how?: 'finish' | 'task-error' | 'throw' | 'exit' | 'spin' | 'none'): void;
}

/**
 * An own stage (`uses: ./NAME.ts`) that reports each invocation over a socket and waits for an
 * answer, so that a test holds it, ends it and counts it without a sleep.
 */
export interface Probes {
  /** Resolves with the next invocation that nobody took yet. */
  next(): Promise<ProbeCall>;
  /** From now on every invocation finishes at once. */
  letAll(): void;
  readonly count: number;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function createProbes(
  project: Project,
  tier: 'pooled' | 'own' | 'inline' = 'pooled',
): Promise<Probes> {
  const path = project.path('../p.sock');
  project.write({ 'probe.ts': probeModule(path, tier) });
  const waiting: ((call: ProbeCall) => void)[] = [];
  const arrived: ProbeCall[] = [];
  const sockets = new Set<Socket>();
  let free = false;
  let count = 0;
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
    let text = '';
    socket.on('data', (chunk) => {
      text += String(chunk);
      if (!text.endsWith('\n')) return;
      count++;
      const call: ProbeCall = {
        ...(JSON.parse(text) as { label: string; pid: number; attempt: string }),
        answer: (how = 'finish') => socket.write(`${how}\n`),
      };
      if (free) call.answer();
      else if (waiting.length > 0) waiting.shift()?.(call);
      else arrived.push(call);
    });
  });
  await new Promise<void>((listening) => server.listen(path, listening));
  return {
    next: () =>
      new Promise((resolve) => {
        const call = arrived.shift();
        if (call === undefined) waiting.push(resolve);
        else resolve(call);
      }),
    letAll() {
      free = true;
      for (const call of arrived.splice(0)) call.answer();
    },
    get count() {
      return count;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function probeModule(socket: string, tier: string): string {
  return `
import { connect } from 'node:net';
import { readFileSync, writeFileSync } from 'node:fs';
import { defineStage, TaskError, Type } from 'affekt';

export default defineStage({
  kind: 'probe',
  version: 1,
  summary: 'Tells a test of each of its invocations.',
  tier: ${JSON.stringify(tier)},
  inputs: {},
  openInputs: true,
  outputs: { out: { type: 'directory', summary: 'what it was told' } },
  params: Type.Object({
    label: Type.String({ default: '', description: 'Tells probes apart.' }),
  }),
  async run(context) {
    const output = context.output('out');
    const file = output.path('label.txt');
    const answer = await new Promise((resolve, reject) => {
      const socket = connect(${JSON.stringify(socket)});
      const tell = { label: context.params.label, pid: process.pid, attempt: output.folder() };
      socket.on('error', reject);
      socket.on('close', () => reject(new Error('the test is gone')));
      socket.on('data', (data) => { resolve(String(data).trim()); socket.end(); });
      context.signal.addEventListener('abort', () => { socket.destroy(); reject(context.signal.reason); });
      socket.write(JSON.stringify(tell) + '\\n');
    });
    if (answer === 'task-error') throw new TaskError('told to fail', { hint: 'by the test' });
    if (answer === 'throw') throw new RangeError('told to throw');
    if (answer === 'exit') process.exit(7);
    if (answer === 'none') return;
    if (answer === 'spin') for (;;);
    const parts = context.ports().map((port) => readFileSync(context.input(port).raw('label.txt'), 'utf8'));
    writeFileSync(file, [...parts, context.params.label].join('+'));
  },
});
`;
}
