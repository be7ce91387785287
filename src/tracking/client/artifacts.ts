import { createWriteStream, renameSync, rmSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { type ArtifactRoute, checkArtifactPath, findRoute, proxyUrl } from './artifact-path.ts';
import { type Caller, type CallOptions, readAll, readTaken } from './caller.ts';
import { invalid } from './error.ts';
import { listOf, textOf } from './json.ts';
import { limits } from './limits.ts';
import { mediaType } from './media-type.ts';
import { collectPages } from './pages.ts';
import { readEntry } from './read.ts';
import { err, ok, type Result } from './result.ts';
import type { Body } from './transport.ts';
import type { ArtifactEntry } from './types.ts';

/** Where files lie: a run, or a logged model (its `artifactUri`). */
export interface ArtifactPlace {
  readonly artifactUri: string;
  /** The run's id; servers without an artifact proxy, and lists, need it. */
  readonly runId?: string;
}

/** Bytes in memory, text, or a file that is streamed. */
export type ArtifactSource = Uint8Array | string | { readonly file: string };

export interface Artifacts {
  /** Puts one file. The same again overwrites it, so a try whose answer got lost is repeated. */
  upload(
    place: ArtifactPlace,
    path: string,
    source: ArtifactSource,
    options?: CallOptions & { readonly contentType?: string },
  ): Promise<Result<{ readonly bytes: number }>>;
  /** What lies in one folder of a run; nothing where there is no such folder. */
  list(
    runId: string,
    folder?: string,
    options?: CallOptions,
  ): Promise<Result<readonly ArtifactEntry[]>>;
  /** Reads a file into memory, or writes it to `to`. */
  download(place: ArtifactPlace, path: string, options?: CallOptions): Promise<Result<Buffer>>;
  downloadTo(
    place: ArtifactPlace,
    path: string,
    to: string,
    options?: CallOptions,
  ): Promise<Result<{ readonly bytes: number }>>;
  /** A file or a folder with all it holds, where the server passes them on; gone is gone. */
  delete(place: ArtifactPlace, path: string, options?: CallOptions): Promise<Result<void>>;
}

/** The most that is read into memory. */
const mostDownload = 2 ** 30;

export function createArtifacts(caller: Caller): Artifacts {
  const route = (place: ArtifactPlace, path: string): Result<ArtifactRoute> => {
    const problem = checkArtifactPath(path);
    return problem === undefined ? findRoute(place.artifactUri, caller.url('')) : err(problem);
  };

  return {
    async upload(place, path, source, { contentType = mediaType(path), signal } = {}) {
      const found = route(place, path);
      if (!found.ok) return found;
      const body = await openSource(source);
      if (!body.ok) return body;
      const bytes = 'file' in body.value ? body.value.size : body.value.byteLength;
      const target = uploadTarget(found.value, place, path, bytes, caller);
      if (!target.ok) return target;
      const what = `artifact ${path}`;
      const sent = await caller.exchange(
        {
          ...target.value,
          what,
          headers: { 'content-type': contentType },
          body: body.value,
          transfer: true,
          signal,
        },
        (answer) => readTaken(what, answer),
      );
      return sent.ok ? ok({ bytes }) : sent;
    },

    async list(runId, folder, options) {
      const problem = folder === undefined ? undefined : checkArtifactPath(folder);
      if (problem !== undefined) return err(problem);
      return collectPages(undefined, async (pageToken) => {
        const answer = await caller.api(
          'GET',
          'artifacts/list',
          { run_id: runId, path: folder, page_token: pageToken },
          options,
        );
        if (!answer.ok) return answer;
        const items = listOf(answer.value['files']).map(readEntry);
        return ok({ items, next: textOf(answer.value['next_page_token']) });
      });
    },

    async download(place, path, { signal } = {}) {
      const url = downloadUrl(route(place, path), place, path, caller);
      if (!url.ok) return url;
      const what = `artifact ${path}`;
      const got = await caller.exchange(
        { method: 'GET', url: url.value, what, transfer: true, signal },
        async (answer) => ok(await readAll(answer, mostDownload)),
      );
      return got.ok ? ok(got.value.value) : got;
    },

    async downloadTo(place, path, to, { signal } = {}) {
      const url = downloadUrl(route(place, path), place, path, caller);
      if (!url.ok) return url;
      const got = await caller.exchange(
        { method: 'GET', url: url.value, what: `artifact ${path}`, transfer: true, signal },
        (answer) => writeTo(answer, to),
      );
      return got.ok ? ok(got.value.value) : got;
    },

    async delete(place, path, { signal } = {}) {
      const found = route(place, path);
      if (!found.ok) return found;
      const what = `artifact ${path}`;
      if (found.value.type !== 'proxy') return err(invalid('artifactUri', 'is not passed on'));
      const url = proxyUrl(found.value.server, found.value.root, path);
      const got = await caller.exchange({ method: 'DELETE', url, what, signal }, async (answer) =>
        ok(await readAll(answer, 2 ** 20)),
      );
      return got.ok ? ok(undefined) : got;
    },
  };
}

/** Under another name first: half a file must not look like a whole one. */
async function writeTo(
  answer: IncomingMessage,
  to: string,
): Promise<Result<{ readonly bytes: number }>> {
  const part = `${to}.part`;
  const file = createWriteStream(part);
  try {
    await pipeline(answer, file);
    renameSync(part, to);
    return ok({ bytes: file.bytesWritten });
  } catch (error) {
    // A file that is still being opened would come back after it was removed.
    if (!file.closed) {
      await new Promise<void>((closed) => file.on('error', () => undefined).once('close', closed));
    }
    rmSync(part, { force: true });
    const { code = 'error', path } = error as NodeJS.ErrnoException;
    // An error of the network has no path; one of this disk no second try.
    if (path === undefined && code !== 'ENOSPC' && code !== 'EDQUOT') throw error;
    return err(invalid('file', `${to}: ${code}`));
  }
}

async function openSource(source: ArtifactSource): Promise<Result<Body>> {
  if (typeof source === 'string') return ok(Buffer.from(source, 'utf8'));
  if (source instanceof Uint8Array) return ok(source);
  try {
    const { size } = await stat(source.file);
    return ok({ file: source.file, size });
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    return err(invalid('file', `${source.file}: ${code}`));
  }
}

function uploadTarget(
  route: ArtifactRoute,
  { runId }: ArtifactPlace,
  path: string,
  bytes: number,
  caller: Caller,
): Result<{ readonly method: 'PUT' | 'POST'; readonly url: URL }> {
  if (route.type === 'proxy') {
    return ok({ method: 'PUT', url: proxyUrl(route.server, route.root, path) });
  }
  if (runId === undefined || bytes > limits.uploadThroughPage) {
    return err({
      kind: 'unsupported',
      retry: 'never',
      message: `artifact ${path}: the server keeps artifacts at a ${route.scheme} address and passes no more than 10 MB on`,
      hint: 'Start it with --serve-artifacts and an --artifacts-destination (the default), in a new experiment.',
    });
  }
  const url = caller.url('ajax-api/2.0/mlflow/upload-artifact');
  url.searchParams.set('run_uuid', runId);
  url.searchParams.set('path', path);
  return ok({ method: 'POST', url });
}

function downloadUrl(
  route: Result<ArtifactRoute>,
  { runId }: ArtifactPlace,
  path: string,
  caller: Caller,
): Result<URL> {
  if (!route.ok) return route;
  if (route.value.type === 'proxy') {
    return ok(proxyUrl(route.value.server, route.value.root, path));
  }
  const url = caller.url('get-artifact');
  url.searchParams.set('run_id', runId ?? '');
  url.searchParams.set('path', path);
  return ok(url);
}
