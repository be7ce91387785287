import { createHash } from 'node:crypto';
import type { Remote } from '../corpora/remote.ts';
import { isJsonObject } from '../util/json.ts';
import { DownloadError } from './download-error.ts';
import { listDagshub } from './list-dagshub.ts';
import { listHuggingFace } from './list-hugging-face.ts';
import type { RemoteFile } from './remote-file.ts';
import { request } from './request.ts';
import { retry } from './retry.ts';
import type { Token, Tools } from './tools.ts';
import { joinUrl } from './url.ts';

/** The files of a source, and what pins them where the source can be pinned. */
export interface Listing {
  readonly files: readonly RemoteFile[];
  /** The commit or the directory that was listed; null for a plain address. */
  readonly revision: string | null;
}

/** @param manifest path to SHA-256, for sources that cannot be asked what they hold */
export async function listRemote(
  tools: Tools,
  remote: Remote,
  manifest: Readonly<Record<string, string>> | null,
): Promise<Listing> {
  switch (remote.kind) {
    case 'archive': {
      const { pathname } = new URL(remote.url);
      const path = decoded(pathname.slice(pathname.lastIndexOf('/') + 1)) || 'archive';
      return { files: [{ path, urls: [remote.url] }], revision: null };
    }
    case 'files':
      if (manifest === null) {
        throw new DownloadError('which files lie there is not known for this corpus', {
          hint: 'Download them yourself and give affekt the folder.',
        });
      }
      return {
        files: Object.entries(manifest).map(([path, sha256]) => ({
          path,
          sha256,
          urls: [joinUrl(remote.url, path)],
        })),
        revision: null,
      };
    case 'dagshub':
      return listDagshub(tools, remote);
    case 'dvc':
      return listDvc(tools, remote);
    case 'hugging-face':
      return listHuggingFace(tools, remote);
  }
}

/**
 * A directory of a DVC remote: its object is a JSON list of md5 and relative path. Objects lie at
 * `files/md5/ab/cdef…` since DVC 3 and at `ab/cdef…` before; files are asked for first where the
 * directory was found.
 */
async function listDvc(
  tools: Tools,
  { url, directory }: Extract<Remote, { kind: 'dvc' }>,
): Promise<Listing> {
  const layouts = ['files/md5/', ''].map(
    (layout) => (md5: string) =>
      `${url.replace(/\/+$/, '')}/${layout}${md5.slice(0, 2)}/${md5.slice(2)}`,
  );
  // A remote may be anybody's: the token is DagsHub's alone.
  const token: Token = { variable: 'DAGSHUB_TOKEN', origin: 'https://dagshub.com' };
  for (const [index, place] of layouts.entries()) {
    let text: string;
    try {
      text = await retry(tools, async () => {
        const response = await request(tools, place(directory), { token });
        return response.text();
      });
    } catch (error) {
      const last = index === layouts.length - 1;
      if (last || !(error instanceof DownloadError) || error.status !== 404) throw error;
      continue;
    }
    const order = index === 0 ? layouts : [...layouts].reverse();
    const files = parseDirectory(text, directory).map(({ md5, relpath }) => ({
      path: relpath,
      md5,
      token,
      urls: order.map((at) => at(md5)),
    }));
    return { files, revision: directory };
  }
  throw new Error('there are layouts');
}

function parseDirectory(
  text: string,
  directory: string,
): readonly { readonly md5: string; readonly relpath: string }[] {
  const found = createHash('md5').update(text).digest('hex');
  if (`${found}.dir` !== directory) {
    throw new DownloadError(`the directory ${directory} of the DVC remote is damaged`, {
      hint: 'It perhaps needs a token (DAGSHUB_TOKEN), or the remote is broken.',
    });
  }
  return (JSON.parse(text) as readonly unknown[]).flatMap((entry) => {
    if (!isJsonObject(entry)) return [];
    const { md5, relpath } = entry;
    return typeof md5 === 'string' && typeof relpath === 'string' ? [{ md5, relpath }] : [];
  });
}

/** A part of an address as text; as it stands where it is not well-formed. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
