import type { Remote } from '../corpora/remote.ts';

const dagshub = 'https://dagshub.com';
const huggingFace = 'https://huggingface.co';

/** The forms that an address may have, for help and errors. */
export const remoteForms = [
  'https://HOST/FILE.zip (.tar, .tar.gz)',
  'https://HOST/FOLDER/ (files as the original calls them)',
  'dagshub:OWNER/REPOSITORY[@BRANCH][/FOLDER]',
  'hf:OWNER/DATASET[@REVISION][/FOLDER]',
  'https://HOST/REMOTE.dvc#MD5.dir',
] as const;

/** Reads an address as a user types it; `undefined` when it is none of `remoteForms`. */
export function parseRemote(text: string): Remote | undefined {
  const short = /^(dagshub|hf):([\w.-]+\/[\w.-]+)(?:@([\w.-]+))?(?:\/(.+))?$/.exec(text);
  if (short !== null) {
    const [, kind, name = '', revision, path = ''] = short;
    return kind === 'hf'
      ? {
          kind: 'hugging-face',
          host: huggingFace,
          dataset: name,
          revision: revision ?? 'main',
          path: trim(path),
        }
      : {
          kind: 'dagshub',
          host: dagshub,
          repository: name,
          revision: revision ?? '',
          path: trim(path),
        };
  }
  if (!URL.canParse(text) || !/^https?:/.test(text)) return undefined;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return undefined;
  let path: string;
  try {
    path = decodeURIComponent(url.pathname);
  } catch {
    return undefined;
  }
  if (/^#[0-9a-f]{32}\.dir$/.test(url.hash)) {
    return { kind: 'dvc', url: `${url.origin}${url.pathname}`, directory: url.hash.slice(1) };
  }
  if (/\.(zip|tar|tar\.gz|tgz)$/i.test(path)) return { kind: 'archive', url: text };
  if (url.origin === dagshub) {
    const match = /^\/([^/]+\/[^/]+?)(?:\.git)?(?:\/src\/([^/]+)(?:\/(.*))?)?\/?$/.exec(path);
    if (match === null) return undefined;
    const [, repository = '', revision = '', folder = ''] = match;
    return { kind: 'dagshub', host: dagshub, repository, revision, path: trim(folder) };
  }
  if (url.origin === huggingFace) {
    const match = /^\/datasets\/([^/]+\/[^/]+)(?:\/tree\/([^/]+)(?:\/(.*))?)?\/?$/.exec(path);
    if (match === null) return undefined;
    const [, dataset = '', revision = 'main', folder = ''] = match;
    return { kind: 'hugging-face', host: huggingFace, dataset, revision, path: trim(folder) };
  }
  return path.endsWith('/') ? { kind: 'files', url: text } : undefined;
}

function trim(path: string): string {
  return path.replace(/^\/+|\/+$/g, '');
}
