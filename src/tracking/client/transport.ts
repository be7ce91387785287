import { createReadStream } from 'node:fs';
import * as http from 'node:http';
import { Agent as HttpAgent, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import * as https from 'node:https';
import { Agent as HttpsAgent } from 'node:https';
import { type Readable, Readable as ReadableStream } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { err, ok, type Result } from './result.ts';

/** Bytes to send: in memory, or a file of a known size that is streamed. */
export type Body = Uint8Array | { readonly file: string; readonly size: number };

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Body;
  /** Milliseconds: for the whole exchange, or without `transfer`'s progress. */
  readonly timeout: number;
  /** Bytes are many: time runs out only while none move. */
  readonly transfer?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface HttpAnswer<T> {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: T;
}

/** No whole answer. `sent`: the server may have seen the request. */
export interface NetworkFailure {
  readonly reason: 'network' | 'timeout' | 'aborted' | 'file';
  readonly code: string;
  readonly message: string;
  readonly sent: boolean;
}

export interface TlsSettings {
  readonly rejectUnauthorized?: boolean;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** One exchange; `read` takes the answer's body and decides what becomes of it. */
export interface Transport {
  send<T>(
    request: HttpRequest,
    read: (answer: IncomingMessage) => Promise<T>,
  ): Promise<Result<HttpAnswer<T>, NetworkFailure>>;
  close(): void;
}

/**
 * HTTP over Node's own agents and not `fetch`: only they take a certificate authority or a client
 * certificate without a further package, and send a file with its length instead of in chunks.
 */
export function createTransport(tls: TlsSettings): Transport {
  // MLflow's servers close a connection after 5 idle seconds; ours goes first.
  const options = { keepAlive: true, timeout: 4000, ...environmentProxy() };
  const agents = { http: new HttpAgent(options), https: new HttpsAgent({ ...options, ...tls }) };
  return {
    send: (request, read) => exchange(request, read, agents),
    close() {
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

/** Node 24 and 22.21 know proxies by the usual variables when NODE_USE_ENV_PROXY asks for it. */
function environmentProxy(): object {
  return process.env['NODE_USE_ENV_PROXY'] === '1' ? { proxyEnv: process.env } : {};
}

async function exchange<T>(
  { method, url, headers, body, timeout, transfer = false, signal }: HttpRequest,
  read: (answer: IncomingMessage) => Promise<T>,
  agents: { readonly http: HttpAgent; readonly https: HttpsAgent },
): Promise<Result<HttpAnswer<T>, NetworkFailure>> {
  if (signal?.aborted === true) return err(failure('aborted', 'ABORTED', 'stopped', false));
  const size = body === undefined ? 0 : 'file' in body ? body.size : body.byteLength;
  const request = (url.protocol === 'https:' ? https : http).request(url, {
    method,
    agent: url.protocol === 'https:' ? agents.https : agents.http,
    headers: { ...headers, ...(body !== undefined && { 'content-length': size }) },
  });

  let [sent, done] = [false, false];
  let stopped: 'timeout' | 'aborted' | undefined;
  const stop = (why: 'timeout' | 'aborted') => {
    stopped ??= why;
    request.destroy(new Error(why));
  };
  const abort = () => stop('aborted');
  signal?.addEventListener('abort', abort, { once: true });
  let timer = setTimeout(stop, timeout, 'timeout');
  const allow = (milliseconds: number) => {
    clearTimeout(timer);
    timer = setTimeout(stop, milliseconds, 'timeout');
  };

  try {
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve);
      request.once('error', reject);
      request.once('close', () => reject(new Error('closed without an answer')));
    });
    // Whoever waits for the answer hears of it; a second error of a broken request is no news.
    answered.catch(() => undefined);
    request.on('error', () => undefined);
    request.once('socket', (socket) => {
      if (!socket.connecting) sent = true;
      else socket.once('connect', () => (sent = true));
    });

    let fileFailure: Error | undefined;
    const sending = sendBody(body, request, () => transfer && !done && allow(timeout)).catch(
      (error) => {
        if (error instanceof FileError) {
          fileFailure = error;
          request.destroy(error);
        }
      },
    );
    // A server may take its time to store what it has: 1 s per megabyte beyond the usual.
    void sending.then(() => transfer && !done && allow(timeout + size / 1000));
    const answer = await answered.catch((error) => {
      throw fileFailure ?? error;
    });
    if (transfer) answer.on('data', () => allow(timeout));
    const value = await read(answer);
    // An answer before the end of the body (401, 413): nobody wants the rest.
    if (!request.writableFinished) request.destroy();
    return ok({ status: answer.statusCode ?? 0, headers: answer.headers, body: value });
  } catch (error) {
    request.destroy();
    const { message, code = 'ERROR' } = error as NodeJS.ErrnoException;
    if (stopped === 'aborted') return err(failure('aborted', 'ABORTED', 'stopped', sent));
    if (stopped === 'timeout') {
      return err(failure('timeout', 'TIMEOUT', `no answer within ${timeout / 1000} s`, sent));
    }
    if (error instanceof FileError) return err(failure('file', code, message, false));
    return err(failure('network', code, message, sent));
  } finally {
    done = true;
    clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}

/** The local file could not be read, or is not what it was. */
class FileError extends Error {}

async function sendBody(
  body: Body | undefined,
  request: http.ClientRequest,
  progress: () => void,
): Promise<void> {
  if (body === undefined || !('file' in body)) {
    request.end(body);
    return;
  }
  let left = body.size;
  async function* counted(): AsyncGenerator<Buffer> {
    const source: Readable = createReadStream(
      body !== undefined && 'file' in body ? body.file : '',
    );
    try {
      for await (const chunk of source) {
        left -= (chunk as Buffer).length;
        if (left < 0) throw new FileError('the file grew while it was sent');
        progress();
        yield chunk as Buffer;
      }
    } catch (error) {
      throw error instanceof FileError ? error : new FileError((error as Error).message);
    }
    if (left > 0) throw new FileError('the file shrank while it was sent');
  }
  await pipeline(ReadableStream.from(counted()), request);
}

function failure(
  reason: NetworkFailure['reason'],
  code: string,
  message: string,
  sent: boolean,
): NetworkFailure {
  return { reason, code, message, sent };
}
