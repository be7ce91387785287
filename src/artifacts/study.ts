import { readFileSync, writeFileSync } from 'node:fs';
import { type ArtifactFiles, defineArtifact, type OutputArtifact } from '../engine/artifact.ts';
import { formatCsv, parseCsv } from '../util/csv.ts';
import { isJsonObject, type Json, type JsonObject } from '../util/json.ts';
import { parseFormat } from './parse-format.ts';

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
  /** What it was ended after, `fold 2` or `epoch 5`; null where it was not. */
  readonly pruned_after: string | null;
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
  kept: true,
  validate: (files) => check(files).problems,
});

function check(files: ArtifactFiles): { problems: readonly string[]; table?: StudyTable } {
  const missing = ['study.json', 'trials.csv'].filter((file) => files.files[file] === undefined);
  if (missing.length > 0) return { problems: missing.map((file) => `${file} is missing`) };
  const info = parseFormat(readFileSync(files.path('study.json'), 'utf8'), 'affekt.study/1');
  if (typeof info === 'string') return { problems: [`study.json: ${info}`] };
  if (!isJsonObject(info['space'])) return { problems: ['study.json: space is missing'] };
  const names = Object.keys(info['space']);
  const { header, rows } = parseCsv(readFileSync(files.path('trials.csv'), 'utf8'));
  const wanted = [...columns, ...names].join();
  if (header.join() !== wanted) return { problems: [`trials.csv: the columns must be ${wanted}`] };
  const short = rows.findIndex((row) => row.length !== header.length);
  if (short >= 0) return { problems: [`trials.csv: row ${short + 1} is not whole`] };
  const declared = Object.values(info['space']);
  const trials = rows.map((row): StudyTrial => {
    const [outer, trial, state, value, done, pruned, sees, error] = row;
    const set = names.flatMap((name, i) => {
      const cell = row[columns.length + i] ?? '';
      return cell === '' ? [] : [[name, readCell(cell, declared[i])] as const];
    });
    return {
      outer: numberOf(outer),
      trial: Number(trial),
      state: state as StudyTrial['state'],
      value: numberOf(value),
      folds_done: Number(done),
      pruned_after: textOf(pruned),
      sees: numberOf(sees),
      error: textOf(error),
      set: Object.fromEntries(set),
    };
  });
  const problems = [
    ...trialProblems(trials),
    ...textProblems(info),
    ...searchProblems(info['searches'], names, trials),
  ];
  if (problems.length > 0) return { problems };
  return { problems: [], table: { study: info as unknown as Study, trials } };
}

function trialProblems(trials: readonly StudyTrial[]): readonly string[] {
  const seen = new Set<string>();
  const bad = trials.findIndex(({ outer, trial, state, value, folds_done: done }) => {
    const key = `${outer} ${trial}`;
    const again = seen.has(key);
    seen.add(key);
    const stated = ['complete', 'pruned', 'failed'].includes(state);
    const whole = [outer ?? 1, trial, done].every(Number.isInteger);
    return again || !stated || !whole || (value !== null && !Number.isFinite(value));
  });
  return bad < 0
    ? []
    : [`trials.csv: row ${bad + 1} has no number of its own, no state, or no value that is one`];
}

function textProblems(info: JsonObject): readonly string[] {
  const texts = ['target', 'objective', 'sampler'].filter((key) => typeof info[key] !== 'string');
  const counts = ['parallel', 'asked', 'folds'].filter((key) => !Number.isInteger(info[key]));
  const wrong = [...texts, ...counts].map((key) => `study.json: ${key} is missing, or of no use`);
  const selections: readonly unknown[] = ['nested', 'shared', 'development'];
  return selections.includes(info['selection'])
    ? wrong
    : [...wrong, 'study.json: selection must be nested, shared or development'];
}

/** What a search chose must be among its trials. */
function searchProblems(
  searches: Json | undefined,
  names: readonly string[],
  trials: readonly StudyTrial[],
): readonly string[] {
  if (!Array.isArray(searches) || searches.length === 0)
    return ['study.json: searches must not be empty'];
  const outers = new Set(trials.map(({ outer }) => outer));
  const problems = (searches as readonly Json[]).flatMap((one, index) => {
    const what = `study.json: search ${index + 1}`;
    if (!isJsonObject(one) || !isJsonObject(one['set']) || !isJsonObject(one['importance']))
      return [`${what} needs outer, winner, value, set and importance`];
    const { outer, winner, value, importance } = one;
    outers.delete(outer as number | null);
    const chosen = trials.find((trial) => trial.outer === outer && trial.trial === winner);
    if (chosen?.state !== 'complete' || chosen.value !== value)
      return [`${what} names trial ${String(winner)}, and trials.csv has no such result`];
    const shares = Object.entries(importance);
    return shares.every(([name, share]) => names.includes(name) && Number.isFinite(share))
      ? []
      : [`${what}: importance must be a number for each param of the space`];
  });
  return outers.size === 0
    ? problems
    : [...problems, `study.json: no search for trials of outer fold ${[...outers].join(', ')}`];
}

function numberOf(cell: string | undefined): number | null {
  return cell === undefined || cell === '' ? null : Number(cell);
}

function textOf(cell: string | undefined): string | null {
  return cell === undefined || cell === '' ? null : cell;
}

/** The choice that a cell stands for; else a number, JSON, or a text. */
function readCell(cell: string, declared: Json | undefined): Json {
  const choices = isJsonObject(declared) ? declared['choices'] : declared;
  if (Array.isArray(choices)) {
    const choice = (choices as readonly Json[]).find((one) => String(cellOf(one)) === cell);
    if (choice !== undefined) return choice;
  }
  try {
    return JSON.parse(cell) as Json;
  } catch {
    return cell;
  }
}
