import type { Records } from '../cache/records.ts';
import { eachRun, readTasks, type StoredRun } from './runs.ts';
import type { RunTask, TaskRecord } from './types.ts';

/** How many runs of the experiment, and of all, are looked at: enough for a morning's work, few enough to be instant. */
const runsRead = 8;

/** What earlier runs tell: which key an address had, and how long a kind takes. Read when first asked. */
export class History {
  readonly #runsFolder: string;
  readonly #name: string;
  readonly #records: Records;
  #byAddress: Map<string, RunTask & { readonly run: string }> | undefined;
  readonly #seconds = new Map<string, { sum: number; count: number }>();

  constructor(runsFolder: string, name: string, records: Records) {
    this.#runsFolder = runsFolder;
    this.#name = name;
    this.#records = records;
  }

  /** The record of this address in the last run of the experiment, and that run's id. */
  last(address: string): { readonly record: TaskRecord; readonly run: string } | undefined {
    const task = this.#load().get(address);
    const record = task === undefined ? undefined : this.#records.read(task.key);
    return task === undefined || record === undefined ? undefined : { record, run: task.run };
  }

  /** Seconds that a task is likely to take: of the same address last time, else the mean of its kind. */
  estimate(address: string, kind: string): number | undefined {
    const last = this.last(address);
    if (last !== undefined && last.record.kind === kind) return last.record.runtime.seconds;
    const known = this.#seconds.get(kind);
    return known === undefined ? undefined : known.sum / known.count;
  }

  #load(): Map<string, RunTask & { readonly run: string }> {
    if (this.#byAddress !== undefined) return this.#byAddress;
    const byAddress = new Map<string, RunTask & { readonly run: string }>();
    const own = newest(eachRun(this.#runsFolder, this.#name));
    const runs = new Map([...own, ...newest(eachRun(this.#runsFolder))]);
    for (const { folder, info } of runs.values()) {
      for (const task of readTasks(folder)) {
        if (info.name === this.#name && !byAddress.has(task.address)) {
          byAddress.set(task.address, { ...task, run: info.id });
        }
        if (task.cached) continue;
        const known = this.#seconds.get(task.kind) ?? { sum: 0, count: 0 };
        known.sum += task.seconds;
        known.count++;
        this.#seconds.set(task.kind, known);
      }
    }
    this.#byAddress = byAddress;
    return byAddress;
  }
}

/** The first runs by their folder. */
function newest(runs: Iterable<StoredRun>): ReadonlyMap<string, StoredRun> {
  const found = new Map<string, StoredRun>();
  for (const run of runs) {
    found.set(run.folder, run);
    if (found.size === runsRead) break;
  }
  return found;
}
