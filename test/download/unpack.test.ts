import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { unpack } from '../../src/download/unpack.ts';
import { temporaryFolder } from '../util/temporary.ts';
import { tarOf, zipOf } from './archives.ts';
import { failure } from './tools.ts';

function rig(archive: Buffer) {
  const root = temporaryFolder('download');
  const path = join(root, 'a.bin');
  const folder = join(root, 'in/out');
  writeFileSync(path, archive);
  return {
    root,
    go: (wants: (path: string) => boolean = () => true) =>
      unpack(path, folder, { wants, signal: new AbortController().signal }),
    list: () =>
      existsSync(folder)
        ? readdirSync(folder, { recursive: true, encoding: 'utf8' })
            .filter((name) => name.includes('.'))
            .sort()
        : [],
    read: (name: string) => readFileSync(join(folder, name), 'utf8'),
  };
}

const members = [
  { name: 'top/one.wav', content: 'one' },
  { name: 'top/ü ().wav', content: 'two'.repeat(1000), deflate: true },
  { name: 'top/readme.txt', content: 'no' },
];
const wav = (path: string): boolean => path.endsWith('.wav');

const test = suite('unpack');

for (const [format, make] of Object.entries({
  zip: () => zipOf(members),
  tar: () => tarOf(members),
  'tar.gz': async () => gzipSync(await tarOf(members)),
})) {
  test(`${format}: the wanted members come out, with their folders`, async () => {
    const one = rig(await make());
    assert.is(await one.go(wav), 2);
    assert.equal(one.list(), ['top/one.wav', 'top/ü ().wav']);
    assert.is(one.read('top/ü ().wav'), 'two'.repeat(1000));
  });
}

for (const name of [
  '../evil.wav',
  'a/../../evil.wav',
  '/evil.wav',
  'C:/evil.wav',
  'a\\..\\..\\evil.wav',
]) {
  test(`${name} may not leave the folder`, async () => {
    const content = 'evil';
    for (const archive of [zipOf([{ name, content }]), await tarOf([{ name, content }])]) {
      const one = rig(archive);
      const words = await failure(one.go());
      assert.match(words, /outside its folder: .*evil/);
      assert.match(words, 'made to do harm');
      assert.not.ok(existsSync(join(one.root, 'evil.wav')));
      assert.not.ok(existsSync(join(one.root, 'in/evil.wav')));
    }
  });
}

test('links are not made, and nothing is written through one', async () => {
  const zipped = rig(
    zipOf([
      { name: 'a', content: '/tmp', mode: 0o120777 },
      { name: 'b.wav', content: 'b' },
    ]),
  );
  assert.is(await zipped.go(), 1);
  assert.equal(zipped.list(), ['b.wav']);
  const tarred = rig(
    await tarOf([
      { name: 'd', content: '', link: '/tmp' },
      { name: 'd/affekt-was-here.wav', content: 'x' },
    ]),
  );
  assert.is(await tarred.go(), 1);
  assert.equal(tarred.list(), ['d/affekt-was-here.wav']);
  assert.not.ok(existsSync('/tmp/affekt-was-here.wav'));
});

test('a bomb ends before it fills the disk', async () => {
  // 120 MB of zeros in 0.1 MB: more than anything that sounds can shrink.
  const bomb = rig(zipOf([{ name: 'a.wav', content: Buffer.alloc(120e6), deflate: true }]));
  assert.match(await failure(bomb.go()), 'unpacks to more than 100000000 bytes');
  const liar = rig(zipOf([{ name: 'a.wav', content: Buffer.alloc(5e6), deflate: true, size: 10 }]));
  assert.match(await failure(liar.go()), /damaged: too many bytes/);
});

test('damage is seen: a wrong checksum, a cut archive, something else', async () => {
  const wrong = rig(zipOf([{ name: 'a.wav', content: 'abc', crc: 1 }]));
  assert.match(await failure(wrong.go()), /a\.wav fails its checksum/);
  const cut = rig(zipOf(members).subarray(0, 60));
  assert.match(await failure(cut.go()), /is damaged/);
  const packed = rig(gzipSync(await tarOf(members)).subarray(0, 100));
  assert.match(await failure(packed.go()), /is damaged/);
  const secret = rig(zipOf([{ name: 'a.wav', content: 'abc', encrypted: true }]));
  assert.match(await failure(secret.go()), 'a.wav is encrypted');
  assert.match(await failure(rig(Buffer.from('hello')).go()), 'neither a zip nor a tar');
});

test.run();
