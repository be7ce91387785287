import type { Remote } from '../corpora/remote.ts';
import { isJsonObject, type JsonObject } from '../util/json.ts';
import { DownloadError } from './download-error.ts';
import type { RemoteFile } from './remote-file.ts';
import { requestJson } from './request.ts';
import { retry } from './retry.ts';
import type { Token, Tools } from './tools.ts';
import { escapePath } from './url.ts';

/**
 * A folder of a DagsHub repository by its content API, folders in it included; Git's and DVC's files
 * alike. A branch is pinned to its commit first, so that all files are of one state.
 */
export async function listDagshub(
  tools: Tools,
  remote: Extract<Remote, { kind: 'dagshub' }>,
): Promise<{ readonly files: readonly RemoteFile[]; readonly revision: string }> {
  const token: Token = { variable: 'DAGSHUB_TOKEN', origin: new URL(remote.host).origin };
  const api = `${remote.host}/api/v1/repos/${remote.repository}`;
  const ask = (url: string) =>
    retry(tools, async () => (await requestJson(tools, url, token)).value);
  const revision = await pin(ask, api, remote.revision);

  const files: RemoteFile[] = [];
  const folders = [remote.path];
  for (let path = folders.shift(); path !== undefined; path = folders.shift()) {
    const content = await ask(`${api}/content/${revision}/${escapePath(path)}?include_size=true`);
    for (const entry of Array.isArray(content) ? (content as unknown[]) : [content]) {
      if (!isJsonObject(entry) || typeof entry['path'] !== 'string') {
        throw new DownloadError(`the list of ${remote.repository} is not as DagsHub writes it`);
      }
      if (entry['type'] === 'dir') folders.push(entry['path']);
      else files.push(fileOf(entry, entry['path']));
    }
  }
  return { files, revision };

  function fileOf(entry: JsonObject, path: string): RemoteFile {
    const { size, hash, versioning, download_url: url } = entry;
    const byDvc = versioning === 'dvc' && typeof hash === 'string' && /^[0-9a-f]{32}$/.test(hash);
    return {
      path:
        remote.path !== '' && path.startsWith(`${remote.path}/`)
          ? path.slice(remote.path.length + 1)
          : path,
      urls: [
        typeof url === 'string' && url !== ''
          ? new URL(url, remote.host).href
          : `${api}/raw/${revision}/${escapePath(path)}`,
      ],
      ...(typeof size === 'number' && size > 0 && { size }),
      ...(byDvc && { md5: hash }),
      token,
    };
  }
}

/** The commit that a branch (by default the repository's own) points to; a commit is one already. */
async function pin(
  ask: (url: string) => Promise<unknown>,
  api: string,
  wanted: string,
): Promise<string> {
  if (/^[0-9a-f]{40}$/.test(wanted)) return wanted;
  let branch = wanted;
  if (branch === '') {
    const info = await ask(api);
    const standard = isJsonObject(info) ? info['default_branch'] : undefined;
    branch = typeof standard === 'string' ? standard : 'main';
  }
  const answer = await ask(`${api}/branches/${encodeURIComponent(branch)}`);
  const commit = isJsonObject(answer) ? answer['commit'] : undefined;
  const id = isJsonObject(commit) ? commit['id'] : undefined;
  return typeof id === 'string' && /^[0-9a-f]{40}$/.test(id) ? id : branch;
}
