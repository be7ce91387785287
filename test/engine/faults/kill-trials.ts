import { readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { verifyCache } from '../../../src/engine/cache/verify.ts';
import type { StampedEvent } from '../../../src/engine/event.ts';
import { readEvents } from '../../../src/engine/record/runs.ts';
import { createRandom } from '../../../src/util/random.ts';
import { type Bench, kill, within } from './launch.ts';

/** One kill. */
export interface Kill {
  /** Where in the run's work it fell: 0 the first task's start, 1 the last commit. */
  readonly at: number;
  /** A task had started and the last commit was still to come. */
  readonly inWindow: boolean;
  /** The whole process group was killed, not the engine alone. */
  readonly group: boolean;
  /** Tasks that had started and were not done. */
  readonly inFlight: number;
  /** Of these, those that the next command started again. */
  readonly redone: number;
}

/** A run that was killed a few times and then left to end. */
export interface Trial {
  readonly seed: number;
  readonly kills: readonly Kill[];
  /** What is not as it has to be; empty when all is well. */
  readonly problems: readonly string[];
}

export interface TrialOptions {
  readonly trials: number;
  readonly killsPerTrial: number;
  /** Trials at the same time. */
  readonly lanes: number;
  readonly firstSeed?: number;
  readonly onTrial?: (trial: Trial) => void;
}

const jobs = 2;

/** What an undisturbed run made, and how much work it was. */
interface Clean {
  readonly outputs: string;
  readonly bytes: ReadonlyMap<string, string>;
  readonly commits: number;
  /** Milliseconds from one commit to the next, on average. */
  readonly pace: number;
}

/** `address/port/file` to content of everything that a run links to. */
export function linkedBytes(run: string): ReadonlyMap<string, string> {
  const stages = join(run, 'stages');
  const found = new Map<string, string>();
  for (const entry of readdirSync(stages, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) continue;
    const path = join(entry.parentPath, entry.name);
    found.set(relative(stages, path), readFileSync(realpathSync(path), 'latin1'));
  }
  return found;
}

function addresses(type: StampedEvent['type'], events: readonly StampedEvent[]): Set<string> {
  return new Set(
    events.flatMap((event) =>
      event.type === type && 'address' in event ? [event.address ?? ''] : [],
    ),
  );
}

/** What is wrong with a continued run that should be as the undisturbed one. */
export async function compareRun(
  bench: Bench,
  state: string,
  clean: Pick<Clean, 'outputs' | 'bytes'>,
): Promise<readonly string[]> {
  const problems: string[] = [];
  const runs = bench.runs(state);
  const [run = ''] = runs;
  if (runs.length !== 1) return [`${runs.length} run folders`];
  if (bench.info(run).state !== 'done') problems.push(`state ${bench.info(run).state}`);
  if (readFileSync(join(run, 'outputs.json'), 'utf8') !== clean.outputs)
    problems.push('outputs.json differs');
  const made = linkedBytes(run);
  if (made.size !== clean.bytes.size)
    problems.push(`${made.size} linked files, not ${clean.bytes.size}`);
  for (const [name, content] of clean.bytes)
    if (made.get(name) !== content) problems.push(`bytes of ${name} differ`);
  const { bad, missing } = await verifyCache(bench.path(state, 'cache'));
  if (bad.length > 0 || missing > 0)
    problems.push(`cache verify: ${bad.length} bad, ${missing} missing`);
  return problems;
}

/** Runs a spec undisturbed. */
export async function runClean(bench: Bench, args: readonly string[]): Promise<Clean> {
  // Once to warm up: the first start after a build reads everything from the disk.
  await bench.run('warm', args);
  const { events, ended } = bench.start('clean', args);
  const { code, err } = await ended;
  if (code !== 0) throw new Error(`the undisturbed run failed: ${err}`);
  const [run = ''] = bench.runs('clean');
  const commits = events.filter(({ type }) => type === 'task-done');
  const first = events.find(({ type }) => type === 'task-started');
  return {
    outputs: readFileSync(join(run, 'outputs.json'), 'utf8'),
    bytes: linkedBytes(run),
    commits: commits.length,
    pace: ((commits.at(-1)?.time ?? 0) - (first?.time ?? 0)) / commits.length,
  };
}

/**
 * Runs a spec once undisturbed, then kills and continues it again and again, each trial in a new
 * cache, and compares what is there in the end.
 */
export async function runKillTrials(
  bench: Bench,
  spec: string,
  { trials: wanted, killsPerTrial, lanes, firstSeed = 1, onTrial }: TrialOptions,
): Promise<readonly Trial[]> {
  const args = ['run', spec, '--json', '-j', String(jobs)];
  const clean = await runClean(bench, args);

  /**
   * Kills at a random moment: after a commit drawn over all of them and then up to the mean time
   * between two, so that a machine under load does not push the kills behind the end.
   */
  const strike = async (state: string, place: number, jitter: number, group: boolean) => {
    const [known] = bench.runs(state);
    const before = known === undefined ? [] : readEvents(known);
    const done = addresses('task-done', before);
    const victim = bench.start(state, args, { group });
    let started = false;
    await victim.event((event) => {
      if (event.type === 'task-started') started = true;
      if (event.type === 'task-done') done.add(event.address);
      return (
        (started && done.size >= Math.floor(place * clean.commits)) || event.type === 'run-finished'
      );
    });
    await new Promise((resolve) => setTimeout(resolve, jitter * clean.pace));
    kill(group ? -victim.pid : victim.pid, 'SIGKILL');
    await victim.ended;
    const [run = ''] = bench.runs(state);
    const events = readEvents(run);
    const own = events.slice(before.length);
    const inWindow =
      addresses('task-started', own).size > 0 &&
      addresses('task-done', events).size < clean.commits;
    return { events, own, inWindow };
  };

  const trial = async (seed: number): Promise<Trial> => {
    const random = createRandom(seed);
    const state = `seed-${seed}`;
    const problems: string[] = [];
    const kills: Kill[] = [];
    const places = Array.from({ length: killsPerTrial }, () => random.next()).sort((a, b) => a - b);
    let open:
      | { readonly kill: Omit<Kill, 'redone'>; readonly own: readonly StampedEvent[] }
      | undefined;
    /** Judges the last kill by what the process after it did. */
    const judge = (after: readonly StampedEvent[]): void => {
      if (open === undefined) return;
      const started = addresses('task-started', open.own);
      const done = addresses('task-done', open.own);
      const again = [...addresses('task-started', after)].filter((address) => started.has(address));
      for (const address of again)
        if (done.has(address)) problems.push(`${address} was done and was done again`);
      kills.push({ ...open.kill, redone: again.length });
    };
    for (const [i, place] of places.entries()) {
      const group = (seed + i) % 3 === 0;
      const { own, inWindow } = await strike(state, place, random.next(), group);
      judge(own);
      const done = addresses('task-done', own);
      const inFlight = [...addresses('task-started', own)].filter((address) => !done.has(address));
      open = { kill: { at: place, inWindow, group, inFlight: inFlight.length }, own };
    }
    const [run = ''] = bench.runs(state);
    const count = readEvents(run).length;
    const { code, err } = await bench.run(state, args);
    if (code !== 0) problems.push(`the same command ended with ${code}: ${err}`);
    judge(readEvents(run).slice(count));
    problems.push(...(await compareRun(bench, state, clean)));
    if (!(await within(5, () => bench.processes(state).length === 0)))
      problems.push('a process lives on');
    if (problems.length === 0) rmSync(bench.path(state), { recursive: true, force: true });
    return { seed, kills, problems };
  };

  const trials: Trial[] = [];
  let next = firstSeed;
  const lane = async (): Promise<void> => {
    while (next < firstSeed + wanted) {
      const result = await trial(next++);
      trials.push(result);
      onTrial?.(result);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return trials.sort((a, b) => a.seed - b.seed);
}

/** Kills per tenth of the work, as text. */
export function histogram(trials: readonly Trial[]): string {
  const bins = Array.from({ length: 10 }, () => 0);
  for (const { at, inWindow } of trials.flatMap(({ kills }) => kills)) {
    const bin = Math.min(9, Math.floor(at * 10));
    if (inWindow) bins[bin] = (bins[bin] ?? 0) + 1;
  }
  const bar = (n: number, i: number): string =>
    `${String(10 * i).padStart(3)} to ${String(10 * i + 10).padStart(3)} %  ${'#'.repeat(n)} ${n}\n`;
  return bins.map(bar).join('');
}

/** The figures in two sentences. */
export function summary(trials: readonly Trial[]): string {
  const kills = trials.flatMap((trial) => trial.kills);
  const sum = (of: (one: Kill) => number): number => kills.reduce((n, one) => n + of(one), 0);
  const bad = trials.filter(({ problems }) => problems.length > 0).length;
  return `${kills.length} kills in ${trials.length} runs, ${sum(({ group }) => Number(group))} of whole process groups, \
${sum(({ inWindow }) => Number(inWindow))} between the first start and the last commit. \
${sum(({ inFlight }) => inFlight)} tasks were in flight, ${sum(({ redone }) => redone)} were done again; ${bad} runs with problems.
`;
}
