import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { downloadAll } from '../../src/download/download-all.ts';
import { downloadFile } from '../../src/download/download-file.ts';
import type { RemoteFile } from '../../src/download/remote-file.ts';
import { createRandom } from '../../src/util/random.ts';
import { temporaryFolder } from '../util/temporary.ts';
import { createDownloadServer, type Resource } from './server.ts';
import { failure, type TestTools, testTools } from './tools.ts';

const random = createRandom(3);
const body = Buffer.from(Array.from({ length: 20_000 }, () => random.integer(256)));
const other = Buffer.from(body).fill(7, 0, 15_000);
const hash = (algorithm: string, bytes: Buffer = body) =>
  createHash(algorithm).update(bytes).digest('hex');

/** A server with one file, and a call that downloads it as often as one likes. */
async function rig(more: Partial<Resource> = {}, tools: TestTools = testTools()) {
  const server = await createDownloadServer();
  server.put('/a.wav', body, more);
  const folder = temporaryFolder('download');
  const target = join(folder, 'a.wav');
  let [bytes, size] = [0, 0];
  const meter = {
    add: (n: number) => {
      bytes += n;
      if (n > 0) server.received(n);
    },
    size: (n: number) => {
      size = n;
    },
  };
  return {
    ...{ server, folder, target, tools },
    get: (file: Partial<RemoteFile> = {}) =>
      downloadFile(tools, { path: 'a.wav', urls: [`${server.url}/a.wav`], ...file }, target, meter),
    metered: () => [bytes, size],
    ranges: () => server.seen.map(({ range }) => range),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

const test = suite('download of a file');

test('a file arrives whole, under its name, and nothing else is left', async () => {
  await using one = await rig();
  await one.get({ size: body.length, sha256: hash('sha256'), md5: hash('md5') });
  assert.ok(readFileSync(one.target).equals(body));
  assert.equal(readdirSync(one.folder), ['a.wav']);
  assert.equal(one.metered(), [body.length, body.length]);
  await one.get({ sha256: hash('sha256') });
  assert.is(one.server.seen.length, 1, 'what is there and right is not asked for again');
});

test('a cut connection is continued where it broke', async () => {
  await using one = await rig({ faults: [{ cut: 8000 }, { cut: 5000 }] });
  await one.get({ sha256: hash('sha256') });
  assert.ok(readFileSync(one.target).equals(body));
  assert.equal(one.ranges(), [undefined, 'bytes=8000-', 'bytes=13000-']);
  assert.equal(one.metered(), [body.length, body.length]);
  assert.is(one.tools.waits.length, 2);
});

test('another process continues what one that was killed had', async () => {
  await using one = await rig({ faults: Array.from({ length: 6 }, () => ({ cut: 1000 })) });
  assert.match(await failure(one.get()), 'connection was cut');
  assert.is(one.tools.waits.length, 5);
  assert.ok(existsSync(`${one.target}.part`));
  await one.get();
  assert.is(one.ranges().at(-1), 'bytes=6000-');
  assert.ok(readFileSync(one.target).equals(body));
});

test('a file that changed meanwhile starts anew, by its tag or by its checksum', async () => {
  await using tagged = await rig({ faults: [{ cut: 8000 }, { becomes: other }] });
  await tagged.get();
  assert.ok(readFileSync(tagged.target).equals(other), 'never a mixture of two files');
  assert.equal(tagged.metered(), [body.length, body.length]);

  await using blind = await rig({
    headers: { etag: '' },
    faults: [{ cut: 8000 }, { becomes: other }],
  });
  await blind.get({ sha256: hash('sha256', other) });
  assert.ok(readFileSync(blind.target).equals(other));
});

test('a server without ranges sends everything again', async () => {
  await using one = await rig({ ranges: false, faults: [{ cut: 8000 }] });
  await one.get({ md5: hash('md5') });
  assert.ok(readFileSync(one.target).equals(body));
  assert.equal(one.metered(), [body.length, body.length]);
});

test('without tag and checksum nothing is continued', async () => {
  await using one = await rig({ ranges: false, faults: [{ cut: 8000 }] });
  await one.get();
  assert.equal(one.ranges(), [undefined, undefined]);
  assert.ok(readFileSync(one.target).equals(body));
});

test('a part that is already whole, or longer than the file, is settled by 416', async () => {
  await using whole = await rig();
  writeFileSync(`${whole.target}.part`, body);
  await whole.get({ size: body.length, sha256: hash('sha256') });
  assert.equal(whole.ranges(), ['bytes=20000-']);
  await using longer = await rig();
  writeFileSync(`${longer.target}.part`, Buffer.concat([body, body]));
  await longer.get({ sha256: hash('sha256') });
  assert.equal(longer.ranges(), ['bytes=40000-', undefined]);
  assert.equal(longer.metered(), [body.length, body.length]);
});

test('a busy server is left alone as long as it asks, else longer each time', async () => {
  const busy = (value?: string) => ({
    status: value === undefined ? 503 : 429,
    ...(value !== undefined && { headers: { 'retry-after': value } }),
  });
  await using one = await rig({
    faults: [busy('7'), busy('Thu, 01 Jan 2026 00:00:20 GMT'), busy()],
  });
  await one.get();
  const [first, second, third = 0] = one.tools.waits;
  assert.equal([first, second], [7000, 20_000]);
  // The third failure: half to whole of 0.5 s · 2².
  assert.ok(third >= 1000 && third <= 2000, `${third}`);
  await using down = await rig({ faults: Array.from({ length: 6 }, () => busy()) });
  assert.match(await failure(down.get()), /answers 503/);
  const bounds = down.tools.waits.map((wait, n) => wait / (500 * 2 ** n));
  assert.ok(bounds.length === 5 && bounds.every((part) => part >= 0.5 && part <= 1), `${bounds}`);
  assert.is(new Set(bounds).size, 5, 'spread by chance');
  await using patient = await rig({ faults: [busy('3600')] });
  assert.match(await failure(patient.get()), 'asks to wait 60 minutes');
  assert.equal(patient.tools.waits, []);
});

test('wrong bytes are fetched once more, then refused; never kept under the name', async () => {
  await using once = await rig({ faults: [{ wrong: true }] });
  await once.get({ sha256: hash('sha256') });
  assert.ok(readFileSync(once.target).equals(body));
  await using always = await rig({ faults: [{ wrong: true }, { wrong: true }, { wrong: true }] });
  assert.match(await failure(always.get({ md5: hash('md5') })), /a\.wav .* it has the md5 .*, not/);
  assert.is(always.server.seen.length, 2);
  assert.equal(readdirSync(always.folder), []);
  await using size = await rig();
  assert.match(await failure(size.get({ size: 30_000 })), 'it has 20000 bytes, not 30000');
  assert.match(await failure(size.get({ size: 10_000 })), 'longer than 10000 bytes');
});

test('a damaged file under the right name is replaced', async () => {
  await using one = await rig();
  writeFileSync(one.target, 'x');
  await one.get({ sha256: hash('sha256') });
  assert.ok(readFileSync(one.target).equals(body));
});

test('a web page instead of sound is seen, whatever it calls itself', async () => {
  const html = '<!DOCTYPE html><html><title>Sign in</title></html>';
  await using page = await rig({ faults: [{ html }] });
  assert.match(
    await failure(page.get()),
    /gives a web page .* instead of a\.wav \| Open the address/,
  );
  await using liar = await rig({ faults: [{ html: `\n${html}`, type: 'audio/wav' }] });
  assert.match(await failure(liar.get()), 'a web page');
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n';
  await using lfs = await rig({ faults: [{ html: pointer, type: 'text/plain' }] });
  assert.match(await failure(lfs.get()), 'a Git LFS pointer');
  for (const one of [page, liar, lfs]) {
    assert.equal(readdirSync(one.folder), []);
    assert.is(one.server.seen.length, 1, 'asking again would not help');
  }
});

test('a token goes to its own origin, over redirects to no other, and into no message', async () => {
  const token = 'secret-of-mine';
  await using one = await rig({}, testTools({ DAGSHUB_TOKEN: token }));
  const { server } = one;
  server.put('/private', '', { redirect: `${server.elsewhere}/a.wav` });
  const ours = { variable: 'DAGSHUB_TOKEN', origin: server.url } as const;
  await one.get({ urls: [`${server.url}/private`], token: ours });
  assert.equal(
    server.seen.map(({ authorization }) => authorization),
    [`Bearer ${token}`, undefined],
  );
  server.put('/gone', body, { token: 'another', refusal: 403 });
  const words = await failure(one.get({ urls: [`${server.url}/gone`], token: ours, md5: 'x' }));
  assert.match(words, /answers 403 \| The token in DAGSHUB_TOKEN may not read it/);
  assert.not.match(words, token);
});

for (const status of [401, 403, 404]) {
  test(`${status} without a token: perhaps one is needed`, async () => {
    await using one = await rig({ faults: [{ status }] });
    const token = { variable: 'HF_TOKEN', origin: one.server.url } as const;
    assert.match(await failure(one.get({ token })), /perhaps needs a token: set HF_TOKEN/);
    assert.equal(one.tools.waits, [], 'asking again would not help');
  });
}

test('addresses are tried in order while there is no such file', async () => {
  await using one = await rig();
  await one.get({ urls: [`${one.server.url}/old.wav`, `${one.server.url}/a.wav`] });
  assert.ok(readFileSync(one.target).equals(body));
  assert.match(
    await failure(one.get({ urls: [`${one.server.url}/x%20y.wav`], md5: 'x' })),
    /x y\.wav answers 404: there is no such file/,
  );
});

test('a host that is not there is said in words', async () => {
  const server = await createDownloadServer();
  const { url } = server;
  await server[Symbol.asyncDispose]();
  await using one = await rig();
  assert.match(await failure(one.get({ urls: [`${url}/a.wav`] })), 'the host refuses connections');
  assert.is(one.tools.waits.length, 5);
});

test('six files at once, and the first that fails ends the others', async () => {
  await using server = await createDownloadServer();
  const files = Array.from({ length: 30 }, (_, i) => ({
    path: `${i % 3}/${i}.wav`,
    urls: [`${server.url}/${i}.wav`],
    size: 1000,
  }));
  for (let i = 0; i < 30; i++) server.put(`/${i}.wav`, body.subarray(i, i + 1000));
  server.hold(6);
  const tools = testTools();
  const folder = temporaryFolder('download');
  await downloadAll(tools, files, folder);
  assert.is(server.most(), 6);
  assert.ok(readFileSync(join(folder, '2/8.wav')).equals(body.subarray(8, 1008)));
  assert.equal(tools.states.at(-1), { files: 30, allFiles: 30, bytes: 30_000, allBytes: 30_000 });

  server.resources.delete('/3.wav');
  const before = server.seen.length;
  assert.match(
    await failure(downloadAll(testTools(), files, temporaryFolder('download'))),
    '3.wav answers 404',
  );
  assert.ok(server.seen.length - before < 20, 'the rest is not asked for');
  const stopped = testTools();
  stopped.stop.abort(new Error('Ctrl-C'));
  const all = downloadAll(stopped, files, temporaryFolder('download'));
  assert.is(await all.catch((error: Error) => error.message), 'Ctrl-C');
});

test.run();
