import { posix } from 'node:path';
import { type CsvTable, parseCsv } from '../util/csv.ts';
import { nearest } from '../util/suggest.ts';
import type { Labelled } from './entry.ts';
import { baseName } from './recording.ts';

/** Which column holds what; null where the table does not have it. */
export interface OwnColumns {
  readonly file: string;
  readonly emotion: string;
  readonly speaker: string;
  readonly sex: string | null;
  readonly text: string | null;
  readonly take: string | null;
}

interface OwnTableRequest {
  /** The table's text: comma, semicolon or tab separated, by what its header holds. */
  readonly text: string;
  /** The table's name as messages show it. */
  readonly name: string;
  readonly columns: OwnColumns;
  /** Label as written to emotion; null drops it; empty: labels stay as written. */
  readonly labels: Readonly<Record<string, string | null>>;
  /** Files there are, `/`-separated, relative to the folder they share. */
  readonly files: readonly string[];
  /** From that folder to the table's folder: `.`, `..`, `meta` … */
  readonly folder: string;
}

interface OwnFile extends Labelled {
  readonly file: string;
}

interface OwnTable {
  /** Labelled files, sorted by file; `id` is the file's relative path. */
  readonly files: readonly OwnFile[];
  /** Rows without a file, files without a row. */
  readonly bad: readonly { readonly file: string; readonly reason: string }[];
  /** Rows dropped by label, as written. */
  readonly dropped: Readonly<Record<string, number>>;
  /** What makes the table unusable; all of it, each with `name:line` where it has one. */
  readonly problems: readonly string[];
}

/** Joins a label table with the files it names. Pure. */
export function readOwnTable(request: OwnTableRequest): OwnTable {
  const { name, columns, labels } = request;
  if (request.text.trim() === '') {
    return { files: [], bad: [], dropped: {}, problems: [`${name} is empty`] };
  }
  const table = parseCsv(request.text, delimiterOf(request.text));
  const header = table.header.map((cell) => cell.trim());
  const problems = headerProblems(header, name, columns);
  if (table.rows.length === 0) problems.push(`${name} has no rows`);
  if (problems.length > 0) return { files: [], bad: [], dropped: {}, problems };

  const find = fileFinder(request.files, request.folder);
  const targets = new Set(Object.values(labels));
  const mapped = Object.keys(labels).length > 0;
  const files = new Map<string, OwnFile & { line: number }>();
  const bad: { file: string; reason: string }[] = [];
  const dropped = new Map<string, number>();
  const used = new Set<string>();
  const unmapped = new Map<string, { line: number; count: number }>();

  for (const { line, cells } of rowsOf(table)) {
    const where = `${name}:${line}`;
    if (cells.length !== header.length) {
      const count = cells.length === 1 ? '1 cell' : `${cells.length} cells`;
      const open = cells.some((cell) => cell.includes('\n'));
      const why = open ? '; is a quote never closed?' : '';
      problems.push(`${where}: ${count}, but the header has ${header.length}${why}`);
      continue;
    }
    const cell = (column: string | null): string =>
      column === null ? '' : (cells[header.indexOf(column)] ?? '').trim();
    const written = cell(columns.file);
    const label = cell(columns.emotion);
    const speaker = cell(columns.speaker);
    if (written === '') problems.push(`${where}: no file in column "${columns.file}"`);
    if (label === '') problems.push(`${where}: no emotion in column "${columns.emotion}"`);
    if (speaker === '') problems.push(`${where}: no speaker in column "${columns.speaker}"`);
    if (written === '' || label === '' || speaker === '') continue;

    const hits = find(written);
    if (hits.length > 1) {
      problems.push(`${where}: "${written}" fits ${hits.slice(0, 3).join(' and ')}`);
      continue;
    }
    const [file] = hits;
    if (file !== undefined) used.add(file);

    const emotion = Object.hasOwn(labels, label) ? labels[label] : label;
    if (emotion === null) {
      dropped.set(label, (dropped.get(label) ?? 0) + 1);
      continue;
    }
    if (emotion === undefined || (mapped && !Object.hasOwn(labels, label) && !targets.has(label))) {
      const seen = unmapped.get(label) ?? { line, count: 0 };
      unmapped.set(label, { ...seen, count: seen.count + 1 });
      continue;
    }
    if (file === undefined) {
      bad.push({ file: written, reason: `named in ${where}, not among the files` });
      continue;
    }
    const sex = normaliseSex(cell(columns.sex));
    const next = { emotion, speaker, sex, text: cell(columns.text), take: cell(columns.take) };
    const first = files.get(file);
    if (first === undefined) files.set(file, { file, id: file, ...next, line });
    else if (Object.entries(next).some(([key, value]) => first[key as 'text'] !== value)) {
      problems.push(`${where}: "${file}" has other values in line ${first.line}`);
    }
  }

  for (const [label, { line, count }] of unmapped) {
    const rows = count === 1 ? '' : ` (${count} rows)`;
    const near = nearestOf(label, Object.keys(labels));
    problems.push(`${name}:${line}: "${label}" is not in labels${rows}${near}`);
  }
  for (const file of request.files) {
    if (!used.has(file)) bad.push({ file, reason: `no row in ${name}` });
  }
  const sorted = [...files.values()].sort((a, b) => (a.file < b.file ? -1 : 1));
  return {
    files: sorted.map(({ line: _, ...file }) => file),
    bad,
    dropped: Object.fromEntries([...dropped].sort()),
    problems,
  };
}

function headerProblems(header: readonly string[], name: string, columns: OwnColumns): string[] {
  const problems: string[] = [];
  for (const [what, column] of Object.entries(columns)) {
    if (column === null || header.includes(column)) continue;
    const near = nearestOf(column, header);
    problems.push(
      `${name}:1: no column "${column}" (columns.${what})${near}; it has ${some(header)}`,
    );
  }
  const twice = header.find((column, index) => header.indexOf(column) !== index);
  if (twice !== undefined) problems.push(`${name}:1: column "${twice}" occurs twice`);
  return problems;
}

/** The first few names: a table may have a hundred columns. */
function some(names: readonly string[], most = 12): string {
  const rest = names.length - most;
  return `${names.slice(0, most).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function nearestOf(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === undefined ? '' : `, nearest is "${near}"`;
}

function rowsOf(table: CsvTable): { line: number; cells: readonly string[] }[] {
  return table.rows.map((cells, index) => ({ line: table.lines[index] ?? 0, cells }));
}

/** Comma, semicolon or tab, by what the header holds. */
export function delimiterOf(text: string): string {
  const end = text.search(/[\r\n]/);
  const header = end < 0 ? text : text.slice(0, end);
  if (header.includes('\t')) return '\t';
  return header.includes(';') && !header.includes(',') ? ';' : ',';
}

/**
 * Finds what a table's cell names: a path from the table's folder, else from the shared folder,
 * else the end of exactly one path, with or without its extension.
 */
function fileFinder(
  files: readonly string[],
  folder: string,
): (written: string) => readonly string[] {
  const all = new Set(files);
  const byName = new Map<string, string[]>();
  for (const file of files) {
    const name = baseName(file);
    for (const key of new Set([name, name.replace(/\.[^.]*$/, '')])) {
      byName.set(key, [...(byName.get(key) ?? []), file]);
    }
  }
  return (written) => {
    const path = posix.normalize(written.replaceAll('\\', '/'));
    const fromTable = posix.join(folder, path);
    if (all.has(fromTable)) return [fromTable];
    if (all.has(path)) return [path];
    return (byName.get(baseName(path)) ?? []).filter((file) => {
      const stem = file.replace(/\.[^./]*$/, '');
      return (
        [file, stem].some((end) => `/${end}`.endsWith(`/${path.replace(/^\/+/, '')}`)) ||
        `/${path}`.endsWith(`/${file}`)
      );
    });
  };
}

function normaliseSex(text: string): string {
  const lower = text.toLowerCase();
  if (['f', 'female', 'woman'].includes(lower)) return 'female';
  if (['m', 'male', 'man'].includes(lower)) return 'male';
  return lower;
}
