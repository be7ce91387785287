import { existsSync, readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { ArtifactFiles } from '../../engine/artifact.ts';
import type { CachePaths } from '../../engine/cache/paths.ts';
import { Records } from '../../engine/cache/records.ts';
import { type Digest, sha256 } from '../../engine/digest.ts';
import type { StampedEvent } from '../../engine/event.ts';
import { readEvents, readRun, readTasks, stateOf } from '../../engine/record/runs.ts';
import { standingFailures } from '../../engine/record/standing-failures.ts';
import type { RecordedOutput, TaskRecord } from '../../engine/record/types.ts';
import { wordFailure } from '../../report/failure-words.ts';
import { specStages } from '../../report/spec-stages.ts';
import { groupBy } from '../../util/group-by.ts';
import { isJsonObject, type JsonObject } from '../../util/json.ts';
import { parseDocument } from '../../util/yaml.ts';
import type { DoneTask, RunningTask, RunRecord, StoredFile } from '../layout/record.ts';
import { readPoints } from './points.ts';

/** Files of the run's folder that are worth having on a server; the report only once the run has ended. */
const folderFiles = ['report.html', 'spec.yaml', 'resolved.yaml', 'environment.json'] as const;

/** Reads a run again and again while it grows; what cannot change is read once. */
export class RecordReader {
  readonly #folder: string;
  readonly #paths: CachePaths;
  readonly #records: Records;
  readonly #audio: 'embed' | 'none';
  readonly #known = new Map<string, TaskRecord>();
  readonly #resolved: JsonObject;

  constructor(folder: string, paths: CachePaths, audio: 'embed' | 'none') {
    this.#folder = folder;
    this.#paths = paths;
    this.#records = new Records(paths);
    this.#audio = audio;
    const text = readText(join(folder, 'resolved.yaml'));
    const document = parseDocument(text ?? '{}');
    if (document.errors.length > 0) throw new Error('its resolved.yaml is no YAML');
    const resolved: unknown = document.toJS();
    this.#resolved = isJsonObject(resolved) ? resolved : {};
  }

  /** `undefined` where the folder is no run any more. */
  read(): RunRecord | undefined {
    const run = readRun(this.#folder);
    if (run === undefined) return undefined;
    const { info } = run;
    const state = stateOf(info);
    const events = readEvents(this.#folder);
    const tasks = this.#tasks();
    const outputs = new Map<string, RecordedOutput>();
    for (const { record } of tasks) {
      for (const output of Object.values(record.outputs)) outputs.set(output.digest, output);
    }
    const { description, seed, tags, stages } = this.#resolved;
    const provenance = parse(readText(join(this.#folder, 'provenance.json')));
    const ended = state !== 'running';
    return {
      info,
      state,
      lastEvent: events.at(-1)?.time ?? Date.parse(info.started),
      description: typeof description === 'string' ? description : '',
      seed: seed ?? null,
      tags: isJsonObject(tags ?? null) ? (tags as JsonObject) : {},
      stages: stages === undefined ? [] : specStages(this.#resolved),
      provenance: {
        commit: textOr(provenance['commit']),
        branch: textOr(provenance['branch']),
        dirty: provenance['dirty'] === true,
      },
      tasks,
      running: this.#running(events, tasks, ended),
      failures: (ended && state !== 'done' ? standingFailures(events) : []).map(
        ({ address, failure }) => ({ address, message: wordFailure(failure).message }),
      ),
      files: Object.fromEntries(
        folderFiles
          .filter((name) => ended || name !== 'report.html')
          .flatMap((name) => {
            const file = folderFile(join(this.#folder, name));
            return file === undefined ? [] : [[name, file]];
          }),
      ),
      user: userName(),
      audio: this.#audio,
      artifact: (digest) => this.#artifact(outputs.get(digest)),
      stored: (files, name) => this.#stored(files.files[name]),
    };
  }

  /** In the order of addresses: which task ended first says nothing of a run. */
  #tasks(): readonly DoneTask[] {
    return readTasks(this.#folder)
      .flatMap(({ address, key }) => {
        const record = this.#known.get(key) ?? this.#records.read(key);
        if (record === undefined) return [];
        this.#known.set(key, record);
        return [{ address, record }];
      })
      .sort((a, b) => (a.address < b.address ? -1 : 1));
  }

  /** Networks in training whose record will be theirs: one that is made again keeps its old record. */
  #running(
    events: readonly StampedEvent[],
    tasks: readonly DoneTask[],
    ended: boolean,
  ): readonly RunningTask[] {
    const fresh = new Set<string>();
    const started = new Map<string, number>();
    for (const event of events) {
      if (event.type === 'task-queued' && ['new', 'changed'].includes(event.reason.why)) {
        fresh.add(event.address);
      }
      if (event.type === 'task-started') started.set(event.address, event.started);
      if (event.type === 'run-started') started.clear();
    }
    const starts = new Map(
      tasks.map(({ address, record }) => [address, Date.parse(record.runtime.started)]),
    );
    return [...readPoints(this.#folder)].flatMap(([address, all]) =>
      [...groupBy(all, ({ started: of }) => of)].flatMap(([time, points]): RunningTask[] => {
        if (!fresh.has(address) || starts.get(address) === time) return [];
        const goesOn = !ended && !starts.has(address) && started.get(address) === time;
        const cut = points.at(-1)?.time ?? time;
        return [{ address, started: time, points, ...(!goesOn && { cut }) }];
      }),
    );
  }

  #artifact(output: RecordedOutput | undefined): ArtifactFiles | undefined {
    if (output === undefined) return undefined;
    const { type, files } = output;
    const path = (file: string) => this.#paths.object(files[file] as Digest);
    // Audio and shards are not read here; tables that were evicted make the whole unreadable.
    const tables = Object.keys(files).filter((file) => /\.(csv|json)$/.test(file));
    return tables.every((file) => existsSync(path(file))) ? { type, files, path } : undefined;
  }

  #stored(digest: Digest | undefined): StoredFile | undefined {
    if (digest === undefined) return undefined;
    const file = this.#paths.object(digest);
    const size = statSync(file, { throwIfNoEntry: false })?.size;
    return size === undefined ? undefined : { file, digest, size };
  }
}

function folderFile(file: string): StoredFile | undefined {
  const text = readText(file);
  return text === undefined
    ? undefined
    : { file, digest: sha256(text), size: Buffer.byteLength(text) };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function parse(text: string | undefined): JsonObject {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

function textOr(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // An account without a name, as in some containers.
    return 'unknown';
  }
}
