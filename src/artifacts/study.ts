import { readFileSync, writeFileSync } from 'node:fs';
import { type ArtifactFiles, defineArtifact, type OutputArtifact } from '../engine/artifact.ts';
import { formatCsv, parseCsv } from '../util/csv.ts';
import { isJsonObject, type Json, type JsonObject } from '../util/json.ts';

/** A line of `trials.csv`. */
export interface StudyTrial {
  /** The outer fold that the search belongs to; null where there is one search for all. */
  readonly outer: number | null;
  /** From 0, which is the spec itself. */
  readonly trial: number;
  readonly state: 'complete' | 'pruned' | 'failed';
  /** The objective; null unless complete. */
  readonly value: number | null;
  readonly folds_done: number;
  /** The fold after which it was ended; null where it was not. */
  readonly pruned_after: number | null;
  /** The last trial whose ending it was chosen by; null: none. */
  readonly sees: number | null;
  readonly error: string | null;
  /** By `stage.param`; of trial 0 what the spec has. Conditional params that were not active are absent. */
  readonly set: JsonObject;
}

/** One search: of an outer fold, or the only one. */
export interface StudySearch {
  readonly outer: number | null;
  /** What the outer fold leaves out; null where that has no name. */
  readonly held_out: string | null;
  readonly winner: number;
  readonly value: number | null;
  /** What the winner sets, by `stage.param`. */
  readonly set: JsonObject;
  /** Shares of each param in being among the best trials (PED-ANOVA), most important first; they sum to 1. */
  readonly importance: Readonly<Record<string, number>>;
}

/** `study.json`: how was searched, and what was chosen. */
export interface Study {
  readonly format: 'affekt.study/1';
  /** The stage that was varied. */
  readonly target: string;
  readonly objective: string;
  readonly selection: 'nested' | 'shared' | 'development';
  readonly sampler: string;
  readonly parallel: number;
  /** Trials asked for, in each search. */
  readonly asked: number;
  /** Folds of a trial. */
  readonly folds: number;
  /** As the spec declares it. */
  readonly space: JsonObject;
  readonly searches: readonly StudySearch[];
}

export interface StudyTable {
  readonly study: Study;
  readonly trials: readonly StudyTrial[];
}

const columns = [
  'outer',
  'trial',
  'state',
  'value',
  'folds_done',
  'pruned_after',
  'sees',
  'error',
] as const;

/** Writes `trials.csv` (sorted by outer, then trial) and `study.json`. */
export function writeStudy(output: OutputArtifact, { study: info, trials }: StudyTable): void {
  const names = Object.keys(info.space);
  const rows = trials.map((one) => [
    ...columns.map((column) => one[column]),
    ...names.map((name) => cellOf(one.set[name])),
  ]);
  writeFileSync(output.path('trials.csv'), formatCsv([...columns, ...names], rows));
  writeFileSync(output.path('study.json'), `${JSON.stringify(info, null, 2)}\n`);
}

/** Text and numbers as they are, everything else as JSON. */
function cellOf(value: Json | undefined): string | number | null {
  if (value === undefined) return null;
  return typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value);
}

/** Throws on a tree that the validator would refuse. */
export function readStudy(files: ArtifactFiles): StudyTable {
  const { problems, table } = check(files);
  if (table === undefined) throw new Error(`not a study: ${problems.join('; ')}`);
  return table;
}

export const study = defineArtifact({
  type: 'study',
  summary: 'The trials of a search, and what it chose',
  sink: true,
  validate: (files) => check(files).problems,
});

function check(files: ArtifactFiles): { problems: readonly string[]; table?: StudyTable } {
  const missing = ['study.json', 'trials.csv'].filter((file) => files.files[file] === undefined);
  if (missing.length > 0) return { problems: missing.map((file) => `${file} is missing`) };
  let info: unknown;
  try {
    info = JSON.parse(readFileSync(files.path('study.json'), 'utf8'));
  } catch {
    return { problems: ['study.json is not JSON'] };
  }
  if (!isJsonObject(info) || info['format'] !== 'affekt.study/1' || !isJsonObject(info['space']))
    return { problems: ['study.json: needs the format affekt.study/1, and a space'] };
  const names = Object.keys(info['space']);
  const { header, rows } = parseCsv(readFileSync(files.path('trials.csv'), 'utf8'));
  const wanted = [...columns, ...names].join();
  if (header.join() !== wanted) return { problems: [`trials.csv: the columns must be ${wanted}`] };
  const trials = rows.map((row): StudyTrial => {
    const [outer, trial, state, value, done, pruned, sees, error] = row;
    const set = names.flatMap((name, i) => {
      const cell = row[columns.length + i] ?? '';
      return cell === '' ? [] : [[name, readCell(cell)] as const];
    });
    return {
      outer: numberOf(outer),
      trial: Number(trial),
      state: state as StudyTrial['state'],
      value: numberOf(value),
      folds_done: Number(done),
      pruned_after: numberOf(pruned),
      sees: numberOf(sees),
      error: error === undefined || error === '' ? null : error,
      set: Object.fromEntries(set),
    };
  });
  const bad = trials.findIndex(
    ({ state, trial }) =>
      !['complete', 'pruned', 'failed'].includes(state) || !Number.isInteger(trial),
  );
  if (bad >= 0) return { problems: [`trials.csv: row ${bad + 1} has no number, or no state`] };
  const { searches } = info as unknown as Study;
  if (!Array.isArray(searches) || searches.length === 0)
    return { problems: ['study.json: searches must not be empty'] };
  return { problems: [], table: { study: info as unknown as Study, trials } };
}

function numberOf(cell: string | undefined): number | null {
  return cell === undefined || cell === '' ? null : Number(cell);
}

/** What a cell says: a number, JSON, or a text. */
function readCell(cell: string): Json {
  try {
    return JSON.parse(cell) as Json;
  } catch {
    return cell;
  }
}
