import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, relative, resolve } from 'node:path';
import type { CorpusInfo } from '../../artifacts/corpus.ts';
import type { CorpusEntry } from '../../corpora/entry.ts';
import { corpora } from '../../corpora/index.ts';
import { type OwnColumns, readOwnTable } from '../../corpora/own-table.ts';
import { recordingName } from '../../corpora/recording.ts';
import { isPinned, manifestDigest } from '../../corpora/register.ts';
import { type Digest, sha256 } from '../../engine/digest.ts';
import { type Source, type SourceContext, SourceError } from '../../engine/stage.ts';
import type { Json } from '../../util/json.ts';
import { type Collection, type Recording, report } from './collect.ts';

/** Finds a registered corpus. Its identity is what its files hold, never where or how they lie. */
export function locateDataset(name: string, context: SourceContext): Source {
  const entry = corpora[name];
  if (entry === undefined) throw new Error(`no corpus table for ${name}`);
  const stored = context.corpus(name);
  if (stored === undefined) {
    throw new SourceError(`${entry.title} is not on this machine`, {
      param: 'dataset',
      hint: howToGet(entry),
    });
  }
  if (!existsSync(stored.path)) {
    throw new SourceError(`the folder of ${entry.title} is gone: ${stored.path}`, {
      param: 'dataset',
      hint: `Bring it back, or register it where it is now: affekt data add ${name} PATH`,
    });
  }
  const recordings: Recording[] = [];
  for (const [file, digest] of Object.entries(stored.manifest)) {
    const labelled = entry.parse(file);
    if (labelled === undefined || entry.knownBad[recordingName(labelled)] !== undefined) continue;
    recordings.push({ ...labelled, file, digest });
  }
  recordings.sort((a, b) => (a.id < b.id ? -1 : 1));
  const present = new Set(recordings.map(recordingName));
  const bad = Object.keys(entry.manifest ?? entry.knownBad).flatMap((file) => {
    const labelled = entry.parse(file);
    const name = labelled === undefined ? file : recordingName(labelled);
    const known = entry.knownBad[name];
    if (known !== undefined) return [{ file, reason: known }];
    return present.has(name) ? [] : [{ file, reason: 'missing' }];
  });
  const manifest = manifestDigest(entry, stored.manifest);
  const pinned = isPinned(entry, manifest);
  if (!pinned) context.lock(name, manifest);
  return toSource({
    folder: stored.path,
    info: {
      format: 'affekt.corpus/1',
      name: entry.name,
      title: entry.title,
      licence: entry.licence,
      citations: entry.citations,
      labels: entry.labels,
      bad,
      dropped: {},
      manifest,
      pinned,
      audio: entry.audio,
    },
    recordings,
    duplicates: true,
    refresh: `See what changed: affekt data verify ${name}. Accept it: affekt data add ${name} ${stored.path}`,
  });
}

/** The next step for who does not have a corpus. */
function howToGet({ name, obtain, remotes }: CorpusEntry): string {
  return remotes.length > 0
    ? `affekt data add ${name} downloads it; if you have it: affekt data add ${name} PATH`
    : `Get it from ${obtain}, then: affekt data add ${name} PATH`;
}

interface OwnFilesParams {
  readonly files: string;
  readonly table: string;
  readonly columns: OwnColumns;
  readonly labels: Readonly<Record<string, string | null>>;
  readonly name: string;
  readonly on_bad_file: 'error' | 'skip';
}

/** Finds own recordings and joins them with their table. */
export function locateOwnFiles(params: OwnFilesParams, context: SourceContext): Source {
  const table = resolve(context.folder, params.table);
  if (!context.glob(escapeGlob(table)).includes(table)) {
    throw new SourceError(`there is no file ${params.table}`, {
      param: 'table',
      hint: pathHint,
    });
  }
  const paths = context.glob(params.files).filter((path) => path !== table);
  if (paths.length === 0) {
    throw new SourceError(`no file matches ${params.files}`, {
      param: 'files',
      hint: folderHint(resolve(context.folder, params.files), params.files),
    });
  }
  const folder = resolve(context.folder, globBase(params.files));
  const files = paths.map((path) => toPosix(relative(folder, path)));
  const read = readOwnTable({
    text: readTable(table, basename(params.table)),
    name: basename(params.table),
    columns: params.columns,
    labels: params.labels,
    files,
    folder: toPosix(relative(folder, dirname(table))) || '.',
  });
  if (read.problems.length > 0) {
    const lines = read.problems.slice(0, 20).map((problem) => `\n  ${problem}`);
    const rest = read.problems.length - lines.length;
    throw new SourceError(
      `the table cannot be used:${lines.join('')}${rest > 0 ? `\n  and ${rest} more` : ''}`,
      { param: 'table', hint: 'Correct the table, or columns and labels beside it.' },
    );
  }
  if (read.bad.length > 0 && params.on_bad_file === 'error') {
    throw new SourceError(report('table and files do not agree', read.bad), {
      param: 'table',
      hint: 'Correct the table or the pattern in files, or set on_bad_file: skip to leave these out; the report lists them.',
    });
  }
  if (read.files.length === 0) {
    throw new SourceError('no recording is left', {
      param: 'table',
      hint: 'Every row was dropped by labels or names no file.',
    });
  }
  const recordings = read.files.map((file) => ({
    ...file,
    digest: context.hashFile(resolve(folder, file.file)),
  }));
  const info: CorpusInfo = {
    format: 'affekt.corpus/1',
    name: params.name,
    title: params.name,
    licence: 'not stated',
    citations: [],
    labels: [...new Set(recordings.map(({ emotion }) => emotion))].sort(),
    bad: read.bad,
    dropped: read.dropped,
    manifest: sha256(recordings.map(({ file, digest }) => `${digest}  ${file}\n`).join('')),
    pinned: true,
    audio: 'none',
  };
  return toSource({
    folder,
    info,
    recordings,
    duplicates: false,
    refresh: 'They were edited while the experiment started: run it again.',
  });
}

const pathHint =
  'Paths start at the folder of the spec file; on the command line, at the working directory.';

/** A folder alone is what people write first. */
function folderHint(path: string, written: string): string {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder
    ? `It is a folder: write ${written.replace(/\/+$/, '')}/**/*.wav for the recordings in it.`
    : `${pathHint} ** stands for any folders.`;
}

function readTable(path: string, name: string): string {
  const bytes = readFileSync(path);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const wide = bytes.length > 1 && (bytes[0] ?? 0) >= 0xfe && (bytes[1] ?? 0) >= 0xfe;
    throw new SourceError(`${name} is not UTF-8 text${wide ? ' (it is UTF-16)' : ''}`, {
      param: 'table',
      hint: 'Save it as "CSV UTF-8".',
    });
  }
}

/** The digest covers all that `collect` writes from; the folder stays out of it. */
function toSource(found: Collection): Source {
  const { folder, info, recordings } = found;
  const content = recordings.map(({ file: _, ...recording }) => recording);
  const digest: Digest = sha256(JSON.stringify([info, content]));
  return {
    name: 'corpus',
    digest,
    location: found as unknown as Json,
    files: recordings.map(({ file }) => resolve(folder, file)),
  };
}

/** The folders of a glob before its first wildcard. */
function globBase(pattern: string): string {
  const parts = toPosix(pattern).split('/');
  const wild = parts.findIndex((part) => /[*?[\]{}()!]/.test(part));
  return parts.slice(0, wild < 0 ? -1 : wild).join('/') || (pattern.startsWith('/') ? '/' : '.');
}

function escapeGlob(path: string): string {
  return path.replace(/[*?[\]{}()!]/g, '\\$&');
}

function toPosix(path: string): string {
  return path.replaceAll('\\', '/');
}
