import { readFileSync, writeFileSync } from 'node:fs';
import { type ArtifactFiles, defineArtifact, type OutputArtifact } from '../engine/artifact.ts';
import { formatCsv, parseCsv } from '../util/csv.ts';
import { isJsonObject } from '../util/json.ts';

export const foldRoles = ['fit', 'validate', 'test'] as const;

export type FoldRole = (typeof foldRoles)[number];

/** Ids by role, each list sorted. */
export type FoldIds = Readonly<Record<FoldRole, readonly string[]>>;

export interface Sides {
  /** What no scored clip has in common with a clip of the other side, in any fold. */
  readonly disjoint: readonly string[];
  readonly shared: readonly string[];
  /** No overlap was found, but the corpus does not state it for every clip. */
  readonly unknown: readonly string[];
}

/** `protocol.json`: how the clips were split, and what was found on comparing the sides. */
export interface Protocol extends Sides {
  readonly format: 'affekt.protocol/1';
  readonly scheme: string;
  /** What was kept on one side by construction. */
  readonly groups: readonly string[];
  readonly folds: number;
  readonly validation_speakers: number;
  readonly shuffle: boolean;
  readonly test_fraction: number | null;
  /** Corpora on either side of a cross-corpus split; absent elsewhere. */
  readonly train_on?: readonly string[];
  readonly test_on?: readonly string[];
  /** Null where nothing was drawn. */
  readonly seed: number | null;
  /** The speaker, text or corpus that each fold leaves out; null where it has no name. */
  readonly held_out: readonly (string | null)[];
  /** Validation clips against training clips; null without validation clips. */
  readonly validation: Sides | null;
  /** Speakers that something was chosen by: they train, and no fold scores them. */
  readonly development?: readonly string[];
  readonly warnings: readonly string[];
}

export interface SplitTable {
  readonly protocol: Protocol;
  /** Fold n is at index n − 1. */
  readonly folds: readonly FoldIds[];
}

const columns = ['id', 'fold', 'role'] as const;

/** Writes `split.csv` (sorted by fold, then id) and `protocol.json`. */
export function writeSplit(output: OutputArtifact, split: SplitTable): void {
  const rows = split.folds.flatMap((fold, index) =>
    foldRoles
      .flatMap((role) => fold[role].map((id) => ({ id, role })))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ id, role }) => [id, index + 1, role]),
  );
  writeFileSync(output.path('split.csv'), formatCsv(columns, rows));
  writeFileSync(output.path('protocol.json'), `${JSON.stringify(split.protocol, null, 2)}\n`);
}

/** Reads a split. Ids and roles are metadata: this consumes nothing. Throws on a bad tree. */
export function readSplit(files: ArtifactFiles): SplitTable {
  const { problems, split: table } = check(files);
  if (table === undefined) throw new Error(`not a split: ${problems.join('; ')}`);
  return table;
}

export const split = defineArtifact({
  type: 'split',
  summary: 'Which clips train, choose and are scored in each fold',
  validate: (files) => check(files).problems,
});

function check(files: ArtifactFiles): { problems: readonly string[]; split?: SplitTable } {
  const missing = ['split.csv', 'protocol.json'].filter((file) => files.files[file] === undefined);
  if (missing.length > 0) return { problems: missing.map((file) => `${file} is missing`) };
  const protocol = parseProtocol(readFileSync(files.path('protocol.json'), 'utf8'));
  if (typeof protocol === 'string') return { problems: [`protocol.json: ${protocol}`] };
  const table = parseCsv(readFileSync(files.path('split.csv'), 'utf8'));
  if (table.header.join() !== columns.join()) {
    return { problems: [`split.csv: the columns must be ${columns.join()}`] };
  }

  const folds = Array.from({ length: protocol.folds }, () => ({
    fit: [] as string[],
    validate: [] as string[],
    test: [] as string[],
  }));
  let last = { fold: 0, id: '' };
  for (const [index, [id = '', number, role]] of table.rows.entries()) {
    const where = `split.csv: row ${index + 1}`;
    const fold = Number(number);
    const lists = folds[fold - 1];
    if (lists === undefined) return { problems: [`${where}: fold must be 1 … ${protocol.folds}`] };
    if (role !== 'fit' && role !== 'validate' && role !== 'test') {
      return { problems: [`${where}: role must be fit, validate or test`] };
    }
    if (fold < last.fold || (fold === last.fold && id <= last.id)) {
      return { problems: [`${where} is not in order of fold and id, or occurs twice`] };
    }
    last = { fold, id };
    lists[role].push(id);
  }
  const problems = folds.flatMap((fold, index) =>
    (['fit', 'test'] as const)
      .filter((role) => fold[role].length === 0)
      .map((role) => `split.csv: fold ${index + 1} has no clip with the role ${role}`),
  );
  return { problems, ...(problems.length === 0 && { split: { protocol, folds } }) };
}

/** Checks a protocol that was read from a file; a string says what is wrong. */
function parseProtocol(text: string): Protocol | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'not JSON';
  }
  return checkProtocol(value) ?? (value as Protocol);
}

/** What is wrong with a protocol; `undefined` when it is good. */
export function checkProtocol(value: unknown): string | undefined {
  if (!isJsonObject(value)) return 'not an object';
  if (value['format'] !== 'affekt.protocol/1') return 'format must be "affekt.protocol/1"';
  if (typeof value['scheme'] !== 'string') return 'scheme is missing';
  const folds = value['folds'];
  if (typeof folds !== 'number' || !Number.isInteger(folds) || folds < 1) {
    return 'folds must be an integer of at least 1';
  }
  for (const key of ['groups', 'disjoint', 'shared', 'unknown', 'held_out', 'warnings']) {
    if (!Array.isArray(value[key])) return `${key} must be a list`;
  }
  if (typeof value['validation_speakers'] !== 'number') {
    return 'validation_speakers must be a number';
  }
  return undefined;
}
