import { createHash } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DownloadError } from './download-error.ts';
import type { RemoteFile } from './remote-file.ts';
import { request } from './request.ts';
import { retry } from './retry.ts';
import type { Tools } from './tools.ts';
import { trapIn } from './trap.ts';
import { shortUrl } from './url.ts';

/** Tells of bytes that arrived (or, below zero, were thrown away), and of a size once it is known. */
export interface Meter {
  add(bytes: number): void;
  size(bytes: number): void;
}

/**
 * Brings a file to `target`, whole and checked, or throws. What an earlier attempt or an earlier
 * process got is in `target`.part and is continued where the server can and has the same file still;
 * a finished file is left alone if its bytes are right. Only a checked file gets the name.
 */
export async function downloadFile(
  tools: Tools,
  file: RemoteFile,
  target: string,
  meter: Meter,
): Promise<void> {
  if (existsSync(target)) {
    const { size } = statSync(target);
    if ((await wrongIn(file, target, size)) === undefined) {
      meter.size(size);
      meter.add(size);
      return;
    }
    rmSync(target);
  }
  mkdirSync(dirname(target), { recursive: true });
  const part = `${target}.part`;
  meter.add(sizeOf(part));
  let damaged = 0;
  await retry(tools, async () => {
    const url = await transferAny(tools, file, part, meter);
    const { size } = statSync(part);
    const wrong = trapIn(part) ?? (await wrongIn(file, part, size));
    if (wrong === undefined) return;
    discard(part, meter);
    const trapped = !wrong.startsWith('it has');
    throw new DownloadError(
      trapped
        ? `${shortUrl(url)} gives ${wrong} instead of ${file.path}`
        : `${file.path} from ${shortUrl(url)} is not what it should be: ${wrong}`,
      {
        // Once it may have been the way; twice it is the source.
        again: !trapped && damaged++ === 0,
        hint: trapped
          ? tokenHint(file)
          : 'The source has changed, or something on the way changes files.',
      },
    );
  });
  renameSync(part, target);
  rmSync(`${part}.tag`, { force: true });
}

function tokenHint({ token }: RemoteFile): string {
  return token === undefined
    ? 'Open the address in a browser, download the file there, and give affekt its path.'
    : `It perhaps needs a token: set ${token.variable}.`;
}

/** Asks one address after the other while they say that there is no such file. */
async function transferAny(
  tools: Tools,
  file: RemoteFile,
  part: string,
  meter: Meter,
): Promise<string> {
  let missing: DownloadError | undefined;
  for (const url of file.urls) {
    try {
      await transfer(tools, file, url, part, meter);
      return url;
    } catch (error) {
      if (!(error instanceof DownloadError) || error.status !== 404) throw error;
      missing ??= error;
    }
  }
  throw missing ?? new DownloadError(`no address of ${file.path} is known`);
}

/** One transfer, to the end or until it breaks; what came stays in `part`. */
async function transfer(
  tools: Tools,
  file: RemoteFile,
  url: string,
  part: string,
  meter: Meter,
): Promise<void> {
  const have = sizeOf(part);
  const tag = have > 0 && existsSync(`${part}.tag`) ? readFileSync(`${part}.tag`, 'utf8') : '';
  // Without a checksum, only a tag tells that the rest is of the same file.
  const resumes = have > 0 && (tag !== '' || file.sha256 !== undefined || file.md5 !== undefined);
  let response: Response;
  try {
    response = await request(tools, url, {
      token: file.token,
      headers: resumes ? { range: `bytes=${have}-`, ...(tag !== '' && { 'if-range': tag }) } : {},
    });
  } catch (error) {
    if ((error as DownloadError).status !== 416) throw error;
    // Nothing is left to send (the check comes next), or the file is another one now.
    if (file.size === have) return;
    discard(part, meter);
    throw new DownloadError(`${shortUrl(url)} has less than before`, { again: true });
  }
  if (/^text\/html/i.test(response.headers.get('content-type') ?? '')) {
    await response.body?.cancel();
    throw new DownloadError(
      `${shortUrl(url)} gives a web page (a login or a confirmation) instead of ${file.path}`,
      { hint: tokenHint(file) },
    );
  }
  const from = response.status === 206 ? rangeStart(response) : 0;
  if (from !== 0 && from !== have) {
    await response.body?.cancel();
    discard(part, meter);
    throw new DownloadError(`${shortUrl(url)} sends another part than asked for`, { again: true });
  }
  if (from === 0 && have > 0) discard(part, meter);
  const length = response.headers.get('content-length');
  if (length !== null) meter.size(from + Number(length));
  const etag = response.headers.get('etag') ?? '';
  const validator =
    etag.startsWith('W/') || etag === '' ? response.headers.get('last-modified') : etag;
  writeFileSync(`${part}.tag`, validator ?? '');
  await append(response, part, from, file, meter);
}

/** No corpus comes in a larger file; a server that never ends must not fill the disk. */
const mostBytes = 64e9;

async function append(
  response: Response,
  part: string,
  from: number,
  { path, size = mostBytes }: RemoteFile,
  meter: Meter,
): Promise<void> {
  const handle = await open(part, from === 0 ? 'w' : 'a');
  let total = from;
  try {
    for await (const chunk of response.body ?? []) {
      total += (chunk as Uint8Array).length;
      if (total > size) throw new DownloadError(`${path} is longer than ${size} bytes`);
      await handle.write(chunk as Uint8Array);
      meter.add((chunk as Uint8Array).length);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function rangeStart(response: Response): number {
  const match = /^bytes (\d+)-/.exec(response.headers.get('content-range') ?? '');
  return match === null ? -1 : Number(match[1]);
}

function discard(part: string, meter: Meter): void {
  meter.add(-sizeOf(part));
  rmSync(part, { force: true });
  rmSync(`${part}.tag`, { force: true });
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** In what a file differs from what is known of it; `undefined` when in nothing. */
async function wrongIn(file: RemoteFile, path: string, size: number): Promise<string | undefined> {
  if (file.size !== undefined && size !== file.size)
    return `it has ${size} bytes, not ${file.size}`;
  for (const name of ['sha256', 'md5'] as const) {
    const wanted = file[name];
    if (wanted === undefined) continue;
    const found = await digestOf(path, name);
    if (found !== wanted)
      return `it has the ${name} ${found.slice(0, 12)}…, not ${wanted.slice(0, 12)}…`;
  }
  return undefined;
}

async function digestOf(path: string, algorithm: string): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
