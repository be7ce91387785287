import type { IncomingMessage } from 'node:http';
import { classifyAnswer, classifyFailure } from './classify.ts';
import type { MlflowError } from './error.ts';
import type { Gate } from './gate.ts';
import { type Fields, fieldsOf } from './json.ts';
import { err, ok, type Result } from './result.ts';
import { type RetryPolicy, withRetry } from './retry.ts';
import type { Timing } from './timing.ts';
import type { Body, Transport } from './transport.ts';

/** Passed to every call. */
export interface CallOptions {
  /** Stops waiting and sending; the result is an error of kind `aborted`. */
  readonly signal?: AbortSignal | undefined;
}

export interface Exchange extends CallOptions {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly url: URL;
  /** For messages: `runs/create`. */
  readonly what: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Body;
  readonly transfer?: boolean;
  /** The same request twice is as good as once. Default true. */
  readonly safe?: boolean;
}

/** Requests with everything around them: credentials, at most two at once, retries, errors as data. */
export interface Caller {
  /** A call of the REST API below `/api/2.0/mlflow/`; query for GET, JSON body otherwise. */
  api(
    method: Exchange['method'],
    path: string,
    fields: Fields,
    options?: CallOptions & { readonly safe?: boolean },
  ): Promise<Result<Fields>>;
  /** Any request; `read` takes the body of a 2xx answer. */
  exchange<T>(
    exchange: Exchange,
    read: (answer: IncomingMessage) => Promise<Result<T>>,
  ): Promise<Result<{ readonly value: T; readonly date: number | undefined }>>;
  /** Below the server's address: `url('api/2.0/mlflow/runs/get')`. */
  url(path: string): URL;
  readonly timing: Timing;
  readonly retry: RetryPolicy;
}

/** The largest JSON body that is read: a page of 50,000 runs stays below it. */
const mostJson = 512 * 2 ** 20;

export interface CallerParts {
  readonly base: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly transport: Transport;
  readonly gate: Gate;
  readonly timing: Timing;
  readonly retry: RetryPolicy;
  readonly timeout: number;
  /** Replaces secrets in text that came from outside. */
  readonly redact: (text: string) => string;
}

export function createCaller(parts: CallerParts): Caller {
  const { base, timing, retry } = parts;
  const caller: Caller = {
    timing,
    retry,
    url: (path) => new URL(`${base.href.replace(/\/+$/, '')}/${path}`),
    exchange: (exchange, read) =>
      withRetry(() => parts.gate.run(() => once(exchange, read, parts)), {
        policy: retry,
        timing,
        signal: exchange.signal,
        safe: exchange.safe ?? true,
      }),
    async api(method, path, fields, { signal, safe = true } = {}) {
      const url = caller.url(`api/2.0/mlflow/${path}`);
      if (method === 'GET') {
        for (const [key, value] of Object.entries(fields)) {
          if (value !== undefined) url.searchParams.set(key, String(value));
        }
      }
      const answer = await caller.exchange(
        {
          method,
          url,
          what: path,
          safe,
          signal,
          headers: { 'content-type': 'application/json', accept: 'application/json' },
          ...(method !== 'GET' && { body: Buffer.from(JSON.stringify(fields)) }),
        },
        (body) => readJson(path, body),
      );
      return answer.ok ? ok(answer.value.value) : answer;
    },
  };
  return caller;
}

async function once<T>(
  { method, url, what, headers = {}, body, transfer = false, signal }: Exchange,
  read: (answer: IncomingMessage) => Promise<Result<T>>,
  parts: CallerParts,
): Promise<Result<{ readonly value: T; readonly date: number | undefined }>> {
  // Credentials belong to the server they were given for.
  const own = url.origin === parts.base.origin ? parts.headers : {};
  const sent = await parts.transport.send<Result<T>>(
    {
      method,
      url,
      headers: { 'user-agent': 'affekt', ...own, ...headers },
      timeout: parts.timeout,
      transfer,
      signal,
      ...(body !== undefined && { body }),
    },
    async (answer) => {
      const status = answer.statusCode ?? 0;
      if (status >= 200 && status < 300) return read(answer);
      const text = (await readAll(answer, 2 ** 20)).toString('utf8');
      const after = retryAfter(answer.headers['retry-after'], parts.timing.now());
      return err(classifyAnswer(what, status, text, after));
    },
  );
  const failed = sent.ok ? sent.value.body : err(classifyFailure(what, sent.error));
  if (!failed.ok) return err(redacted(failed.error, parts.redact));
  const date = sent.ok ? Date.parse(sent.value.headers.date ?? '') : Number.NaN;
  return ok({ value: failed.value, date: Number.isNaN(date) ? undefined : date });
}

function redacted(error: MlflowError, redact: (text: string) => string): MlflowError {
  return { ...error, message: redact(error.message) };
}

/** The whole body; throws when it is cut or beyond the limit. */
export async function readAll(answer: IncomingMessage, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > most) throw new Error(`the answer is larger than ${most} bytes`);
  }
  return Buffer.concat(chunks);
}

/** A 200 may come from a login page in between: only a JSON object is an answer. */
async function readJson(what: string, answer: IncomingMessage): Promise<Result<Fields>> {
  const text = (await readAll(answer, mostJson)).toString('utf8');
  const { statusCode: status = 0 } = answer;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return ok(fieldsOf(value));
    }
  } catch {
    // Judged below, like any other answer that is no object.
  }
  return isPage(text)
    ? pageInstead(what, status)
    : err({ ...noAnswer, status, message: `${what}: the answer is not whole` });
}

/** The answer to bytes that were sent. What it says does not matter, but a login page has not taken them. */
export async function readTaken(what: string, answer: IncomingMessage): Promise<Result<void>> {
  const text = (await readAll(answer, 2 ** 20)).toString('utf8');
  return isPage(text) ? pageInstead(what, answer.statusCode ?? 0) : ok(undefined);
}

/** Something between here and the server spoke: that says nothing of what was sent, and passes. */
const noAnswer = { kind: 'answer', retry: 'later', ambiguous: true } as const;

function isPage(text: string): boolean {
  return /^\s*</.test(text);
}

function pageInstead(what: string, status: number): Result<never> {
  return err({
    ...noAnswer,
    status,
    message: `${what}: a web page came where MLflow's answer should be`,
    hint: 'Is this the address of an MLflow server, or of a login page before it?',
  });
}

/** Seconds, or a date, as milliseconds from now. */
function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const seconds = Number(header);
  const after = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now;
  return Number.isFinite(after) && after >= 0 ? after : undefined;
}
