import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { artifactTypes } from '../../../src/artifacts/index.ts';
import { Cache } from '../../../src/engine/cache/cache.ts';
import { collectGarbage } from '../../../src/engine/cache/garbage.ts';
import { ItemIndex } from '../../../src/engine/cache/item-index.ts';
import { ObjectWriter } from '../../../src/engine/cache/objects.ts';
import { cacheUsage } from '../../../src/engine/cache/usage.ts';
import { verifyCache } from '../../../src/engine/cache/verify.ts';
import { type Digest, sha256 } from '../../../src/engine/digest.ts';
import type { TaskRecord } from '../../../src/engine/record/types.ts';

const test = suite('objects, garbage, verify');

const day = 86_400;

function rig() {
  const root = mkdtempSync(join(tmpdir(), 'affekt-objects-'));
  const folder = join(root, 'cache');
  const cache = new Cache(folder);
  const { paths } = cache;
  let n = 0;
  const put = (content: string): Digest => {
    const file = join(root, `file${n++}`);
    writeFileSync(file, content);
    const digest = sha256(content);
    const writer = new ObjectWriter(paths);
    writer.put(file, digest);
    writer.sync();
    return digest;
  };
  const adopt = (name: string, content: string): Digest => {
    writeFileSync(join(root, name), content);
    const writer = new ObjectWriter(paths);
    writer.adopt(join(root, name), sha256(content));
    writer.sync();
    return sha256(content);
  };
  /** A record that names these objects and was used so many days ago. */
  const record = (
    name: string,
    files: readonly Digest[],
    daysAgo = 0,
    kind = 'say',
    type = 'file',
  ): Digest => {
    const key = sha256(name);
    cache.records.publish({
      format: 'affekt.record/1',
      key,
      kind,
      version: 1,
      params: {},
      seed: null,
      inputs: {},
      sources: {},
      dependencies: [],
      outputs: {
        out: {
          type,
          digest: sha256(name),
          files: Object.fromEntries(files.map((digest, i) => [`f${i}`, digest])),
        },
      },
      consumed: [],
      runtime: {} as TaskRecord['runtime'],
    });
    const then = Date.now() / 1000 - daysAgo * day;
    utimesSync(paths.record(key), then, then);
    return key;
  };
  const old = (digest: Digest): void => {
    const then = Date.now() / 1000 - 2 * 3600;
    utimesSync(paths.object(digest), then, then);
  };
  const there = (...digests: readonly Digest[]) =>
    digests.map(
      (digest) => lstatSync(paths.object(digest), { throwIfNoEntry: false }) !== undefined,
    );
  return {
    root,
    folder,
    cache,
    paths,
    put,
    adopt,
    record,
    old,
    there,
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

test('an object is read-only and good; every damage is noticed and taken out of the way', () => {
  using at = rig();
  const other = at.put('other content!');
  const damages: Record<string, (path: string) => void> = {
    'a bit flipped, size and mtime kept': (path) => {
      const bytes = readFileSync(path);
      const { atime, mtime } = lstatSync(path);
      bytes[3] = (bytes[3] as number) ^ 1;
      chmodSync(path, 0o644);
      writeFileSync(path, bytes);
      utimesSync(path, atime, mtime);
      chmodSync(path, 0o444);
    },
    truncated: (path) => truncateSync(path, 3),
    'zero length': (path) => truncateSync(path, 0),
    'longer than it was': (path) => writeFileSync(path, 'some content and more'),
    swapped: (path) => {
      rmSync(path);
      writeFileSync(path, readFileSync(at.paths.object(other)));
    },
    'a folder': (path) => {
      rmSync(path);
      mkdirSync(path);
    },
  };
  for (const [name, damage] of Object.entries(damages)) {
    const digest = at.put('some content');
    const path = at.paths.object(digest);
    assert.is(lstatSync(path).mode & 0o777, 0o444, name);
    assert.ok(at.cache.objects.good(digest), name);
    if (name !== 'a folder' && name !== 'swapped') chmodSync(path, 0o644);
    damage(path);
    assert.is(at.cache.objects.good(digest), undefined, name);
    assert.is(existsSync(path), false, `${name}: quarantined`);
    assert.ok(readdirSync(at.paths.quarantine).length > 0);
  }
  const digest = at.put('some content');
  unlinkSync(at.paths.object(digest));
  assert.is(at.cache.objects.good(digest), undefined, 'deleted');
});

test('a user’s file is referred to, not copied; edited or moved, it is no object any more', () => {
  using at = rig();
  const digest = at.adopt('a.wav', 'sound');
  assert.is(lstatSync(at.paths.object(digest)).isSymbolicLink(), true);
  assert.ok(at.cache.objects.good(digest));
  writeFileSync(join(at.root, 'a.wav'), 'SOUND');
  assert.is(at.cache.objects.good(digest), undefined);
  assert.is(readFileSync(join(at.root, 'a.wav'), 'utf8'), 'SOUND', 'the user’s file is left alone');
  const moved = at.adopt('b.wav', 'more sound');
  renameSync(join(at.root, 'b.wav'), join(at.root, 'c.wav'));
  assert.is(at.cache.objects.good(moved), undefined);
  assert.is(at.adopt('d.wav', 'more sound'), moved);
  assert.ok(at.cache.objects.good(moved), 'found again elsewhere');
});

test('a copy that is there is kept when the same file is adopted', () => {
  using at = rig();
  const digest = at.put('sound');
  at.adopt('a.wav', 'sound');
  assert.is(lstatSync(at.paths.object(digest)).isSymbolicLink(), false);
});

test('garbage: the longest unused go first, until the rest fits', () => {
  using at = rig();
  const [a, b, c, d] = ['aaaa', 'bbbb', 'cccc', 'dddd'].map(at.put) as [
    Digest,
    Digest,
    Digest,
    Digest,
  ];
  at.record('old', [a, b], 30);
  at.record('middle', [c], 10);
  at.record('new', [d, b], 0);
  const dry = collectGarbage(at.folder, artifactTypes, { maxBytes: 12, dryRun: true });
  assert.equal([dry.removed, dry.bytes, dry.kept], [1, 4, 3]);
  assert.equal(at.there(a, b, c, d), [true, true, true, true], 'a dry run removes nothing');
  collectGarbage(at.folder, artifactTypes, { maxBytes: 12 });
  assert.equal(at.there(a, b, c, d), [false, true, true, true], 'b is used by a newer record');
  collectGarbage(at.folder, artifactTypes, { maxBytes: 8 });
  assert.equal(at.there(a, b, c, d), [false, true, false, true]);
  assert.is(at.cache.find(sha256('old'))?.whole, false, 'the record stays, its objects are gone');
});

test('garbage: by age, and never links to users’ files', () => {
  using at = rig();
  const [a, b] = ['aaaa', 'bbbb'].map(at.put) as [Digest, Digest];
  const link = at.adopt('user.wav', 'sound');
  at.record('old', [a, link], 30);
  at.record('new', [b], 1);
  collectGarbage(at.folder, artifactTypes, { maxAgeDays: 7 });
  assert.equal(at.there(a, b, link), [false, true, true]);
  collectGarbage(at.folder, artifactTypes, { maxBytes: 0 });
  assert.equal(at.there(b, link), [false, true]);
  assert.ok(existsSync(join(at.root, 'user.wav')));
});

test('garbage: the numbers of old runs stay, whatever the limits', () => {
  using at = rig();
  const [numbers, models, shared] = ['aaaa', 'bbbb', 'cccc'].map(at.put) as [
    ...[Digest, Digest, Digest],
  ];
  at.record('scores', [numbers, shared], 90, 'evaluate', 'evaluation');
  at.record('model', [models, shared], 0, 'train', 'models');
  for (const limit of [{ maxBytes: 0 }, { maxAgeDays: 7 }])
    collectGarbage(at.folder, artifactTypes, limit);
  assert.equal(at.there(numbers, shared, models), [true, true, false]);
  assert.is(at.cache.find(sha256('scores'))?.whole, true);
});

test('garbage: what no record names goes, unless a task may just be finishing', () => {
  using at = rig();
  const [young, stale] = ['young', 'stale'].map(at.put) as [Digest, Digest];
  at.old(stale);
  const temporary = `${at.paths.object(young)}.1.1.tmp`;
  writeFileSync(temporary, '');
  collectGarbage(at.folder, artifactTypes, {});
  assert.equal(at.there(young, stale), [true, false]);
  assert.ok(existsSync(temporary), 'somebody may be writing it');
  utimesSync(temporary, 0, 0);
  collectGarbage(at.folder, artifactTypes, {});
  assert.not.ok(existsSync(temporary));
});

test('usage counts what takes space', () => {
  using at = rig();
  const [a, b] = ['aaaa', 'bbbbbb'].map(at.put) as [Digest, Digest];
  at.record('one', [a, b], 0, 'say');
  at.record('two', [a, at.adopt('user.wav', 'sound')], 0, 'other');
  const usage = cacheUsage(at.folder);
  assert.equal(usage, {
    records: 2,
    objects: 3,
    bytes: 10,
    inPlace: 1,
    byKind: { say: { records: 1, bytes: 10 }, other: { records: 1, bytes: 4 } },
  });
});

test('verify trusts no memo: it finds what has changed, and tells missing from bad', async () => {
  using at = rig();
  const [good, bad, gone] = ['good', 'bad!', 'gone'].map(at.put) as [Digest, Digest, Digest];
  const edited = at.adopt('edited.wav', 'sound one');
  const moved = at.adopt('moved.wav', 'sound two');
  at.record('all', [good, bad, gone, edited, moved]);
  assert.equal(await verifyCache(at.folder), { checked: 5, bad: [], missing: 0 });
  chmodSync(at.paths.object(bad), 0o644);
  writeFileSync(at.paths.object(bad), 'BAD!');
  unlinkSync(at.paths.object(gone));
  writeFileSync(join(at.root, 'edited.wav'), 'SOUND ONE');
  renameSync(join(at.root, 'moved.wav'), join(at.root, 'away.wav'));
  const verdict = await verifyCache(at.folder);
  assert.equal(verdict.bad.map(({ digest }) => digest).sort(), [bad, edited].sort());
  assert.is(verdict.missing, 2);
  assert.equal(at.there(bad), [false], 'a bad object is out of the way');
});

test('the item index gives each item once, the latest first, whatever tore it', () => {
  using at = rig();
  const index = new ItemIndex(at.paths);
  const [a, b, c] = [sha256('a'), sha256('b'), sha256('c')];
  const family = sha256('family');
  assert.is(index.find(family, new Set([a])).size, 0);
  index.add(family, sha256('k1'), [a, b]);
  index.add(family, sha256('k2'), [b, c]);
  const all = () => Object.fromEntries(index.find(family, new Set([a, b, c])));
  assert.equal(all(), { [sha256('k2')]: [b, c], [sha256('k1')]: [a] });
  const path = at.paths.items(family);
  const whole = readFileSync(path);
  const first = whole.indexOf(10) + 1;
  for (let cut = first; cut < whole.length; cut += 7) {
    writeFileSync(path, whole.subarray(0, cut));
    index.add(family, sha256('k3'), [c]);
    const found = all();
    assert.equal(found[sha256('k1')]?.includes(a), true, `cut at ${cut}`);
    assert.ok(!JSON.stringify(found).includes(sha256('k2')), `cut at ${cut}`);
  }
  for (const odd of ['null', '7', '[]', '{}', '{"key":1,"items":7}', '{"items":null}']) {
    writeFileSync(path, `${odd}\n`);
    assert.not.throws(all, odd);
  }
  assert.ok(dirname(path).endsWith('items'));
});

test.run();
