import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bytesAt, isForeign, otherOutputs } from '../audit/recorded.ts';
import type { ArtifactFiles } from '../engine/artifact.ts';
import { evicted, lost } from '../engine/cache/evicted.ts';
import { hashFile } from '../engine/cache/hash-file.ts';
import type { CachePaths } from '../engine/cache/paths.ts';
import { recordText } from '../engine/cache/record-text.ts';
import type { Records } from '../engine/cache/records.ts';
import { type Digest, sha256 } from '../engine/digest.ts';
import { lockPath } from '../engine/lock-file.ts';
import { pathName } from '../engine/record/recorder.ts';
import { readOutputs, readTasks, type StoredRun } from '../engine/record/runs.ts';
import type { RecordedOutput, RunInfo, TaskRecord } from '../engine/record/types.ts';
import { isJsonObject, type Json } from '../util/json.ts';
import { type LeftOut, listFiles, type PackFile, type PackTask } from './contents.ts';
import { closedCorpora, corpusManifests, type PackedCorpus, runLock } from './corpus-manifests.ts';
import { formatFiles } from './files-table.ts';
import { renderReadme } from './readme.ts';
import type { Member } from './write-zip.ts';

export interface PackRequest {
  readonly run: StoredRun;
  readonly paths: CachePaths;
  readonly records: Records;
  /** Kinds of the release. */
  readonly kinds: ReadonlySet<string>;
  /** Recordings, where every licence lets them be passed on; features. */
  readonly keep: Readonly<Record<'sound' | 'features', boolean>>;
  readonly command: string;
  readonly results: readonly string[];
}

export interface Pack {
  readonly members: Readonly<Record<string, Member>>;
  readonly files: readonly PackFile[];
  readonly corpora: readonly PackedCorpus[];
  /** Titles of corpora whose recordings were asked for and may not be passed on. */
  readonly withheld: readonly string[];
}

/** What keeps a run from being packed: something that it is made of is gone or damaged. */
export class PackError extends Error {}

const copied = [
  'report.html',
  'spec.yaml',
  'resolved.yaml',
  'plan.json',
  'outputs.json',
  'tasks.ndjson',
  'environment.json',
  'provenance.json',
  'dirty.diff',
];

/**
 * Puts together what a reader needs who has neither the corpus nor the cache. Names of machines are taken
 * out of the records; bytes are those that were recorded, or nothing is packed. Reads only.
 */
export function buildPack(request: PackRequest): Pack {
  const { run, paths, records } = request;
  const tasks = readTasks(run.folder).map(({ address, key, kind }): PackTask => {
    const record = records.read(key);
    if (record === undefined) {
      throw new PackError(`the record of ${address} (${kind}) ${lost}`);
    }
    return { address, record, foreign: isForeign(record, request.kinds) };
  });
  const outputs = readOutputs(run.folder);
  const made = new Set(
    tasks.flatMap(({ record }) => Object.values(record.outputs).map(({ digest }) => digest)),
  );
  const [orphan] = otherOutputs(outputs, (_, __, digest) => made.has(digest));
  if (orphan !== undefined) {
    const what = `${orphan.port} of ${orphan.address}`;
    throw new PackError(
      `no record says how ${what} was made: it was made again since, or a record is lost`,
    );
  }
  const corpora = readable(() => corpusManifests(tasks, (output) => filesOf(output, paths)));
  const closed = readable(() => closedCorpora(tasks, (output) => filesOf(output, paths)));
  // Sound that was made of a closed corpus may not be passed on either, whatever it is mixed with.
  const open = closed.length === 0;
  const files = listFiles(tasks, outputs, {
    ...{ sound: request.keep.sound && open, features: request.keep.features },
    derived: open,
  });

  const members: Record<string, Member> = {};
  const sums: Record<string, Digest> = {};
  const add = (path: string, text: string): void => {
    members[path] = { text };
    sums[path] = sha256(text);
  };
  for (const name of copied) {
    const path = join(run.folder, name);
    if (!existsSync(path)) continue;
    members[name] = { file: path };
    sums[name] = hashFile(path);
  }
  add('run.json', `${JSON.stringify(withoutOwner(run.info), null, 1)}\n`);
  const held = runLock(corpora);
  const lock = held === undefined ? undefined : basename(lockPath(run.info.spec));
  if (lock !== undefined && held !== undefined) add(lock, held);
  for (const { record } of tasks) add(`records/${record.key}.json`, recordText(unnamed(record)));
  for (const { address, manifest } of corpora) add(`corpora/${pathName(address)}.csv`, manifest);
  add('files.csv', formatFiles(files));
  for (const { path, digest, held } of files) {
    if (held !== path) continue;
    const object = paths.object(digest);
    const bytes = bytesAt(object, digest);
    if (bytes === 'gone') throw new PackError(`${path} is no longer in the cache`);
    if (bytes === 'other') {
      throw new PackError(`${path} no longer has the bytes that were recorded`);
    }
    members[path] = { file: object };
    sums[path] = digest;
  }
  const provenance = readJson(join(run.folder, 'provenance.json'));
  add(
    'README.txt',
    renderReadme({
      ...{ info: run.info, command: request.command, results: request.results, corpora },
      left: countLeft(files),
      commit: isJsonObject(provenance) ? String(provenance['commit'] ?? '') || null : null,
      dirty: isJsonObject(provenance) && provenance['dirty'] === true,
      lock,
      report: members['report.html'] !== undefined,
    }),
  );
  const lines = Object.keys(sums).sort();
  members['SHA256SUMS'] = { text: lines.map((path) => `${sums[path]}  ${path}\n`).join('') };
  const withheld = request.keep.sound ? closed : [];
  return { members, files, corpora, withheld };
}

/** Files that are not in a pack, each of its bytes counted once. */
export function countLeft(files: readonly PackFile[]): Readonly<Record<LeftOut, number>> {
  const of = (sort: LeftOut): number =>
    new Set(files.filter(({ left }) => left === sort).map(({ digest }) => digest)).size;
  return { sound: of('sound'), features: of('features'), derived: of('derived') };
}

/** Corpora are read before the bytes of the pack are checked: damage in one is no fault of the program. */
function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof PackError) throw error;
    throw new PackError(`a corpus of it cannot be read: ${(error as Error).message}`);
  }
}

function filesOf({ type, files }: RecordedOutput, paths: CachePaths): ArtifactFiles {
  return {
    ...{ type, files },
    path: (file) => {
      const digest = files[file];
      const path = digest === undefined ? undefined : paths.object(digest);
      if (path === undefined || !existsSync(path)) {
        throw new PackError(`${file} was ${evicted}`);
      }
      return path;
    },
  };
}

/** Who ran it where is nobody's business; the rest of the record is what it was. */
function unnamed(record: TaskRecord): TaskRecord {
  return { ...record, runtime: { ...record.runtime, host: '' } };
}

function withoutOwner(info: RunInfo): RunInfo {
  return { ...info, owner: { host: '', boot: '', namespace: '', pid: 0, start: '' } };
}

function readJson(path: string): Json {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Json;
  } catch {
    return null;
  }
}
