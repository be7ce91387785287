import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type ClientOptions,
  createClient,
  type MlflowClient,
  parseAddress,
  type Timing,
} from '../../../src/tracking/client/index.ts';
import { createStore, type Store } from './store.ts';

/** What the server does to one request instead of, or beside, carrying it out. */
export type Fault =
  /** Answers this and stores nothing. */
  | {
      readonly status: number;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The connection is gone: before the request was looked at, after it was stored, within the answer. */
  | { readonly cut: 'before' | 'after' | 'within' }
  /** Stores it and says nothing, until the client goes away. */
  | { readonly hang: true }
  /** 200, an empty object, nothing stored. */
  | { readonly forget: true };

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/**
 * A server on this machine that answers as MLflow servers were seen to answer, at their worst where it
 * is told to. It stores what it gets, so that a test can ask what arrived, and how often.
 */
export interface Rig {
  readonly url: string;
  readonly store: Store;
  readonly seen: Seen[];
  /** Used up one request at a time, by the end of the path: `runs/create`. */
  readonly faults: { readonly path: string; readonly fault: Fault }[];
  /** Holds answers until so many requests are open; `most` were. */
  hold(count: number): void;
  readonly most: () => number;
  fail(path: string, ...faults: readonly Fault[]): void;
  /** A client whose waits take no time and are written down. */
  client(options?: Partial<ClientOptions>): MlflowClient;
  readonly waits: number[];
  [Symbol.asyncDispose](): Promise<void>;
}

export async function createRig({ mlflow2 = false } = {}): Promise<Rig> {
  const store = createStore({ mlflow2 });
  const seen: Seen[] = [];
  const faults: Rig['faults'] = [];
  const waits: number[] = [];
  const clients: MlflowClient[] = [];
  let [open, most, held] = [0, 0, 0];
  let waiting: (() => void)[] = [];

  const server = createServer((request, response) => {
    open++;
    most = Math.max(most, open);
    response.on('close', () => open--);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('error', () => undefined);
    request.on('end', () => {
      const url = new URL(request.url ?? '/', 'http://rig');
      const one: Seen = {
        method: request.method ?? '',
        path: url.pathname,
        query: url.searchParams,
        headers: request.headers,
        body: Buffer.concat(chunks),
      };
      seen.push(one);
      const at = faults.findIndex(({ path }) => one.path.endsWith(path));
      const [found] = at < 0 ? [] : faults.splice(at, 1);
      const go = () => answer(one, response, store, found?.fault);
      if (held === 0) return go();
      waiting.push(go);
      if (waiting.length < held) return;
      for (const next of waiting) next();
      [waiting, held] = [[], 0];
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const timing: Timing = {
    now: () => Date.parse('2026-01-01T00:00:00Z'),
    random: () => 0.5,
    async sleep(milliseconds) {
      waits.push(milliseconds);
    },
  };
  return {
    url,
    store,
    seen,
    faults,
    waits,
    most: () => most,
    hold(count) {
      held = count;
    },
    fail: (path, ...some) => faults.push(...some.map((fault) => ({ path, fault }))),
    client(options = {}) {
      const address = parseAddress(url);
      if (!address.ok) throw new Error(address.error.message);
      const client = createClient({ address: address.value, tls: {}, timing, ...options });
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.close();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function answer(
  request: Seen,
  response: ServerResponse,
  store: Store,
  fault: Fault | undefined,
): void {
  const end = (status: number, body: string | Buffer, headers: object = {}) => {
    const type = String(body).startsWith('<') ? 'text/html' : 'application/json';
    response
      .writeHead(status, {
        'content-type': type,
        'content-length': Buffer.byteLength(body),
        ...headers,
      })
      .end(body);
  };
  if (fault !== undefined && 'status' in fault) {
    end(fault.status, fault.body ?? '', fault.headers);
    return;
  }
  if (fault !== undefined && 'forget' in fault) {
    end(200, '{}');
    return;
  }
  if (fault !== undefined && 'cut' in fault && fault.cut === 'before') {
    response.destroy();
    return;
  }
  const { status, body } = store.handle(request);
  if (fault === undefined) {
    end(status, body);
    return;
  }
  if ('cut' in fault && fault.cut === 'within') {
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': 10_000 });
    // Half of the answer is with the client before the connection goes.
    response.write(body.subarray(0, Math.ceil(body.length / 2)), () => response.destroy());
    return;
  }
  if ('cut' in fault) response.destroy();
}
