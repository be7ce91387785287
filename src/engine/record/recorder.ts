import {
  appendFileSync,
  closeSync,
  existsSync,
  openSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdir, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { naming, writeAll } from '../../util/write-all.ts';
import { makeFolder, writeDurably } from '../cache/durable.ts';
import type { CachePaths } from '../cache/paths.ts';
import { sha256 } from '../digest.ts';
import type { RunState, StampedEvent } from '../event.ts';
import type { Outputs } from '../plan/request.ts';
import { readTasks, type StoredRun } from './runs.ts';
import type { RunInfo, RunOutputs, RunTask } from './types.ts';

export interface RecordedFiles {
  /** File name in the run's folder to its text. */
  readonly [name: string]: string;
}

/** An address as a file name: `/` as `__`; a long one (many axes) is cut and told apart by its digest. */
export function pathName(address: string): string {
  const name = address.replaceAll('/', '__').replaceAll('"', "'");
  if (Buffer.byteLength(name) <= longestName) return name;
  return (
    `${Buffer.from(name).subarray(0, longestName - 17)}`.replace(/\uFFFD+$/, '') +
    `~${sha256(address).slice(0, 16)}`
  );
}

/** File systems take 255 bytes; some are left for an extension. */
const longestName = 240;

/** A task's log file name. */
export function logName(address: string): string {
  return `${pathName(address)}.log`;
}

/** Writes one run's folder: append-only events and tasks, everything else whole. */
export class Recorder {
  readonly folder: string;
  readonly resumed: boolean;
  #info: RunInfo;
  readonly #events: number;
  readonly #tasks: number;
  /** Tasks of the part before a kill, by address: what was made then was made by this run. */
  readonly #made: Map<string, RunTask>;
  /** Addresses that this part has come by. */
  readonly #seen = new Set<string>();

  constructor(runsFolder: string, info: RunInfo, continued: StoredRun | undefined) {
    this.folder = continued?.folder ?? join(runsFolder, folderName(info));
    this.resumed = continued !== undefined;
    this.#info = continued === undefined ? info : { ...continued.info, ...pickFresh(info) };
    makeFolder(join(this.folder, 'logs'));
    this.#made = new Map(
      (continued === undefined ? [] : readTasks(this.folder)).map((task) => [task.address, task]),
    );
    this.#writeInfo();
    this.#events = openSync(join(this.folder, 'events.ndjson'), 'a');
    this.#tasks = openSync(join(this.folder, 'tasks.ndjson'), 'a');
    if (this.resumed) {
      // A kill may have torn the last line: what follows must start on a line of its own.
      this.#append(this.#events, '');
      this.#append(this.#tasks, '');
    }
    pointLatest(runsFolder, this.folder);
  }

  get info(): RunInfo {
    return this.#info;
  }

  /** Tasks of this run so far, each address once. */
  get tasks(): readonly RunTask[] {
    return [...this.#made.values()];
  }

  write(files: RecordedFiles): void {
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.folder, name);
      naming(path, () => writeFileSync(path, text));
    }
  }

  /** Takes an event. Progress and log lines are not kept: the logs have them. */
  record(event: StampedEvent): void {
    if (event.type === 'task-progress' || event.type === 'task-log') return;
    this.#append(this.#events, JSON.stringify(event));
    if (event.type === 'task-done' || event.type === 'task-cached') {
      const { address, kind, key } = event;
      this.#seen.add(address);
      const cached = event.type === 'task-cached';
      const before = this.#made.get(address);
      if (cached && before !== undefined && before.key === key) return;
      const task = { address, kind, key, cached, seconds: cached ? 0 : event.seconds } as RunTask;
      this.#made.set(address, task);
      this.#append(this.#tasks, JSON.stringify(task));
    }
  }

  log(address: string): { readonly path: string; write(line: string): void } {
    const path = join(this.folder, 'logs', logName(address));
    const append = (line: string): void => naming(path, () => appendFileSync(path, `${line}\n`));
    return { path, write: append };
  }

  /**
   * Links a stage's outputs to the cache, so that people find them by name. A corpus has thousands of files,
   * and a link is a file to be made: other work goes on meanwhile.
   */
  async link(address: string, outputs: Outputs, paths: CachePaths): Promise<void> {
    for (const [port, { files }] of Object.entries(outputs)) {
      const target = join(this.folder, 'stages', pathName(address), port);
      await rm(target, { recursive: true, force: true });
      const made = new Set<string>();
      for (const [file, digest] of Object.entries(files)) {
        const link = join(target, file);
        const folder = dirname(link);
        if (!made.has(folder)) await mkdir(folder, { recursive: true });
        made.add(folder);
        await symlink(relative(folder, paths.object(digest)), link);
      }
    }
  }

  finish(state: RunState, exit: number, ended: string, outputs: RunOutputs): void {
    const sorted = Object.fromEntries(Object.entries(outputs).sort(([a], [b]) => (a < b ? -1 : 1)));
    writeDurably(join(this.folder, 'outputs.json'), `${JSON.stringify(sorted, null, 1)}\n`);
    this.#info = { ...this.#info, state, exit, ended };
    this.#writeInfo();
  }

  /** Code or recordings changed since the kill: chunks and folds of before are no part of what is done. */
  forgetOthers(): void {
    const own = this.tasks.filter(({ address }) => this.#seen.has(address));
    if (own.length === this.#made.size) return;
    for (const { address } of this.tasks) if (!this.#seen.has(address)) this.#made.delete(address);
    const lines = own.map((task) => `${JSON.stringify(task)}\n`);
    writeDurably(join(this.folder, 'tasks.ndjson'), lines.join(''));
  }

  close(): void {
    closeSync(this.#events);
    closeSync(this.#tasks);
  }

  #append(fd: number, line: string): void {
    writeAll(fd, this.folder, `${line}\n`);
  }

  #writeInfo(): void {
    writeDurably(join(this.folder, 'run.json'), `${JSON.stringify(this.#info, null, 1)}\n`);
  }
}

/** What a continued run takes from the new process; its id, name and start stay. */
function pickFresh(info: RunInfo): Partial<RunInfo> {
  return {
    state: 'running',
    argv: info.argv,
    owner: info.owner,
    ended: null,
    exit: null,
    affekt: info.affekt,
  };
}

function folderName(info: RunInfo): string {
  const time = info.started.slice(0, 19).replaceAll('-', '').replaceAll(':', '').replace('T', '-');
  return `${time}-${info.name}-${info.id}`;
}

/** `runs/latest`, replaced in one step. */
function pointLatest(runsFolder: string, folder: string): void {
  const link = join(runsFolder, 'latest');
  const temporary = `${link}.${process.pid}`;
  try {
    if (existsSync(link) && readlinkSync(link) === basename(folder)) return;
    symlinkSync(basename(folder), temporary);
    renameSync(temporary, link);
  } catch {
    // A file of that name, or a file system without links: the run itself does not need it.
    if (existsSync(temporary)) unlinkSync(temporary);
  }
}
