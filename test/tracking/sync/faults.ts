import type { Fault, Passing } from './faulty-proxy.ts';

/** Networks and servers at their worst, one at a time. `every` counts requests, also those of retries. */
export interface FaultCase {
  readonly name: string;
  /** Also in the quick part. */
  readonly quick?: boolean;
  fault(request: Passing): Fault;
}

const every = (n: number, fault: Fault) => (request: Passing) =>
  request.count % n === n - 1 ? fault : 'pass';
const firstTime = (path: RegExp, fault: Fault) => (request: Passing) =>
  path.test(request.path) && request.before === 0 ? fault : 'pass';
const answer = (status: number, body = '', headers = {}): Fault => ({ status, body, headers });
const page = answer(200, '<!doctype html><title>Sign in</title>', { 'content-type': 'text/html' });
/** Without a period that a client could fall into step with. */
const scatter = (count: number) => Math.imul(count ^ (count >>> 3), 2654435761) >>> 7;
const json = (status: number, code: string, message: string): Fault =>
  answer(status, JSON.stringify({ error_code: code, message }), {
    'content-type': 'application/json',
  });

export const faultCases: readonly FaultCase[] = [
  { name: 'nothing wrong', quick: true, fault: () => 'pass' },
  {
    name: 'away for the first 40 requests',
    fault: ({ count }) => (count < 40 ? 'cut before' : 'pass'),
  },
  { name: 'every 3rd request cut before it arrives', fault: every(3, 'cut before') },
  { name: 'every 3rd request cut after it was stored', quick: true, fault: every(3, 'cut after') },
  { name: 'every 3rd answer cut in half', fault: every(3, 'half answer') },
  {
    name: 'every answer to runs/create lost once',
    quick: true,
    fault: firstTime(/runs\/create/, 'cut after'),
  },
  {
    name: 'every answer to logged-models lost once',
    fault: firstTime(/logged-models$/, 'cut after'),
  },
  {
    name: '429 storm: every other request',
    fault: every(2, answer(429, 'slow down', { 'retry-after': '0' })),
  },
  {
    name: '503 storm: two of three requests',
    fault: ({ count }) => (scatter(count) % 3 < 2 ? answer(503, 'busy') : 'pass'),
  },
  {
    name: '500 on the first try of everything',
    fault: ({ before }) => (before === 0 ? json(500, 'INTERNAL_ERROR', 'oops') : 'pass'),
  },
  {
    name: '400 QueuePool on the first try of every batch',
    fault: firstTime(
      /log-batch/,
      json(400, 'BAD_REQUEST', '(sqlalchemy.exc.TimeoutError) QueuePool limit of size 5 reached'),
    ),
  },
  { name: 'stored, then 504 from a gateway, every 3rd', fault: every(3, 'late 504') },
  { name: 'stored, then silence, every 9th', fault: every(9, 'hang') },
  { name: 'a sign-in page with 200, every 5th', fault: every(5, page) },
  {
    name: 'batches forgotten with 200, first try of each',
    quick: true,
    fault: firstTime(/log-batch/, 'forget'),
  },
  {
    name: 'files forgotten with 200, first try of each',
    fault: firstTime(/mlflow-artifacts/, 'forget'),
  },
  {
    name: 'datasets and tags forgotten with 200',
    fault: firstTime(/log-inputs|set-tag/, 'forget'),
  },
  {
    name: 'everything delivered twice',
    quick: true,
    fault: ({ method, path }) =>
      method !== 'GET' && !/create|logged-models$/.test(path) ? 'twice' : 'pass',
  },
  {
    name: 'one of all the above at random',
    fault: ({ count }) => mixed[scatter(count) % mixed.length] ?? 'pass',
  },
];

const mixed: readonly Fault[] = [
  ...([
    'pass',
    'pass',
    'pass',
    'pass',
    'cut before',
    'cut after',
    'half answer',
    'late 504',
  ] as const),
  answer(429),
  answer(503),
  page,
];
