import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { mediaType } from '../../../src/tracking/client/index.ts';
import { errorOf, unwrap } from './results.ts';
import { createRig } from './rig.ts';

const test = suite('tracking client: artifacts');

const place = { artifactUri: 'mlflow-artifacts:/1/abc/artifacts', runId: 'abc' };

function scratch() {
  const folder = mkdtempSync(join(tmpdir(), 'affekt-artifacts-'));
  return {
    folder,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('a file goes up in a stream with its length and type, and comes back the same', async () => {
  await using rig = await createRig();
  using temporary = scratch();
  const file = join(temporary.folder, 'a.wav');
  const bytes = Buffer.alloc(3_000_001, 'affekt ');
  writeFileSync(file, bytes);
  const { artifacts } = rig.client();
  assert.is(
    unwrap(await artifacts.upload(place, 'clips/größe 1+2.wav', { file })).bytes,
    bytes.length,
  );
  const [put] = rig.seen;
  assert.is(put?.headers['content-type'], 'audio/wav');
  assert.is(put?.headers['content-length'], String(bytes.length));
  assert.equal([...rig.store.files.keys()], ['1/abc/artifacts/clips/gr%C3%B6%C3%9Fe%201%2B2.wav']);
  const back = join(temporary.folder, 'back.wav');
  unwrap(await artifacts.downloadTo(place, 'clips/größe 1+2.wav', back));
  assert.is(digest(readFileSync(back)), digest(bytes));
  const inMemory = unwrap(await artifacts.download(place, 'clips/größe 1+2.wav'));
  assert.is(digest(inMemory), digest(bytes));
});

test('text, bytes and empty files; a type of the caller', async () => {
  await using rig = await createRig();
  const { artifacts } = rig.client();
  unwrap(await artifacts.upload(place, 'note.md', 'häi'));
  unwrap(await artifacts.upload(place, 'empty', new Uint8Array(0), { contentType: 'x/y' }));
  assert.is(rig.store.files.get('1/abc/artifacts/note.md')?.toString(), 'häi');
  assert.is(rig.store.files.get('1/abc/artifacts/empty')?.length, 0);
  assert.is(rig.seen[1]?.headers['content-type'], 'x/y');
  assert.is(rig.seen[1]?.headers['content-length'], '0');
});

test('a cut upload is sent again, whole', async () => {
  await using rig = await createRig();
  using temporary = scratch();
  const file = join(temporary.folder, 'a.bin');
  writeFileSync(file, Buffer.alloc(500_000, 7));
  rig.fail('a.bin', { cut: 'before' }, { status: 503 });
  unwrap(await rig.client().artifacts.upload(place, 'a.bin', { file }));
  assert.is(rig.store.files.get('1/abc/artifacts/a.bin')?.length, 500_000);
});

test('a login page with status 200 has not taken a file', async () => {
  await using rig = await createRig();
  const page = { status: 200, body: '<!doctype html><title>Sign in</title>' };
  rig.fail('a.txt', page);
  unwrap(await rig.client().artifacts.upload(place, 'a.txt', 'abc'));
  assert.is(rig.store.files.get('1/abc/artifacts/a.txt')?.toString(), 'abc', 'sent again');
  rig.fail('b.txt', page, page, page, page, page);
  const error = errorOf(await rig.client().artifacts.upload(place, 'b.txt', 'abc'));
  assert.equal([error.kind, error.retry, error.status], ['answer', 'later', 200]);
});

test('a server that refuses before it has read the body is heard', async () => {
  using temporary = scratch();
  const file = join(temporary.folder, 'a.bin');
  writeFileSync(file, Buffer.alloc(20_000_000, 7));
  // Answers at the first byte and reads no further, as a proxy with a size limit does.
  const server = createServer((request, response) => {
    request.once('data', () => {
      request.pause();
      response.writeHead(413, { 'content-type': 'text/html' });
      response.end('<html><title>413 Request Entity Too Large</title></html>');
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await using rig = await createRig();
  const base = new URL(`http://127.0.0.1:${port}`);
  const client = rig.client({ address: { base, kind: 'plain' } });
  const error = errorOf(await client.artifacts.upload(place, 'a.bin', { file }));
  assert.equal([error.kind, error.status, error.retry], ['refused', 413, 'never']);
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});

test('a file that is not there, or is a folder, is a matter of this machine', async () => {
  await using rig = await createRig();
  using temporary = scratch();
  for (const file of [join(temporary.folder, 'none'), temporary.folder]) {
    const error = errorOf(await rig.client().artifacts.upload(place, 'a', { file }));
    assert.equal([error.kind, error.retry, error.field], ['invalid', 'never', 'file']);
  }
  assert.is(rig.store.files.size, 0);
});

test('a cut download is fetched again; what stays broken leaves nothing', async () => {
  await using rig = await createRig();
  using temporary = scratch();
  const { artifacts } = rig.client();
  unwrap(await artifacts.upload(place, 'a.bin', 'twelve bytes'));
  const to = join(temporary.folder, 'a.bin');
  rig.fail('a.bin', { cut: 'within' }, { cut: 'within' });
  unwrap(await artifacts.downloadTo(place, 'a.bin', to));
  assert.is(readFileSync(to, 'utf8'), 'twelve bytes');

  rig.fail('a.bin', ...Array(5).fill({ cut: 'within' }));
  const error = errorOf(await artifacts.downloadTo(place, 'a.bin', to));
  assert.equal([error.kind, error.retry], ['network', 'later']);
  assert.is(readFileSync(to, 'utf8'), 'twelve bytes', 'the earlier file is not touched');
  assert.not.ok(existsSync(`${to}.part`));

  const nowhere = join(temporary.folder, 'no', 'folder');
  const local = errorOf(await artifacts.downloadTo(place, 'a.bin', nowhere));
  assert.equal([local.kind, local.retry], ['invalid', 'never']);
});

for (const path of [
  '',
  '/a',
  'a/',
  'a//b',
  '../a',
  'a/./b',
  'a%20b',
  'a#b',
  'a?b',
  'a:b',
  'a\\b',
]) {
  test(`${JSON.stringify(path)} is no path of an artifact`, async () => {
    await using rig = await createRig();
    const error = errorOf(await rig.client().artifacts.upload(place, path, 'a'));
    assert.is(error.kind, 'invalid');
    assert.is(rig.seen.length, 0);
  });
}

test('a name beyond 255 bytes is refused here', async () => {
  await using rig = await createRig();
  assert.is(
    errorOf(await rig.client().artifacts.upload(place, 'ä'.repeat(128), 'a')).kind,
    'invalid',
  );
  unwrap(await rig.client().artifacts.upload(place, `${'ä'.repeat(127)}x`, 'a'));
});

test('addresses of artifacts: the server itself, below a path, another server', async () => {
  await using rig = await createRig();
  const route = 'api/2.0/mlflow-artifacts/artifacts/1/abc/artifacts/a.txt';
  const cases: readonly (readonly [string, string, string])[] = [
    ['', 'mlflow-artifacts:/1/abc/artifacts', `/${route}`],
    ['/behind/proxy', 'mlflow-artifacts:/1/abc/artifacts', `/behind/proxy/${route}`],
    ['', `mlflow-artifacts://${new URL(rig.url).host}/1/abc/artifacts`, `/${route}`],
    ['', `${rig.url}/x/api/2.0/mlflow-artifacts/artifacts/1/abc/artifacts`, `/x/${route}`],
  ];
  for (const [path, artifactUri, expected] of cases) {
    const client = rig.client({ address: { base: new URL(`${rig.url}${path}`), kind: 'plain' } });
    unwrap(await client.artifacts.upload({ artifactUri }, 'a.txt', 'a'));
    assert.is(rig.seen.at(-1)?.path, expected);
  }
});

test('a store that only the server reaches: small files through its page, large ones refused', async () => {
  await using rig = await createRig();
  const { artifacts } = rig.client();
  rig.fail('upload-artifact', { status: 200, body: '' });
  const far = { artifactUri: 's3://bucket/1/abc/artifacts', runId: 'abc' };
  unwrap(await artifacts.upload(far, 'a b.png', 'a'));
  assert.is(rig.seen[0]?.method, 'POST');
  assert.equal(Object.fromEntries(rig.seen[0]?.query ?? []), { run_uuid: 'abc', path: 'a b.png' });
  const error = errorOf(await artifacts.upload(far, 'a.bin', Buffer.alloc(10_000_001)));
  assert.equal([error.kind, error.retry], ['unsupported', 'never']);
  assert.match(error.message, /s3/);
});

test('types by the ending', () => {
  assert.is(mediaType('plots/a.SVG'), 'image/svg+xml');
  assert.is(mediaType('model/MLmodel'), 'application/yaml');
  assert.is(mediaType('model.onnx'), 'application/octet-stream');
  assert.is(mediaType('a.d/noending'), 'application/octet-stream');
  assert.is(mediaType('a.constructor'), 'application/octet-stream');
});

test.run();
