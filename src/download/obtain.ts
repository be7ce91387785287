import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { CorpusEntry } from '../corpora/entry.ts';
import { recordingAt } from '../corpora/recording.ts';
import type { Remote } from '../corpora/remote.ts';
import { downloadAll } from './download-all.ts';
import { DownloadError } from './download-error.ts';
import { listRemote } from './list-remote.ts';
import type { RemoteFile } from './remote-file.ts';
import { enterRevision } from './same-revision.ts';
import type { Tools } from './tools.ts';
import { unpack } from './unpack.ts';

export interface Obtained {
  /** Holds the recordings, in whatever layout the source has. */
  readonly folder: string;
  readonly remote: Remote;
  readonly revision: string | null;
}

export interface ObtainOptions {
  readonly remotes: readonly Remote[];
  /** A folder for this corpus alone. */
  readonly store: string;
  /** Takes bytes other than the original's. */
  readonly unpinned: boolean;
}

/**
 * Downloads a corpus below `store`: sources are tried in order until one gives recordings. Each has
 * a folder of its own, so that a source that broke off is continued the next time, and two
 * never mix. Throws `DownloadError` with what every source said.
 */
export async function obtain(
  tools: Tools,
  entry: CorpusEntry,
  { remotes, store, unpinned }: ObtainOptions,
): Promise<Obtained> {
  const failures: DownloadError[] = [];
  for (const remote of remotes) {
    const folder = join(store, folderName(remote));
    tools.say(`from ${describeRemote(remote)}`);
    try {
      const revision = await obtainFrom(tools, entry, remote, { folder, unpinned });
      return { folder, remote, revision };
    } catch (error) {
      tools.signal.throwIfAborted();
      if (!(error instanceof DownloadError)) throw error;
      failures.push(error);
      if (remotes.length > 1)
        tools.say(`  ${error.message}${error.hint === undefined ? '' : `. ${error.hint}`}`);
    }
  }
  const [only] = failures;
  if (only !== undefined && failures.length === 1) throw only;
  const hints = [...new Set(failures.flatMap(({ hint }) => hint ?? []))];
  throw new DownloadError(`no source of ${entry.title} works`, {
    hint: `${hints.join(' ')} By hand: get it from ${entry.obtain}, then: affekt data add ${entry.name} PATH`.trim(),
  });
}

async function obtainFrom(
  tools: Tools,
  entry: CorpusEntry,
  remote: Remote,
  { folder, unpinned }: { readonly folder: string; readonly unpinned: boolean },
): Promise<string | null> {
  const { files, revision } = await listRemote(tools, remote, entry.manifest);
  const wants = (path: string): boolean => {
    const name = recordingAt(entry, path);
    return name !== undefined && entry.knownBad[name] === undefined;
  };
  mkdirSync(folder, { recursive: true });
  const recordings = remote.kind === 'archive' ? [] : files.filter(({ path }) => wants(path));
  if (recordings.length > 0) {
    enterRevision(folder, recordings, revision, wants);
    await downloadAll(tools, unpinned ? recordings : pinned(recordings, entry), folder);
    return revision;
  }
  const archives =
    remote.kind === 'archive'
      ? files
      : files.filter(({ path }) => /\.(zip|tar|tgz|tar\.gz)$/i.test(path));
  if (archives.length === 0) {
    throw new DownloadError(`${describeRemote(remote)} holds no recording of ${entry.title}`, {
      hint: `It holds ${
        files
          .slice(0, 3)
          .map(({ path }) => path)
          .join(', ') || 'nothing'
      }: give the folder with the recordings.`,
    });
  }
  // A hidden folder: what lies in it is no part of the corpus.
  const work = join(folder, '.archives');
  await downloadAll(tools, archives, work);
  let written = 0;
  for (const { path } of archives) {
    tools.say(`unpacking ${path}`);
    written += await unpack(join(work, path), folder, { wants, signal: tools.signal });
  }
  if (written === 0) {
    throw new DownloadError(`${describeRemote(remote)} holds no recording of ${entry.title}`, {
      hint: 'Is it another corpus, or another form of it?',
    });
  }
  rmSync(work, { recursive: true });
  return revision;
}

/** Files with what the original's manifest knows of them, where the source itself knows nothing. */
function pinned(files: readonly RemoteFile[], entry: CorpusEntry): readonly RemoteFile[] {
  const known = new Map(
    Object.entries(entry.manifest ?? {}).map(([path, sha256]) => [
      recordingAt(entry, path),
      sha256,
    ]),
  );
  return files.map((file) => {
    const sha256 = known.get(recordingAt(entry, file.path));
    return sha256 === undefined || file.sha256 !== undefined ? file : { ...file, sha256 };
  });
}

/** A source in a few words. */
export function describeRemote(remote: Remote): string {
  switch (remote.kind) {
    case 'archive':
    case 'files':
      return remote.url.split('?')[0] ?? remote.url;
    case 'dagshub':
      return `DagsHub, ${[remote.repository, remote.path].filter(Boolean).join('/')} (${remote.revision})`;
    case 'dvc':
      return `the DVC remote ${remote.url}`;
    case 'hugging-face':
      return `Hugging Face, ${[remote.dataset, remote.path].filter(Boolean).join('/')} (${remote.revision})`;
  }
}

function folderName(remote: Remote): string {
  return createHash('sha256').update(JSON.stringify(remote)).digest('hex').slice(0, 12);
}
