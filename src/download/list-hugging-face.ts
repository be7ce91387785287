import type { Remote } from '../corpora/remote.ts';
import { isJsonObject } from '../util/json.ts';
import { DownloadError } from './download-error.ts';
import type { RemoteFile } from './remote-file.ts';
import { requestJson } from './request.ts';
import { retry } from './retry.ts';
import type { Token, Tools } from './tools.ts';
import { escapePath } from './url.ts';

/**
 * A folder of a Hugging Face data set, folders in it included, by the paged tree of its API. Large
 * files carry their SHA-256. A branch is pinned to its commit first.
 */
export async function listHuggingFace(
  tools: Tools,
  { host, dataset, revision: wanted, path: folder }: Extract<Remote, { kind: 'hugging-face' }>,
): Promise<{ readonly files: readonly RemoteFile[]; readonly revision: string }> {
  const token: Token = { variable: 'HF_TOKEN', origin: new URL(host).origin };
  const api = `${host}/api/datasets/${dataset}`;
  const ask = (url: string) => retry(tools, () => requestJson(tools, url, token));
  let revision = wanted;
  if (!/^[0-9a-f]{40}$/.test(wanted)) {
    const { value } = await ask(`${api}/revision/${encodeURIComponent(wanted)}`);
    if (isJsonObject(value) && typeof value['sha'] === 'string') revision = value['sha'];
  }

  const files: RemoteFile[] = [];
  let next: string | undefined = `${api}/tree/${revision}/${escapePath(folder)}?recursive=true`;
  while (next !== undefined) {
    const { value, headers }: { value: unknown; headers: Headers } = await ask(next);
    if (!Array.isArray(value)) {
      throw new DownloadError(`the list of ${dataset} is not as Hugging Face writes it`);
    }
    for (const entry of value as readonly unknown[]) {
      if (!isJsonObject(entry) || entry['type'] !== 'file') continue;
      const { path, size, lfs } = entry;
      if (typeof path !== 'string') continue;
      const sha256 = isJsonObject(lfs) ? lfs['oid'] : undefined;
      files.push({
        path: folder !== '' && path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : path,
        urls: [`${host}/datasets/${dataset}/resolve/${revision}/${escapePath(path)}`],
        ...(typeof size === 'number' && { size }),
        ...(typeof sha256 === 'string' && /^[0-9a-f]{64}$/.test(sha256) && { sha256 }),
        token,
      });
    }
    const link = /<([^>]+)>;\s*rel="next"/.exec(headers.get('link') ?? '')?.[1];
    next = link === undefined ? undefined : new URL(link, host).href;
  }
  return { files, revision };
}
