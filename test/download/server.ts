import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a server does to one request instead of what it should. */
export type Fault =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** Sends this many bytes of the body; when the client has `received` them, the connection is gone. */
  | { readonly cut: number }
  /** A byte differs. */
  | { readonly wrong: true }
  /** Another file has taken the place of this one. */
  | { readonly becomes: Buffer }
  | { readonly html: string; readonly type?: string };

export interface Resource {
  body: Buffer;
  readonly type?: string;
  /** Without it the server knows no ranges and no tags, as some do. */
  readonly ranges?: boolean;
  /** Asks for this bearer token, with this status for those without. */
  readonly token?: string;
  readonly refusal?: number;
  readonly redirect?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Used up one request at a time. */
  readonly faults?: Fault[];
}

export interface Seen {
  readonly path: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
  readonly host: string | undefined;
}

/** An HTTP server in this process that behaves as real ones do, at their worst where it is told to. */
export interface Server {
  readonly url: string;
  /** The same server under another name: another origin. */
  readonly elsewhere: string;
  readonly resources: Map<string, Resource>;
  readonly seen: Seen[];
  /** Most requests that were open at once. */
  readonly most: () => number;
  /** Tells the server that the client has so many bytes more, so that it cuts at a known place. */
  received(bytes: number): void;
  /** Holds answers until so many requests are open. */
  hold(count: number): void;
  put(path: string, body: string | Buffer, more?: Partial<Resource>): void;
  json(path: string, value: unknown, more?: Partial<Resource>): void;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function createDownloadServer(): Promise<Server> {
  const resources = new Map<string, Resource>();
  const seen: Seen[] = [];
  let [open, most, held] = [0, 0, 0];
  let waiting: (() => void)[] = [];
  let cut: Cut | undefined;

  const server = createServer((request, response) => {
    open++;
    most = Math.max(most, open);
    response.on('close', () => open--);
    const url = request.url ?? '/';
    const { range, authorization, host } = request.headers;
    seen.push({ path: url, range, authorization, host });
    const resource = resources.get(url) ?? resources.get(url.split('?')[0] ?? '');
    const go = () =>
      answer(resource, request, response, (left) => {
        cut = { left, response };
      });
    if (held === 0) return go();
    waiting.push(go);
    if (waiting.length < held) return;
    for (const next of waiting) next();
    [waiting, held] = [[], 0];
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const put: Server['put'] = (path, body, more = {}) => {
    resources.set(path, { body: Buffer.from(body as string), ranges: true, ...more });
  };
  return {
    url: `http://127.0.0.1:${port}`,
    elsewhere: `http://localhost:${port}`,
    resources,
    seen,
    most: () => most,
    received(bytes) {
      if (cut === undefined) return;
      cut.left -= bytes;
      if (cut.left > 0) return;
      cut.response.destroy();
      cut = undefined;
    },
    hold(count) {
      held = count;
    },
    put,
    json: (path, value, more) =>
      put(path, JSON.stringify(value), { type: 'application/json', ...more }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

interface Cut {
  left: number;
  readonly response: ServerResponse;
}

function answer(
  resource: Resource | undefined,
  request: IncomingMessage,
  response: ServerResponse,
  cutAfter: (bytes: number) => void,
): void {
  const end = (status: number, headers: Readonly<Record<string, string>>, body: string | Buffer) =>
    response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers }).end(body);
  if (resource === undefined) {
    end(404, { 'content-type': 'text/html' }, '<!DOCTYPE html><title>Not found</title>');
    return;
  }
  if (resource.redirect !== undefined) {
    end(302, { location: resource.redirect }, '');
    return;
  }
  if (
    resource.token !== undefined &&
    request.headers.authorization !== `Bearer ${resource.token}`
  ) {
    end(resource.refusal ?? 401, { 'content-type': 'application/json' }, '{"message":"no"}');
    return;
  }
  const fault = resource.faults?.shift();
  if (fault !== undefined && 'status' in fault) {
    end(fault.status, { 'content-type': 'text/plain', ...fault.headers }, 'not now');
    return;
  }
  if (fault !== undefined && 'html' in fault) {
    end(200, { 'content-type': fault.type ?? 'text/html; charset=utf-8' }, fault.html);
    return;
  }
  if (fault !== undefined && 'becomes' in fault) resource.body = fault.becomes;
  const tag = `"${createHash('md5').update(resource.body).digest('hex')}"`;
  const ifRange = request.headers['if-range'];
  const wanted = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1];
  const part =
    resource.ranges === true && wanted !== undefined && (ifRange === undefined || ifRange === tag);
  const from = part ? Number(wanted) : 0;
  const headers = {
    'content-type': resource.type ?? 'audio/wav',
    ...(resource.ranges === true && { etag: tag, 'accept-ranges': 'bytes' }),
    ...resource.headers,
  };
  if (part && from >= resource.body.length) {
    end(416, { 'content-range': `bytes */${resource.body.length}` }, '');
    return;
  }
  const body = Buffer.from(resource.body.subarray(from));
  if (fault !== undefined && 'wrong' in fault) body[0] = (body[0] ?? 0) ^ 1;
  const { length } = resource.body;
  response.writeHead(part ? 206 : 200, {
    ...headers,
    'content-length': body.length,
    ...(part && { 'content-range': `bytes ${from}-${length - 1}/${length}` }),
  });
  if (fault === undefined || !('cut' in fault)) {
    response.end(body);
    return;
  }
  cutAfter(fault.cut);
  response.write(body.subarray(0, fault.cut));
}
