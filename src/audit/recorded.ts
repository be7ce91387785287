import { existsSync } from 'node:fs';
import { hashFile } from '../engine/cache/hash-file.ts';
import type { Digest } from '../engine/digest.ts';
import type { RunOutputs, RunTask, TaskRecord } from '../engine/record/types.ts';
import type { Difference } from '../engine/run-types.ts';
import { numericDifference } from './compare-files.ts';
import type { ObjectPaths } from './lineage.ts';

/** Whether what made a record is code that no release vouches for. */
export function isForeign({ kind, salt }: TaskRecord, kinds: ReadonlySet<string>): boolean {
  return salt !== undefined || kind === 'command' || !kinds.has(kind);
}

/** Whether a file holds the bytes that were recorded; hashed anew, whatever any memo says. */
export function bytesAt(path: string, digest: Digest): 'same' | 'other' | 'gone' {
  if (!existsSync(path)) return 'gone';
  return hashFile(path) === digest ? 'same' : 'other';
}

/** Outputs of stages, in order, of which `known` does not say that they are what was recorded. */
export function otherOutputs(
  outputs: RunOutputs,
  known: (address: string, port: string, digest: Digest) => boolean,
): readonly { readonly address: string; readonly port: string }[] {
  return Object.entries(outputs).flatMap(([address, ports]) =>
    Object.entries(ports)
      .filter(([port, digest]) => !known(address, port, digest))
      .map(([port]) => ({ address, port })),
  );
}

/** The first of these tasks that a run had by another key: of other inputs, params or code. */
export function otherTask(
  before: readonly Pick<RunTask, 'address' | 'key'>[],
  now: readonly Pick<RunTask, 'address' | 'key'>[],
  { unknown }: { readonly unknown: 'same' | 'other' },
): string | undefined {
  const keys = new Map(before.map(({ address, key }) => [address, key]));
  return now.find(({ address, key }) => {
    const known = keys.get(address);
    return known === undefined ? unknown === 'other' : known !== key;
  })?.address;
}

/** How far a task that was computed again is from its record. */
export interface Compared extends Difference {
  /** As of `numericDifference`, over all files; NaN where the bytes made before are gone. */
  readonly largest: number;
  /** Another class of processor may round otherwise; the same one may not. */
  readonly excused: boolean;
}

/** Relative to the larger of 1 and the value: training magnifies how another processor rounds. */
export const tolerance = 1e-3;

/** Judges what differs, `here` being the processor class it was computed on. */
export function compareWithRecord(
  difference: Difference,
  paths: ObjectPaths,
  here: string,
): Compared {
  const largest = largestOf(difference, paths);
  const excused = difference.keptOn !== here && largest <= tolerance;
  return { ...difference, largest, excused };
}

function largestOf({ files }: Difference, paths: ObjectPaths): number {
  const gone = files.some(
    ({ kept }) => kept !== undefined && bytesAt(paths.object(kept), kept) !== 'same',
  );
  if (gone) return Number.NaN;
  return Math.max(
    ...files.map(({ file, kept, made }) =>
      kept === undefined || made === undefined
        ? Number.POSITIVE_INFINITY
        : numericDifference(file, paths.object(kept), paths.object(made)),
    ),
  );
}
