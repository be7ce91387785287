import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesAt } from '../audit/recorded.ts';
import { parseRecord } from '../engine/cache/record-text.ts';
import type { Digest } from '../engine/digest.ts';
import { readOutputs, readTasks } from '../engine/record/runs.ts';
import type { RunInfo, RunOutputs, RunTask, TaskRecord } from '../engine/record/types.ts';
import { leadsOut } from '../util/leads-out.ts';
import { countLeft } from './build-pack.ts';
import type { LeftOut } from './contents.ts';
import { parseFiles } from './files-table.ts';

/** An unpacked pack, to be read like a run and its cache. */
export interface OpenPack {
  readonly info: RunInfo;
  readonly tasks: readonly RunTask[];
  readonly outputs: RunOutputs;
  readonly paths: { object(digest: Digest): string };
  readonly records: { read(key: Digest): TaskRecord | undefined };
  /** Files that are gone or no longer have the bytes of SHA256SUMS. */
  readonly damaged: readonly string[];
  readonly left: Readonly<Record<LeftOut, number>>;
}

/** Whether a folder is an unpacked pack. */
export function isPack(folder: string): boolean {
  return existsSync(join(folder, 'files.csv')) && existsSync(join(folder, 'run.json'));
}

/** Reads a pack's tables. Throws where they are no such tables. */
export function openPack(folder: string): OpenPack {
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const info = JSON.parse(read('run.json')) as RunInfo;
  if (info.format !== 'affekt.run/1') throw new Error('run.json is not of a run');
  const files = parseFiles(read('files.csv'));
  const odd = files.find(({ held }) => leadsOut(held));
  if (odd !== undefined) throw new Error(`files.csv names a file outside of the pack: ${odd.held}`);
  const held = new Map(files.flatMap((one) => (one.held ? [[one.digest, one.held] as const] : [])));
  return {
    info,
    tasks: readTasks(folder),
    outputs: readOutputs(folder),
    // What was left out lies nowhere.
    paths: { object: (digest) => join(folder, held.get(digest) ?? `left-out/${digest}`) },
    records: {
      read(key) {
        const path = join(folder, 'records', `${key}.json`);
        return /^[0-9a-f]{64}$/.test(key) && existsSync(path)
          ? parseRecord(readFileSync(path, 'utf8'), key)
          : undefined;
      },
    },
    damaged: checkSums(folder, read('SHA256SUMS')),
    left: countLeft(files),
  };
}

function checkSums(folder: string, text: string): readonly string[] {
  return text.split('\n').flatMap((line) => {
    const [, digest, path = ''] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (digest === undefined) return line === '' ? [] : [`SHA256SUMS (${line.slice(0, 40)})`];
    if (leadsOut(path)) return [path];
    const file = join(folder, path);
    return bytesAt(file, digest as Digest) === 'same' ? [] : [path];
  });
}
