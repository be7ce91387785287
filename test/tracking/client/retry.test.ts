import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Gate } from '../../../src/tracking/client/gate.ts';
import { errorOf, unwrap } from './results.ts';
import { createRig, type Fault } from './rig.ts';

const test = suite('tracking client: answers and retries');

const json = (status: number, code: string, message: string): Fault => ({
  status,
  body: JSON.stringify({ error_code: code, message }),
});

test('waits a random part of a doubling time, and tries five times', async () => {
  await using rig = await createRig();
  rig.fail('get-by-name', ...Array<Fault>(5).fill({ status: 503, body: 'upstream' }));
  const error = errorOf(await rig.client().experiments.getByName('a'));
  assert.is(error.kind, 'busy');
  assert.is(error.retry, 'later');
  // Half (chance is 0.5 here) of 0.5, 1, 2, 4 s.
  assert.equal(rig.waits, [250, 500, 1000, 2000]);
  assert.is(rig.seen.length, 5);
});

test('waits as long as it is asked to, in seconds or to a date, and no longer than its patience', async () => {
  await using rig = await createRig();
  rig.fail(
    'get-by-name',
    { status: 429, headers: { 'retry-after': '7' } },
    { status: 429, headers: { 'retry-after': 'Thu, 01 Jan 2026 00:00:20 GMT' } },
    { status: 429, headers: { 'retry-after': '3600' } },
  );
  const error = errorOf(await rig.client().experiments.getByName('a'));
  assert.equal(rig.waits, [7000, 20_000]);
  assert.is(error.after, 3_600_000);
  assert.is(error.retry, 'later');
});

const answers: readonly {
  readonly name: string;
  readonly fault: Fault;
  readonly kind: string;
  readonly retry: string;
  readonly tries: number;
}[] = [
  {
    name: 'an exhausted pool comes as a 400 and passes',
    fault: json(400, 'BAD_REQUEST', 'QueuePool limit of size 5 overflow 10 reached'),
    kind: 'busy',
    retry: 'later',
    tries: 5,
  },
  {
    name: 'so does a locked database',
    fault: json(400, 'BAD_REQUEST', '(sqlite3.OperationalError) database is locked'),
    kind: 'busy',
    retry: 'later',
    tries: 5,
  },
  {
    name: 'or as a 503',
    fault: json(503, 'TEMPORARILY_UNAVAILABLE', 'database is locked'),
    kind: 'busy',
    retry: 'later',
    tries: 5,
  },
  {
    name: 'a web page of a broken gateway',
    fault: { status: 502, body: '<html><title>502 Bad Gateway</title></html>' },
    kind: 'busy',
    retry: 'later',
    tries: 5,
  },
  {
    name: 'a 500 may be for ever: three tries',
    fault: { status: 500, body: '<!doctype html><title>500 Internal Server Error</title>' },
    kind: 'server',
    retry: 'limited',
    tries: 3,
  },
  {
    name: 'a wrong value is wrong for ever',
    fault: json(400, 'INVALID_PARAMETER_VALUE', 'Invalid value for parameter'),
    kind: 'refused',
    retry: 'never',
    tries: 1,
  },
  {
    name: 'a route that is not there is a web page',
    fault: { status: 404, body: '<!doctype html><title>404 Not Found</title>' },
    kind: 'unsupported',
    retry: 'never',
    tries: 1,
  },
  {
    name: 'a thing that is not there is JSON',
    fault: json(404, 'RESOURCE_DOES_NOT_EXIST', 'Run not found'),
    kind: 'not-found',
    retry: 'never',
    tries: 1,
  },
  {
    name: 'no credentials',
    fault: { status: 401, body: 'You are not authenticated.' },
    kind: 'unauthorised',
    retry: 'setup',
    tries: 1,
  },
  {
    name: 'no right',
    fault: { status: 403, body: 'Permission denied' },
    kind: 'denied',
    retry: 'setup',
    tries: 1,
  },
  {
    name: 'a host name that is not allowed',
    fault: { status: 403, body: 'Invalid Host header - possible DNS rebinding attack detected' },
    kind: 'host',
    retry: 'setup',
    tries: 1,
  },
  {
    name: 'workspaces where there are none, which comes as a 500',
    fault: json(500, 'FEATURE_DISABLED', 'Workspace APIs are not available'),
    kind: 'unsupported',
    retry: 'setup',
    tries: 1,
  },
  {
    name: 'a redirect, which would turn a POST into a GET',
    fault: { status: 301, headers: { location: 'https://elsewhere/' } },
    kind: 'answer',
    retry: 'setup',
    tries: 1,
  },
  {
    name: 'a login page with status 200',
    fault: { status: 200, body: '<!DOCTYPE html><title>Sign in</title>' },
    kind: 'answer',
    retry: 'later',
    tries: 5,
  },
  {
    name: 'half a JSON text with status 200',
    fault: { status: 200, body: '{"experiment": {"experim' },
    kind: 'answer',
    retry: 'later',
    tries: 5,
  },
];

for (const { name, fault, kind, retry, tries } of answers) {
  test(`${name}: ${kind}, ${retry}, tried ${tries} times`, async () => {
    await using rig = await createRig();
    rig.fail('get-by-name', ...Array<Fault>(5).fill(fault));
    const error = errorOf(await rig.client().experiments.getByName('a'));
    assert.equal([error.kind, error.retry, rig.seen.length], [kind, retry, tries]);
    assert.match(error.message, /^experiments\/get-by-name: ./);
    assert.not.match(error.message, /[<>\n]/, 'one line, and no page');
  });
}

test('what was refused once is taken the next time', async () => {
  await using rig = await createRig();
  const client = rig.client();
  rig.fail('create', { status: 503 }, { cut: 'before' });
  rig.fail('experiments/get', { cut: 'within' });
  assert.is(unwrap(await client.experiments.create({ name: 'a' })).name, 'a');
});

test('nothing listens: said in words, to be tried later', async () => {
  const url = await (async () => {
    await using rig = await createRig();
    return rig.url;
  })();
  await using rig = await createRig();
  const client = rig.client({ address: { base: new URL(url), kind: 'plain' } });
  const error = errorOf(await client.experiments.getByName('a'));
  assert.equal([error.kind, error.retry, error.ambiguous], ['network', 'later', false]);
  assert.match(error.message, /nothing listens/);
  assert.is(rig.waits.length, 4);
});

test('a server that says nothing: timeout, and the request may have been carried out', async () => {
  await using rig = await createRig();
  rig.fail('set-tag', { hang: true });
  const client = rig.client({ timeout: 50, retry: { attempts: 1 } });
  const error = errorOf(await client.runs.setTag('a', 'k', 'v'));
  assert.equal([error.kind, error.retry, error.ambiguous], ['timeout', 'later', true]);
});

test('an abort ends a request, a wait, and what was not begun', async () => {
  await using rig = await createRig();
  const during = new AbortController();
  rig.fail('set-tag', { hang: true });
  const sent = rig.client().runs.setTag('a', 'k', 'v', { signal: during.signal });
  while (rig.seen.length === 0) await new Promise((turn) => setImmediate(turn));
  during.abort();
  assert.is(errorOf(await sent).kind, 'aborted');

  const before = errorOf(await rig.client().runs.get('a', { signal: AbortSignal.abort() }));
  assert.is(before.kind, 'aborted');
  assert.is(rig.seen.length, 1, 'it was not sent');

  const waiting = new AbortController();
  const client = rig.client({
    timing: { now: Date.now, random: () => 1, sleep: async () => waiting.abort() },
  });
  rig.fail('runs/get', { status: 503 });
  const error = errorOf(await client.runs.get('a', { signal: waiting.signal }));
  assert.is(error.kind, 'busy', 'the last thing that is known');
  assert.is(rig.seen.length, 2, 'no second try');
});

test('two requests at once, and a wait holds no place', async () => {
  await using rig = await createRig();
  const client = rig.client();
  rig.fail('runs/get', { status: 503 });
  const all = Promise.all(Array.from({ length: 12 }, () => client.runs.get('a')));
  // The second of a pair is answered only when both are open: fewer at once would never end.
  rig.hold(2);
  await all;
  assert.is(rig.most(), 2);
  assert.is(rig.seen.length, 13);
});

test('a gate lets so many in, in the order they came, also after one that failed', async () => {
  const gate = new Gate(2);
  const events: string[] = [];
  const open: (() => void)[] = [];
  const enter = (name: string) =>
    gate.run(async () => {
      events.push(name);
      await new Promise<void>((go) => open.push(go));
      if (name === 'a') throw new Error(name);
    });
  const all = ['a', 'b', 'c', 'd'].map((name) => enter(name).catch(() => undefined));
  const turn = () => new Promise((next) => setImmediate(next));
  await turn();
  assert.equal(events, ['a', 'b']);
  open[0]?.();
  await turn();
  assert.equal(events, ['a', 'b', 'c']);
  open[2]?.();
  await turn();
  assert.equal(events, ['a', 'b', 'c', 'd']);
  for (const go of open) go();
  await Promise.all(all);
});

test('a page that never advances ends', async () => {
  await using rig = await createRig();
  const page: Fault = { status: 200, body: '{"metrics":[],"next_page_token":"same"}' };
  rig.fail('get-history', page, page, page);
  const error = errorOf(await rig.client().runs.history('a', 'loss'));
  assert.equal([error.kind, rig.seen.length], ['answer', 2]);
  assert.is(rig.seen[0]?.query.get('max_results'), '25000');
});

test.run();
