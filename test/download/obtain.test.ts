import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { emodb } from '../../src/corpora/emodb.ts';
import type { CorpusEntry } from '../../src/corpora/entry.ts';
import type { Remote } from '../../src/corpora/remote.ts';
import { savee } from '../../src/corpora/savee.ts';
import { obtain } from '../../src/download/obtain.ts';
import { parseRemote } from '../../src/download/parse-remote.ts';
import { temporaryFolder } from '../util/temporary.ts';
import { zipOf } from './archives.ts';
import { createDownloadServer, type Server } from './server.ts';
import { failure, type TestTools, testTools } from './tools.ts';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const commit = 'c0ffee'.padEnd(40, '0');

/** SAVEE, flat: a name and what it holds. */
const sounds = { 'DC_a01.wav': 'RIFF one', 'JE_su02.wav': 'RIFF two', 'KL_n30.wav': 'RIFF three' };

async function get(
  server: Server,
  remotes: readonly Remote[],
  {
    tools = testTools(),
    entry = savee as CorpusEntry,
    unpinned = false,
    store = temporaryFolder('download'),
  } = {},
) {
  const { folder, revision } = await obtain(tools, entry, { remotes, store, unpinned });
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.wav'))
    .sort();
  const content = Object.fromEntries(
    files.map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
  return { store, folder, revision, content, seen: server.seen.map(({ path }) => path) };
}

const test = suite('obtain');

/** DagsHub's content API over files that Git and DVC track, in a folder and one below it. */
function putDagshub(server: Server, more: { token?: string; refusal?: number } = {}): Remote {
  const api = '/api/v1/repos/who/what';
  const entry = (path: string, rest: object) => ({
    path,
    type: 'file',
    versioning: 'git',
    ...rest,
  });
  server.json(api, { default_branch: 'master' }, more);
  server.json(`${api}/branches/master`, { name: 'master', commit: { id: commit } }, more);
  server.json(
    `${api}/content/${commit}/data%20set?include_size=true`,
    [
      entry('data set/deeper', { type: 'dir', size: 0 }),
      entry('data set/readme.md', { size: 3 }),
      entry('data set/DC_a01.wav', {
        versioning: 'dvc',
        size: 8,
        hash: md5('RIFF one'),
        download_url: `${api}/raw/${commit}/data%20set/DC_a01.wav`,
      }),
    ],
    more,
  );
  server.json(
    `${api}/content/${commit}/data%20set/deeper?include_size=true`,
    [
      entry('data set/deeper/JE_su02.wav', { size: 8, download_url: `${server.url}/cdn/two` }),
      entry('data set/deeper/KL_n30.wav', {}),
    ],
    more,
  );
  server.put(`${api}/raw/${commit}/data%20set/DC_a01.wav`, 'RIFF one', more);
  server.put(`${api}/raw/${commit}/data%20set/deeper/KL_n30.wav`, 'RIFF three', more);
  server.put('/cdn/two', '', { redirect: `${server.elsewhere}/storage/two?signature=x` });
  server.put('/storage/two', 'RIFF two');
  return {
    kind: 'dagshub',
    host: server.url,
    repository: 'who/what',
    revision: '',
    path: 'data set',
  };
}

test('DagsHub: the branch is pinned, folders are walked, files of Git and DVC alike', async () => {
  await using server = await createDownloadServer();
  const { content, revision, folder } = await get(server, [putDagshub(server)]);
  assert.is(revision, commit);
  assert.equal(content, {
    'DC_a01.wav': 'RIFF one',
    'deeper/JE_su02.wav': 'RIFF two',
    'deeper/KL_n30.wav': 'RIFF three',
  });
  assert.equal(
    readdirSync(folder).sort(),
    ['.revision', 'DC_a01.wav', 'deeper'],
    'no document of the repository',
  );
});

test('DagsHub: what is refused to strangers perhaps needs a token, which is sent to it alone', async () => {
  for (const refusal of [401, 403, 404]) {
    await using server = await createDownloadServer();
    const remote = putDagshub(server, { token: 'mine', refusal });
    assert.match(await failure(get(server, [remote])), /perhaps needs a token: set DAGSHUB_TOKEN/);
    const tools = testTools({ DAGSHUB_TOKEN: 'mine' });
    const { content } = await get(server, [remote], { tools });
    assert.is(Object.keys(content).length, 3);
    const told = server.seen.filter(({ authorization }) => authorization !== undefined);
    assert.ok(told.every(({ host }) => host === new URL(server.url).host));
    assert.not.match(JSON.stringify([tools.said, tools.states]), 'mine');
  }
});

test('DagsHub: a page of the web site in place of a list is said', async () => {
  await using server = await createDownloadServer();
  const remote = putDagshub(server);
  const html = '<!DOCTYPE html><html>Sign in</html>';
  server.put('/api/v1/repos/who/what', html, { type: 'text/html' });
  assert.match(await failure(get(server, [remote])), /web page where a list was asked/);
});

for (const layout of ['files/md5/', '']) {
  test(`DVC: a directory in the layout ${layout}ab/cdef…`, async () => {
    await using server = await createDownloadServer();
    const list = JSON.stringify(
      Object.entries(sounds).map(([relpath, text]) => ({
        md5: md5(text),
        relpath: `x/${relpath}`,
      })),
    );
    const put = (hash: string, text: string) =>
      server.put(`/o/r.dvc/${layout}${hash.slice(0, 2)}/${hash.slice(2)}`, text);
    put(`${md5(list)}.dir`, list);
    for (const text of Object.values(sounds)) put(md5(text), text);
    const remote = parseRemote(`${server.url}/o/r.dvc#${md5(list)}.dir`);
    assert.is(remote?.kind, 'dvc');
    const { content, seen } = await get(server, [remote as Remote]);
    assert.equal(Object.values(content).sort(), Object.values(sounds).sort());
    assert.is(seen.length, layout === '' ? 5 : 4, 'files are asked for where the directory was');
    put(`${md5(list)}.dir`, '[]');
    assert.match(await failure(get(server, [remote as Remote])), 'is damaged');
  });
}

test('Hugging Face: pages, a pinned revision, checksums, redirects', async () => {
  await using server = await createDownloadServer();
  const api = '/api/datasets/who/speech';
  const entry = (path: string, text: string) => ({
    ...{ type: 'file', path, size: text.length, oid: 'x' },
    lfs: { oid: sha256(text), size: text.length },
  });
  server.json(`${api}/revision/main`, { sha: commit });
  server.json(
    `${api}/tree/${commit}/data?recursive=true`,
    [entry('data/DC_a01.wav', 'RIFF one'), { type: 'directory', path: 'data/x' }],
    { headers: { link: `<${server.url}${api}/tree/${commit}/data?page=2>; rel="next"` } },
  );
  server.json(`${api}/tree/${commit}/data?page=2`, [entry('data/x/JE_su02.wav', 'RIFF two')]);
  const resolve = `/datasets/who/speech/resolve/${commit}/data`;
  server.put(`${resolve}/DC_a01.wav`, '', { redirect: `${server.elsewhere}/blob` });
  server.put('/blob', 'RIFF one');
  server.put(`${resolve}/x/JE_su02.wav`, 'RIFF two', { faults: [{ wrong: true }] });
  const remote: Remote = {
    ...{ kind: 'hugging-face', host: server.url, dataset: 'who/speech' },
    ...{ revision: 'main', path: 'data' },
  };
  const { content, revision } = await get(server, [remote]);
  assert.is(revision, commit);
  assert.equal(content, { 'DC_a01.wav': 'RIFF one', 'x/JE_su02.wav': 'RIFF two' });
});

test('Hugging Face: a branch that moved leaves nothing of what it was', async () => {
  const store = temporaryFolder('download');
  const revisions: readonly Readonly<Record<string, string>>[] = [
    { 'DC_a01.wav': 'RIFF one', 'JE_su02.wav': 'RIFF two', 'KL_n30.wav': 'RIFF same' },
    // One has gone, one has other bytes of the same size and no checksum, one is new.
    { 'JE_su02.wav': 'RIFF TWO', 'KL_n30.wav': 'RIFF same', 'DC_d04.wav': 'RIFF four' },
  ];
  await using server = await createDownloadServer();
  for (const [n, sounds] of revisions.entries()) {
    const at = `${n}`.repeat(40);
    const api = '/api/datasets/who/speech';
    server.json(`${api}/revision/main`, { sha: at });
    server.json(
      `${api}/tree/${at}/?recursive=true`,
      Object.entries(sounds).map(([path, text]) => ({ type: 'file', path, size: text.length })),
    );
    for (const [path, text] of Object.entries(sounds)) {
      server.put(`/datasets/who/speech/resolve/${at}/${path}`, text);
    }
    const remote: Remote = {
      ...{ kind: 'hugging-face', host: server.url, dataset: 'who/speech' },
      ...{ revision: 'main', path: '' },
    };
    const { content } = await get(server, [remote], { store });
    assert.equal(content, sounds);
  }
});

/** EmoDB as if it had two recordings. */
const tiny: CorpusEntry = {
  ...emodb,
  manifest: { 'wav/03a01Fa.wav': sha256('RIFF fa'), 'wav/03a01Nc.wav': sha256('RIFF nc') },
};

test('files below an address are those of the manifest, with its checksums', async () => {
  await using server = await createDownloadServer();
  server.put('/x/wav/03a01Fa.wav', 'RIFF fa');
  server.put('/x/wav/03a01Nc.wav', 'RIFF nc');
  const remote: Remote = { kind: 'files', url: `${server.url}/x/` };
  const { content } = await get(server, [remote], { entry: tiny });
  assert.equal(Object.keys(content), ['wav/03a01Fa.wav', 'wav/03a01Nc.wav']);
  server.put('/x/wav/03a01Nc.wav', 'RIFF other');
  assert.match(await failure(get(server, [remote], { entry: tiny })), /03a01Nc.wav .* sha256/);
  assert.match(await failure(get(server, [remote])), 'not known for this corpus');
});

test('an archive is unpacked, and goes when it has been', async () => {
  await using server = await createDownloadServer();
  const zip = zipOf(
    Object.entries(sounds).map(([name, content]) => ({ name: `A/${name}`, content })),
  );
  server.put('/a%20b.zip', zip);
  const remote = parseRemote(`${server.url}/a%20b.zip?download=1`) as Remote;
  const { content, folder } = await get(server, [remote]);
  assert.equal(Object.keys(content), ['A/DC_a01.wav', 'A/JE_su02.wav', 'A/KL_n30.wav']);
  assert.equal(readdirSync(folder), ['A']);
  server.put('/none.zip', zipOf([{ name: 'readme.txt', content: 'x' }]));
  const none: Remote = { kind: 'archive', url: `${server.url}/none.zip` };
  assert.match(await failure(get(server, [none])), /holds no recording of Surrey/);
});

test('sources are tried in order, and what each said is told', async () => {
  await using server = await createDownloadServer();
  server.put('/good.zip', zipOf([{ name: 'DC_a01.wav', content: 'x' }]));
  const at = (name: string): Remote => ({ kind: 'archive', url: `${server.url}/${name}` });
  const tools: TestTools = testTools();
  const { store } = await get(server, [at('gone.zip'), at('good.zip')], { tools });
  // What was there before is somebody's corpus until the new one stands: it is not removed here.
  assert.is(readdirSync(store).length, 2, 'a folder per source');
  assert.match(
    tools.said.join('\n'),
    /from .*gone\.zip\n {2}.*404: there is no such file\nfrom .*good/,
  );
  const words = await failure(get(server, [at('gone.zip'), at('lost.zip')]));
  assert.match(
    words,
    /no source of Surrey .* works \| By hand: get it from .*affekt data add savee PATH/,
  );
});

test('addresses are read in every form that the help names', () => {
  const { kind, ...rest } = parseRemote('dagshub:a/b@dev/x/y') as Remote;
  assert.is(kind, 'dagshub');
  assert.equal(rest, {
    host: 'https://dagshub.com',
    repository: 'a/b',
    revision: 'dev',
    path: 'x/y',
  });
  assert.equal(
    parseRemote('https://dagshub.com/a/b/src/dev/x/y'),
    parseRemote('dagshub:a/b@dev/x/y'),
  );
  assert.equal(parseRemote('https://dagshub.com/a/b'), parseRemote('dagshub:a/b'));
  assert.equal(
    parseRemote('https://huggingface.co/datasets/a/b/tree/v1/x'),
    parseRemote('hf:a/b@v1/x'),
  );
  assert.equal(parseRemote('https://huggingface.co/datasets/a/b'), parseRemote('hf:a/b'));
  assert.is(parseRemote('https://x.org/a.tar.gz')?.kind, 'archive');
  assert.is(parseRemote('https://x.org/a/')?.kind, 'files');
  for (const other of [
    '../a',
    'a.zip',
    'C:\\a',
    'ftp://x.org/a.zip',
    'https://x.org/page',
    'hf:a',
    '',
  ]) {
    assert.is(parseRemote(other), undefined, other);
  }
});

test.run();
