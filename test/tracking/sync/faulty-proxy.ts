import { createServer, type IncomingMessage, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What happens to one request on its way. */
export type Fault =
  | 'pass'
  /** The connection is gone before the server saw the request, after it stored it, or within the answer. */
  | 'cut before'
  | 'cut after'
  | 'half answer'
  /** 200 and an empty object; the server never sees it. */
  | 'forget'
  /** Stored, and nothing is ever answered. */
  | 'hang'
  /** The server gets it twice. */
  | 'twice'
  /** Stored, and the proxy says that it took too long. */
  | 'late 504'
  | { readonly status: number; readonly body: string; readonly headers?: Record<string, string> };

export interface Passing {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly body: string;
  /** Requests before this one. */
  readonly count: number;
  /** How often this very request came before. */
  readonly before: number;
}

/** A proxy on this machine that does to requests what it is told to. */
export interface FaultyProxy {
  readonly url: string;
  readonly requests: () => number;
  /** Replaced at any time. */
  fault: (request: Passing) => Fault;
  [Symbol.asyncDispose](): Promise<void>;
}

export async function createFaultyProxy(target: string): Promise<FaultyProxy> {
  let count = 0;
  const known = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const body = await collect(request);
    const { method = '', url: path = '' } = request;
    const same = `${method} ${path} ${body.toString('latin1')}`;
    const before = known.get(same) ?? 0;
    known.set(same, before + 1);
    const fault = proxy.fault({
      method,
      path,
      body: body.toString('utf8'),
      count: count++,
      before,
    });
    if (fault === 'cut before') return void response.destroy();
    if (fault === 'forget') return void response.writeHead(200).end('{}');
    if (typeof fault === 'object') {
      return void response.writeHead(fault.status, fault.headers).end(fault.body);
    }
    try {
      const answer = await forward(target, request, body);
      if (fault === 'twice') await forward(target, request, body);
      if (fault === 'hang') return;
      if (fault === 'cut after') return void response.destroy();
      if (fault === 'late 504') return void response.writeHead(504).end('upstream timed out');
      const type = answer.headers['content-type'] ?? 'application/json';
      const length = fault === 'half answer' ? answer.body.length + 1000 : answer.body.length;
      response.writeHead(answer.status, { 'content-type': type, 'content-length': length });
      if (fault !== 'half answer') return void response.end(answer.body);
      const half = answer.body.subarray(0, Math.ceil(answer.body.length / 2));
      response.write(half, () => response.destroy());
    } catch {
      // The server is away.
      response.destroy();
    }
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const proxy: FaultyProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => count,
    fault: () => 'pass',
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
  return proxy;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

function forward(target: string, request: IncomingMessage, body: Buffer): Promise<Answer> {
  const { host: _, connection: __, ...headers } = request.headers;
  return new Promise((done, fail) => {
    const forwarded = send(
      new URL(request.url ?? '/', target),
      { method: request.method, headers, agent: false },
      (answer) => {
        collect(answer).then(
          (bytes) => done({ status: answer.statusCode ?? 0, headers: answer.headers, body: bytes }),
          fail,
        );
      },
    );
    forwarded.on('error', fail);
    forwarded.end(body);
  });
}

async function collect(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
