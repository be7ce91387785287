import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Cache } from '../../../src/engine/cache/cache.ts';
import { eachRecord } from '../../../src/engine/cache/inventory.ts';
import { CachePaths } from '../../../src/engine/cache/paths.ts';
import { Records } from '../../../src/engine/cache/records.ts';
import { type Digest, sha256 } from '../../../src/engine/digest.ts';
import type { TaskRecord } from '../../../src/engine/record/types.ts';

const test = suite('records');

function rig() {
  const folder = mkdtempSync(join(tmpdir(), 'affekt-records-'));
  const paths = new CachePaths(folder);
  return {
    folder,
    paths,
    records: new Records(paths),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const key = sha256('key');

function record(content: string, more: Partial<TaskRecord> = {}): TaskRecord {
  const digest = sha256(content);
  return {
    format: 'affekt.record/1',
    key,
    kind: 'say',
    version: 1,
    params: { label: 'ä "quoted"' },
    seed: null,
    inputs: {},
    sources: {},
    dependencies: [],
    outputs: { out: { type: 'file', digest: sha256(`tree ${content}`), files: { text: digest } } },
    consumed: [],
    runtime: {
      host: 'h',
      cpu_class: 'c',
      node: 'v20',
      started: '2026-01-01T00:00:00.000Z',
      ended: '2026-01-01T00:00:01.000Z',
      seconds: 1,
      run: 'abcd',
    },
    ...more,
  };
}

test('the first writer wins, whatever the second one has', () => {
  using at = rig();
  const [one, two] = [record('one'), record('two')];
  assert.is(at.records.publish(one), one);
  assert.equal(at.records.publish(two), one);
  assert.equal(new Records(at.paths).read(key), one);
});

test('cut at every byte: never a hit, never a crash, and replaced by the next writer', () => {
  using at = rig();
  const whole = record('one');
  at.records.publish(whole);
  const path = at.paths.record(key);
  const bytes = readFileSync(path);
  for (let cut = 0; cut < bytes.length - 1; cut++) {
    writeFileSync(path, bytes.subarray(0, cut));
    assert.is(at.records.read(key), undefined, `cut at ${cut}`);
    assert.is([...eachRecord(at.paths)].length, 0, `cut at ${cut}`);
  }
  writeFileSync(path, bytes.subarray(0, 100));
  const next = record('two');
  assert.is(at.records.publish(next), next);
  assert.equal(at.records.read(key), next);
});

test('one bit turned anywhere: no hit, no crash', () => {
  using at = rig();
  at.records.publish(record('one'));
  const path = at.paths.record(key);
  const bytes = readFileSync(path);
  mkdirSync(dirname(at.paths.object(sha256('one'))), { recursive: true });
  writeFileSync(at.paths.object(sha256('one')), 'one');
  for (let i = 0; i < bytes.length; i++) {
    const bad = Buffer.from(bytes);
    bad[i] = (bad[i] as number) ^ 0x04;
    writeFileSync(path, bad);
    assert.is(new Cache(at.folder).find(key), undefined, `byte ${i}`);
  }
});

test('records of another format, another key or another shape are none', () => {
  using at = rig();
  const path = at.paths.record(key);
  mkdirSync(dirname(path), { recursive: true });
  const odd: unknown[] = [
    record('x', { format: 'affekt.record/2' as never }),
    record('x', { key: sha256('other') }),
    null,
    [],
    'text',
    7,
    { format: 'affekt.record/1', key },
    { ...record('x'), outputs: null },
    { ...record('x'), outputs: { out: null } },
    { ...record('x'), outputs: { out: { type: 'file', digest: 'x' } } },
    { ...record('x'), outputs: { out: { type: 'file', digest: 'x', files: { a: 7 } } } },
  ];
  for (const value of odd) {
    writeFileSync(path, JSON.stringify(value));
    const cache = new Cache(at.folder);
    assert.is(cache.find(key)?.whole ?? false, false, JSON.stringify(value));
    assert.not.throws(() => [...eachRecord(at.paths)], JSON.stringify(value));
  }
});

test('an object that another run makes in the meantime is seen', () => {
  using at = rig();
  const cache = new Cache(at.folder);
  cache.records.publish(record('one'));
  assert.is(cache.find(key)?.whole, false);
  const path = at.paths.object(sha256('one') as Digest);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, 'one');
  assert.is(cache.find(key)?.whole, true);
});

test.run();
