import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { listFiles, openDataStore } from '../../src/engine/data-store.ts';
import { type Digest, sha256 } from '../../src/engine/digest.ts';
import { temporaryFolder } from '../util/temporary.ts';

const test = suite('data store');

function hashFile(path: string): Digest {
  return sha256(readFileSync(path));
}

function setUp() {
  const root = temporaryFolder('data');
  const source = join(root, 'source');
  mkdirSync(join(source, 'sub'), { recursive: true });
  writeFileSync(join(source, 'a.wav'), 'a');
  writeFileSync(join(source, 'sub/b c.wav'), 'b');
  const store = openDataStore(join(root, 'data'));
  const entry = {
    name: 'mine',
    path: source,
    manifest: { 'a.wav': sha256('a'), 'sub/b c.wav': sha256('b') },
    pinned: false,
    unpinned_ok: true,
    added: '2024-01-01T00:00:00.000Z',
  };
  return { root, source, store, entry };
}

test('an empty store has nothing and makes no folder', () => {
  const { store } = setUp();
  assert.equal(store.list(), []);
  assert.is(store.read('mine'), undefined);
  assert.is(store.remove('mine'), false);
  assert.is(store.verify('mine', hashFile), undefined);
});

test('keeps what was added; adding again replaces it', () => {
  const { store, entry, root } = setUp();
  store.add(entry);
  assert.equal(store.read('mine'), { format: 'affekt.data/1', ...entry });
  store.add({ ...entry, name: 'also' });
  store.add({ ...entry, pinned: true });
  assert.equal(
    store.list().map(({ name, pinned }) => [name, pinned]),
    [
      ['also', false],
      ['mine', true],
    ],
  );
  assert.equal(listFiles(join(root, 'data')), ['corpora/also.json', 'corpora/mine.json']);
});

test('verify lists what is missing and what has changed', () => {
  const { store, entry, source } = setUp();
  store.add(entry);
  assert.equal(store.verify('mine', hashFile), { missing: [], changed: [], unreadable: [] });
  writeFileSync(join(source, 'a.wav'), 'A');
  rmSync(join(source, 'sub'), { recursive: true });
  mkdirSync(join(source, 'sub/b c.wav'), { recursive: true });
  const found = store.verify('mine', hashFile);
  assert.equal(found?.changed, ['a.wav']);
  assert.is(found?.unreadable[0]?.file, 'sub/b c.wav');
  rmSync(source, { recursive: true });
  assert.equal(store.verify('mine', hashFile)?.missing, ['a.wav', 'sub/b c.wav']);
});

test('copies on request; removing deletes the copy and never the user’s files', () => {
  const { store, entry, source } = setUp();
  const path = store.copy('mine', source, Object.keys(entry.manifest));
  store.add({ ...entry, path });
  assert.is(store.copy('mine', path, Object.keys(entry.manifest)), path);
  assert.equal(listFiles(path), ['a.wav', 'sub/b c.wav']);
  assert.ok(store.remove('mine'));
  assert.throws(() => listFiles(path), /ENOENT/);
  assert.is(listFiles(source).length, 2);
});

test('a damaged entry says how to mend it', () => {
  const { store, entry, root } = setUp();
  store.add(entry);
  const file = join(root, 'data/corpora/mine.json');
  const whole = readFileSync(file, 'utf8');
  for (const damage of [whole.slice(0, 40), '[]', whole.replace('"mine"', '"other"'), '']) {
    writeFileSync(file, damage);
    let hint = '';
    try {
      store.read('mine');
    } catch (error) {
      hint = (error as { hint: string }).hint;
    }
    assert.match(hint, 'affekt data add mine PATH');
  }
});

test('a name cannot leave the store', () => {
  const { store, entry } = setUp();
  for (const name of ['../x', 'A', '', 'a/b', '.']) {
    assert.throws(() => store.add({ ...entry, name }), /cannot name a corpus/);
    assert.throws(() => store.read(name), /cannot name a corpus/);
  }
});

test('lists files sorted, without hidden ones', () => {
  const { source } = setUp();
  writeFileSync(join(source, '.DS_Store'), '');
  mkdirSync(join(source, '.git'));
  writeFileSync(join(source, '.git/x'), '');
  writeFileSync(join(source, 'Z.wav'), '');
  assert.equal(listFiles(source), ['Z.wav', 'a.wav', 'sub/b c.wav']);
});

test.run();
