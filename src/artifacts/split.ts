import { readFileSync, writeFileSync } from 'node:fs';
import { type ArtifactFiles, defineArtifact, type OutputArtifact } from '../engine/artifact.ts';
import { type Cell, formatCsv } from '../util/csv.ts';
import { checkFormat, parseFormat } from './parse-format.ts';
import { readSplitRows, splitColumns, type TakeRow } from './split-rows.ts';

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

/** Writes `split.csv` (sorted by fold, then id) and `protocol.json`. */
export function writeSplit(output: OutputArtifact, split: SplitTable): void {
  writeFileSync(output.path('split.csv'), formatCsv(splitColumns, rowsOf(split.folds)));
  writeFileSync(output.path('protocol.json'), `${JSON.stringify(split.protocol, null, 2)}\n`);
}

/** One fold at a time: as many rows as clips times folds. */
function* rowsOf(folds: readonly FoldIds[]): Generator<readonly Cell[]> {
  for (const [index, fold] of folds.entries()) {
    const clips = foldRoles.flatMap((role) => fold[role].map((id) => ({ id, role })));
    clips.sort((a, b) => (a.id < b.id ? -1 : 1));
    for (const { id, role } of clips) yield [id, index + 1, role];
  }
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
  const folds = Array.from({ length: protocol.folds }, () => ({
    fit: [] as string[],
    validate: [] as string[],
    test: [] as string[],
  }));
  let row = 0;
  let lastFold = 0;
  let lastId = '';
  let problem: string | undefined;
  const take: TakeRow = (id, fold, role) => {
    row++;
    const lists = folds[fold - 1];
    if (lists === undefined) problem = `: fold must be 1 … ${protocol.folds}`;
    else if (role !== 'fit' && role !== 'validate' && role !== 'test') {
      problem = ': role must be fit, validate or test';
    } else if (fold < lastFold || (fold === lastFold && id <= lastId)) {
      problem = ' is not in order of fold and id, or occurs twice';
    } else lists[role].push(id);
    lastFold = fold;
    lastId = id;
    return problem === undefined;
  };
  if (!readSplitRows(readFileSync(files.path('split.csv')), take)) {
    return { problems: [`split.csv: the columns must be ${splitColumns.join()}`] };
  }
  if (problem !== undefined) return { problems: [`split.csv: row ${row}${problem}`] };
  const problems = folds.flatMap((fold, index) =>
    (['fit', 'test'] as const)
      .filter((role) => fold[role].length === 0)
      .map((role) => `split.csv: fold ${index + 1} has no clip with the role ${role}`),
  );
  return { problems, ...(problems.length === 0 && { split: { protocol, folds } }) };
}

const format = 'affekt.protocol/1';

/** Checks a protocol that was read from a file; a string says what is wrong. */
function parseProtocol(text: string): Protocol | string {
  const value = parseFormat(text, format);
  return typeof value === 'string'
    ? value
    : (checkProtocol(value) ?? (value as unknown as Protocol));
}

/** What is wrong with a protocol; `undefined` when it is good. */
export function checkProtocol(given: unknown): string | undefined {
  const value = checkFormat(given, format);
  if (typeof value === 'string') return value;
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
