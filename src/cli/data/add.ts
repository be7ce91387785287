import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { CorpusEntry } from '../../corpora/entry.ts';
import { corpora } from '../../corpora/index.ts';
import { recordingAt } from '../../corpora/recording.ts';
import { describeRegistration, planRegistration } from '../../corpora/register.ts';
import { DownloadError } from '../../download/download-error.ts';
import { parseRemote, remoteForms } from '../../download/parse-remote.ts';
import { unpack } from '../../download/unpack.ts';
import { hashFile } from '../../engine/cache/hash-file.ts';
import { type DataStore, listFiles, openDataStore } from '../../engine/data-store.ts';
import type { Digest } from '../../engine/digest.ts';
import { nearest } from '../../util/suggest.ts';
import { UsageError } from '../command.ts';
import { exitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { createStyle } from '../style.ts';
import { download } from './download.ts';
import { guard } from './guard.ts';

interface AddOptions {
  /** `data.path`. */
  readonly store: string;
  readonly name: string;
  /** A folder, an archive or an address, as typed; undefined: from where the table says. */
  readonly place: string | undefined;
  readonly copy: boolean;
  readonly unpinned: boolean;
}

/** Where recordings lie, and whether in the data store's own folder. */
interface Place {
  readonly folder: string;
  readonly how: string;
  readonly copied: boolean;
}

/**
 * Registers what a folder, an archive or a source holds under a corpus's name: a folder in place
 * (unless `copy`), the others unpacked or downloaded into the data store.
 */
export async function addCorpus(options: AddOptions, io: Io): Promise<number> {
  const { store, name, copy, unpinned } = options;
  const entry = entryOf(name);
  return guard(async () => {
    const data = openDataStore(store);
    const place = await bring(entry, data, options, io);
    if (typeof place === 'number') return place;
    const { folder } = place;
    const files: Record<string, Digest> = {};
    for (const file of listFiles(folder)) files[file] = hashFile(join(folder, file));
    const registration = planRegistration(entry, files);
    const { verdict, manifest } = registration;
    const lines = describeRegistration(entry, registration);
    const accepted =
      verdict === 'pinned' || verdict === 'unchecked' || (verdict === 'unpinned' && unpinned);
    if (!accepted) {
      io.err.write(`${createStyle(io.err.colour).red('not added')}: ${lines.join('\n  ')}\n`);
      return exitCode.usage;
    }
    const copies = copy && !place.copied;
    const kept = copies ? data.copy(name, folder, Object.keys(manifest)) : folder;
    data.add({
      name,
      path: kept,
      manifest,
      pinned: verdict === 'pinned',
      unpinned_ok: unpinned,
      added: new Date().toISOString(),
    });
    // What was there before goes only when the new one stands.
    if (place.copied) {
      const own = data.folder(name);
      for (const other of readdirSync(own)) {
        if (join(own, other) !== folder) rmSync(join(own, other), { recursive: true });
      }
    }
    const told = lines.filter((line) => !line.includes('--unpinned'));
    io.out.write(`${name}: ${told.join('\n  ')}\n  ${copies ? 'copied to' : place.how} ${kept}\n`);
    return exitCode.ok;
  });
}

function entryOf(name: string): CorpusEntry {
  const entry = Object.hasOwn(corpora, name) ? corpora[name] : undefined;
  if (entry !== undefined) return entry;
  const near = nearest(name, Object.keys(corpora));
  throw new UsageError(
    `unknown corpus "${name}"${near === undefined ? '' : `; did you mean ${near}?`}`,
    `Known: ${Object.keys(corpora).join(', ')}. An own corpus needs no registration: affekt data init FOLDER writes what fetch needs.`,
  );
}

async function bring(
  entry: CorpusEntry,
  data: DataStore,
  { name, place, unpinned }: AddOptions,
  io: Io,
): Promise<Place | number> {
  const store = data.folder(name);
  const remote = place === undefined ? undefined : parseRemote(place);
  if (place === undefined || remote !== undefined) {
    if (remote === undefined && entry.remotes.length === 0) {
      throw new UsageError(
        `${entry.title} cannot be downloaded by a program`,
        `Get it from ${entry.obtain}, then: affekt data add ${name} PATH`,
      );
    }
    const remotes = remote === undefined ? entry.remotes : [remote];
    mkdirSync(store, { recursive: true });
    const got = await download({ entry, remotes, store, unpinned }, io);
    if (typeof got === 'number') return got;
    return { folder: got.folder, how: `downloaded from ${got.from} to`, copied: true };
  }
  if (URL.canParse(place) && /^https?:\/\/[^/]*@/.test(place)) {
    throw new UsageError(
      'an address with a name and password in it is not taken',
      'They would be written down with it. Download the file yourself, and give affekt the path.',
    );
  }
  if (/^[a-z][a-z+.-]+:/i.test(place)) {
    throw new UsageError(
      `${place} is no address that corpora come from`,
      `Forms: ${remoteForms.join(' | ')}`,
    );
  }
  const path = resolve(io.cwd, place);
  if (!existsSync(path)) {
    throw new UsageError(
      `no such folder or archive: ${place}`,
      'Give the folder or the archive (zip, tar, tar.gz) that holds the recordings.',
    );
  }
  if (statSync(path).isDirectory()) {
    return { folder: path, how: 'registered in place:', copied: false };
  }
  return { folder: await unpackArchive(entry, path, store), how: 'unpacked to', copied: true };
}

async function unpackArchive(entry: CorpusEntry, path: string, store: string): Promise<string> {
  const folder = join(store, hashFile(path).slice(0, 12));
  mkdirSync(folder, { recursive: true });
  const wants = (file: string): boolean => {
    const name = recordingAt(entry, file);
    return name !== undefined && entry.knownBad[name] === undefined;
  };
  const { signal } = new AbortController();
  try {
    if ((await unpack(path, folder, { wants, signal })) > 0) return folder;
  } catch (error) {
    if (error instanceof DownloadError) throw new UsageError(error.message, error.hint);
    throw error;
  }
  throw new UsageError(
    `${basename(path)} holds no recording of ${entry.title}`,
    'Is it another corpus, or another form of it?',
  );
}
