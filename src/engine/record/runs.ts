import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { livenessOf } from '../../util/process-identity.ts';
import type { RunState, StampedEvent } from '../event.ts';
import type { RunInfo, RunOutputs, RunTask } from './types.ts';

export interface StoredRun {
  /** Absolute path. */
  readonly folder: string;
  readonly info: RunInfo;
}

function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}

/** Whole lines of an append-only file; the last one may be torn after a crash and is then left out. */
function readLines<T>(path: string): readonly T[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  const out: T[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    try {
      out.push(JSON.parse(line) as T);
    } catch {
      // A torn line is what a crash leaves: the next one starts anew.
    }
  }
  return out;
}

/** One run by its folder; `undefined` where it is none. */
export function readRun(folder: string): StoredRun | undefined {
  const run = openRun(folder);
  return typeof run === 'string' ? undefined : run;
}

/** Fields of run.json without which nothing can be said of a run. */
const texts = ['id', 'name', 'state', 'spec', 'spec_digest', 'started', 'affekt'] as const;

/** The run that a folder holds, or what is wrong with it, to follow its name. */
export function openRun(folder: string): StoredRun | string {
  let text: string;
  try {
    text = readFileSync(join(folder, 'run.json'), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'is no run: it has no run.json' : `cannot be read (${code})`;
  }
  try {
    const info = JSON.parse(text) as RunInfo | null;
    if (info?.format === 'affekt.run/1') {
      const whole = texts.every((field) => typeof info[field] === 'string');
      return whole && Array.isArray(info.argv)
        ? { folder, info }
        : 'is damaged: its run.json lacks fields';
    }
    return 'is no run of this version: the format of its run.json is not affekt.run/1';
  } catch {
    return 'is damaged: its run.json is not JSON';
  }
}

/** Folders that a person may mean by an id or a name, whole or not. */
export function namedFolders(runsFolder: string, wanted: string): readonly string[] {
  return runNames(runsFolder)
    .filter((name) => name === wanted || name.endsWith(`-${wanted}`))
    .map((name) => join(runsFolder, name));
}

/** Folder names of runs, newest first: they start with the time, to the second. */
function runNames(runsFolder: string): readonly string[] {
  try {
    return readdirSync(runsFolder)
      .filter((name) => /^\d{8}-\d{6}-/.test(name))
      .sort()
      .reverse();
  } catch {
    return [];
  }
}

/**
 * Newest first, read one by one as they are asked for; folders that are not whole are skipped.
 * @param experiment runs of this name alone: folders carry it, so that the others are not opened
 */
export function* eachRun(runsFolder: string, experiment?: string): Generator<StoredRun> {
  const names = runNames(runsFolder).filter(
    (name) => experiment === undefined || name.slice(16, -5) === experiment,
  );
  const second = (at: number): string | undefined => names[at]?.slice(0, 15);
  for (let at = 0, end = 1; at < names.length; at = end++) {
    while (second(end) === second(at)) end++;
    const runs = names.slice(at, end).flatMap((name) => readRun(join(runsFolder, name)) ?? []);
    yield* runs.sort((a, b) => (a.info.started < b.info.started ? 1 : -1));
  }
}

export function listRuns(runsFolder: string): readonly StoredRun[] {
  return [...eachRun(runsFolder)];
}

/** Folders that are named as runs and are not among those that could be read, each with what is wrong. */
export function damagedRuns(
  runsFolder: string,
  whole: readonly StoredRun[],
): readonly { readonly folder: string; readonly wrong: string }[] {
  const known = new Set(whole.map(({ folder }) => folder));
  return runNames(runsFolder).flatMap((name) => {
    const folder = join(runsFolder, name);
    // One that is being made has no run.json yet.
    if (known.has(folder) || !existsSync(join(folder, 'run.json'))) return [];
    const opened = openRun(folder);
    return typeof opened === 'string' ? [{ folder, wrong: opened }] : [];
  });
}

/** The state to show: a run that nobody is at any more was killed. */
export function stateOf({ state, owner }: RunInfo): RunState | 'killed' {
  return state === 'running' && livenessOf(owner) === 'dead' ? 'killed' : state;
}

/** A run by `latest`, by its four-character id, or by its folder's name. */
export function findRun(runsFolder: string, wanted: string): StoredRun | undefined {
  const latest = wanted === 'latest' ? latestRun(runsFolder) : undefined;
  if (latest !== undefined) return latest;
  for (const run of eachRun(runsFolder)) {
    if (wanted === 'latest' || run.info.id === wanted || run.folder === join(runsFolder, wanted))
      return run;
  }
  return undefined;
}

/** The run that somebody was at last, which may be a continued one of an earlier day. */
function latestRun(runsFolder: string): StoredRun | undefined {
  try {
    return readRun(join(runsFolder, readlinkSync(join(runsFolder, 'latest'))));
  } catch {
    // No link, or a file in its place.
    return undefined;
  }
}

export function readOutputs(folder: string): RunOutputs {
  return readJson<RunOutputs>(join(folder, 'outputs.json')) ?? {};
}

/** Each address once: what a continued run made last is what it is made of. */
export function readTasks(folder: string): readonly RunTask[] {
  const lines = readLines<RunTask>(join(folder, 'tasks.ndjson'));
  return [...new Map(lines.map((task) => [task.address, task])).values()];
}

export function readEvents(folder: string): readonly StampedEvent[] {
  return readLines<StampedEvent>(join(folder, 'events.ndjson'));
}
