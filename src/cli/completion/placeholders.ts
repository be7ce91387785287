import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { corpora } from '../../corpora/index.ts';
import { resolveConfig } from '../config.ts';
import type { Io } from '../io.ts';
import { type Candidate, type Completion, matching } from './candidate.ts';
import { overrideWords, readStages } from './spec-words.ts';

export interface Place {
  /** What stands before, flags left out. */
  readonly positionals: readonly string[];
  readonly current: string;
  readonly io: Io;
}

/** What may stand for a placeholder of a usage or of a flag: `SPEC`, `RUN`, `FILE`, `du|gc|verify`. */
export async function placeholderWords(placeholder: string, place: Place): Promise<Completion> {
  const { current } = place;
  if (/FILE|FOLDER|ARCHIVE/.test(placeholder) || placeholder === 'F') {
    return { candidates: [], files: true };
  }
  const words = await Promise.all(
    placeholder.split('|').map((one) => named[one]?.(place) ?? literal(one)),
  );
  return matching(words.flat(), current);
}

function literal(one: string): readonly Candidate[] {
  return /^[a-z]/.test(one) ? [{ word: one }] : [];
}

const named: Readonly<
  Record<string, (place: Place) => readonly Candidate[] | Promise<readonly Candidate[]>>
> = {
  SPEC: ({ current, io }) => specFiles(current, io.cwd),
  'STAGE.PARAM=VALUE': (place) => overrideWords(specOf(place), place.current),
  ADDRESS: (place) => stageNames(place),
  A: (place) => stageNames(place),
  CORPUS: () => Object.values(corpora).map(({ name, title }) => ({ word: name, summary: title })),
  RUN: ({ io }) => runIds(io),
};

/** The spec that the line names, as a path. */
function specOf({ positionals, io }: Place): string | undefined {
  const spec = positionals.find((word) => /\.ya?ml$/.test(word));
  return spec === undefined ? undefined : resolve(io.cwd, spec);
}

function stageNames(place: Place): readonly Candidate[] {
  return Object.entries(readStages(specOf(place))).map(([word, summary]) => ({ word, summary }));
}

/** Spec files and folders that the text may become; from nothing, those of `experiments`. */
function specFiles(current: string, cwd: string): readonly Candidate[] {
  const typed = current.includes('/') ? `${dirname(current)}/` : '';
  const usual = typed === '' ? entries('experiments/', cwd) : [];
  const here = current === '' && usual.length > 0 ? [] : entries(typed, cwd);
  return [...usual, ...here].map((word) => ({ word }));
}

function entries(start: string, cwd: string): readonly string[] {
  const folder = resolve(cwd, start);
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.name.startsWith('.') && entry.name !== 'node_modules')
    .filter((entry) => entry.isDirectory() || /\.ya?ml$/.test(entry.name))
    .filter((entry) => !/\.(lock|config)\.yaml$/.test(entry.name))
    .map((entry) => `${start}${entry.name}${entry.isDirectory() ? '/' : ''}`)
    .sort();
}

async function runIds(io: Io): Promise<readonly Candidate[]> {
  const config = await resolveConfig(io, {});
  if (!config.ok) return [];
  const folder = config.value.settings['runs.path'];
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder)
    .filter((name) => /^\d{8}-\d{6}-.*-[a-z0-9]{4}$/.test(name))
    .sort()
    .reverse();
  return [
    { word: 'latest', summary: 'the run that was started or continued last' },
    ...names.map((name) => ({ word: name.slice(-4), summary: join(name) })),
  ];
}
