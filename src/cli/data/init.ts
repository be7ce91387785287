import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, extname, join, posix, relative, resolve } from 'node:path';
import { guessNames, type NameGuess } from '../../corpora/guess/guess-names.ts';
import { guessTable, type TableGuess, type UnreadTable } from '../../corpora/guess/guess-table.ts';
import { readOwnTable } from '../../corpora/own-table.ts';
import { listFiles } from '../../engine/data-store.ts';
import { formatCount } from '../../util/count.ts';
import { formatCsv } from '../../util/csv.ts';
import { UsageError } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { schemaLine } from '../templates.ts';
import { crossTable } from './cross-table.ts';
import { labelsFor, suggestSpec } from './suggest-spec.ts';

const sounds = new Set('.wav .flac .mp3 .ogg .opus .aif .aiff .aifc .w64 .rf64'.split(' '));
const tables = new Set(['.csv', '.tsv', '.txt']);
/** A table of labels is smaller; what is larger is something else. */
const largestTable = 50e6;

interface Labels {
  /** The folder of all that is labelled: empty, or ending in a slash. */
  readonly root: string;
  /** What was guessed, a line each. */
  readonly said: readonly string[];
  readonly table: string;
  readonly columns: TableGuess['columns'];
  readonly clips: readonly { readonly emotion: string; readonly speaker: string }[];
  readonly labels: Readonly<Record<string, string | null>>;
  /** A table that has to be written beside the spec; undefined where there is one. */
  readonly written: string | undefined;
  readonly problems: readonly string[];
}

/**
 * Guesses how an own corpus is labelled, shows the guess as a class × speaker table, and suggests a
 * spec; with `write` it writes it (and a table, where names alone say the labels), over nothing.
 */
export function initCorpus(
  { folder: typed, write }: { readonly folder: string; readonly write: string | undefined },
  io: Io,
): number {
  const folder = resolve(io.cwd, typed);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new UsageError(`no such folder: ${typed}`, 'Give the folder that holds the recordings.');
  }
  const all = listFiles(folder);
  const files = all.filter((file) => sounds.has(extname(file).toLowerCase()));
  if (files.length === 0) {
    throw new UsageError(
      `there is no recording below ${typed}`,
      `Recordings end in ${[...sounds].join(', ')}.`,
    );
  }
  const name = slug(basename(folder));
  const spec = resolve(io.cwd, write ?? join('experiments', `${name}.yaml`));
  const tableBeside = `${basename(spec, extname(spec))}.csv`;
  const guesses = guessTables(folder, all, files);
  const found = byTable(guesses, files) ?? byNames(files, tableBeside);
  if (found === undefined) {
    for (const { table, guess } of guesses) if ('missing' in guess) refuseTable(table, guess);
    throw new UsageError(
      `neither a table nor the names of ${formatCount(files.length, 'recording')} tell emotions and speakers`,
      'Write a table with the columns file, emotion and speaker beside them (docs/own-corpus.md), then run this again.',
    );
  }

  const base = posix.normalize(relative(dirname(spec), folder).replaceAll('\\', '/') || '.');
  const suggested = suggestSpec({
    name,
    files: `${escapeGlob(posix.join(base, found.root).replace(/\/$/, ''))}/**/*${extensions(files)}`,
    table: found.written === undefined ? posix.join(base, found.table) : found.table,
    columns: found.columns,
    labels: found.labels,
    speakers: new Set(found.clips.map(({ speaker }) => speaker)).size,
    lenient: found.problems.length > 0,
  });
  const text = `${schemaLine(dirname(spec), io.cwd)}${suggested}`;
  const out = [
    `${formatCount(files.length, 'recording')} below ${typed}`,
    ...found.said.map((line) => `  ${line}`),
    '',
    crossTable(found.clips, io.out.width()).trimEnd(),
    '',
    ...found.problems.slice(0, 8),
    ...(found.problems.length > 8 ? [`and ${found.problems.length - 8} more`] : []),
    ...(found.problems.length > 0 ? [''] : []),
  ];
  io.out.write(`${out.join('\n')}\n`);
  if (write === undefined) {
    io.out.write(
      `${text}\nWrite this to a file: affekt data init ${typed} --write ${relative(io.cwd, spec)}\n`,
    );
    return exitCode.ok;
  }
  const targets = [
    [spec, text] as const,
    ...(found.written === undefined
      ? []
      : [[join(dirname(spec), tableBeside), found.written] as const]),
  ];
  const there = targets.find(([path]) => existsSync(path));
  if (there !== undefined) {
    throw new UsageError(
      `${relative(io.cwd, there[0])} is there already`,
      'Give another name: --write FILE.',
    );
  }
  mkdirSync(dirname(spec), { recursive: true });
  for (const [path, content] of targets) {
    writeFileSync(path, content, { flag: 'wx' });
    io.out.write(`wrote ${relative(io.cwd, path)}\n`);
  }
  io.out.write(`Check what it would do: affekt plan ${relative(io.cwd, spec)}\n`);
  return exitCode.ok;
}

interface Table {
  readonly table: string;
  readonly text: string;
  readonly guess: TableGuess | UnreadTable;
}

/** Tables that name recordings, the one that names most of them first. */
function guessTables(
  folder: string,
  all: readonly string[],
  files: readonly string[],
): readonly Table[] {
  return all
    .filter((file) => tables.has(extname(file).toLowerCase()))
    .filter((file) => statSync(join(folder, file)).size <= largestTable)
    .flatMap((table) => {
      const text = readFileSync(join(folder, table), 'utf8');
      const guess = guessTable(text, files);
      return guess === undefined ? [] : [{ table, text, guess }];
    })
    .sort((a, b) => b.guess.matched - a.guess.matched);
}

function refuseTable(table: string, { header, file, missing }: UnreadTable): never {
  const roles = missing.map((role) => `${role}: …`).join(', ');
  throw new UsageError(
    `${table} names the recordings in its column "${file}", but no other column is known to tell ${missing.join(' or ')}`,
    `Its columns are ${header.join(', ')}. Rename them, or say in a spec which is which: with: { columns: { file: ${file}, ${roles} } } for fetch (docs/own-corpus.md).`,
  );
}

/** The table that names most recordings, and what it says with its columns as guessed. */
function byTable(guesses: readonly Table[], files: readonly string[]): Labels | undefined {
  const [best] = guesses.flatMap(({ guess, ...rest }) =>
    'columns' in guess ? [{ ...rest, ...guess }] : [],
  );
  if (best === undefined) return undefined;
  const { table, text, columns, reasons } = best;
  const read = (labels: Labels['labels'], among: readonly string[]) =>
    readOwnTable({
      ...{ text, columns, labels, files: among },
      name: basename(table),
      folder: posix.dirname(table),
    });
  const named = read({}, files).files;
  const labels = labelsFor(named.map(({ emotion }) => emotion));
  // What lies elsewhere below the folder (another copy, results) is not meant.
  const root = commonFolder(named.map(({ file }) => file));
  const {
    files: clips,
    bad,
    problems,
  } = read(
    labels,
    files.filter((file) => file.startsWith(root)),
  );
  return {
    root,
    said: [
      `labels in ${table}`,
      ...Object.entries(reasons).map(
        ([role, why]) => `${role}: column "${columns[role as keyof typeof columns]}", ${why}`,
      ),
    ],
    table,
    columns,
    clips,
    labels,
    written: undefined,
    problems: [...problems, ...bad.map(({ file, reason }) => `${file}: ${reason}`)],
  };
}

function byNames(files: readonly string[], table: string): Labels | undefined {
  const guess: NameGuess | undefined = guessNames(files);
  if (guess === undefined) return undefined;
  const { places, rows } = guess;
  const labels = labelsFor(rows.map(({ emotion }) => emotion));
  const clips = rows.flatMap(({ emotion, speaker }) => {
    const mapped = Object.hasOwn(labels, emotion) ? labels[emotion] : emotion;
    return mapped == null ? [] : [{ emotion: mapped, speaker }];
  });
  const columns = ['file', 'emotion', 'speaker', 'text'] as const;
  return {
    root: '',
    said: [
      'no table of labels: folders and names say',
      ...Object.entries(places).flatMap(([role, place]) =>
        place === null
          ? []
          : [`${role}: ${place}, like "${rows[0]?.[role as 'text']}" of ${rows[0]?.file}`],
      ),
    ],
    table,
    columns: {
      ...{ file: 'file', emotion: 'emotion', speaker: 'speaker', sex: null, take: null },
      text: places.text === null ? null : 'text',
    },
    clips,
    labels,
    written: formatCsv(
      columns,
      rows.map((row) => columns.map((column) => row[column])),
    ),
    problems: [],
  };
}

/** The longest folder that all paths are in, with its slash; empty where there is none. */
function commonFolder(paths: readonly string[]): string {
  const [first = [], ...others] = paths.map((path) => path.split('/').slice(0, -1));
  let n = first.length;
  for (const other of others) while (!first.slice(0, n).every((part, i) => part === other[i])) n--;
  return n === 0 ? '' : `${first.slice(0, n).join('/')}/`;
}

function slug(text: string): string {
  return (
    text
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+|-+$/g, '') || 'own'
  );
}

function extensions(files: readonly string[]): string {
  const found = [...new Set(files.map((file) => extname(file)))].sort();
  return found.length === 1 ? (found[0] ?? '') : `{${found.join(',')}}`;
}

function escapeGlob(path: string): string {
  return path.replace(/[*?[\]{}()!]/g, '\\$&');
}
