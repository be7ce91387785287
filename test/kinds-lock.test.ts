import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { changedDefaults, kindCode, type LockedKind, lockOf } from '../scripts/kind-digests.ts';
import { stageKinds } from '../src/kinds.ts';

const test = suite('kinds lock');

const root = resolve(import.meta.dirname, '..');

/** A copy of the sources in which one file is edited; the digests of every kind's code before and after. */
async function edited(file: string, edit: (text: string) => string) {
  const folder = mkdtempSync(join(tmpdir(), 'affekt-lock-'));
  try {
    cpSync(join(root, 'src'), join(folder, 'src'), { recursive: true });
    const before = await kindCode(folder);
    const text = readFileSync(join(folder, file), 'utf8');
    const changed = edit(text);
    assert.is.not(changed, text, 'the edit found its place');
    writeFileSync(join(folder, file), changed);
    const after = await kindCode(folder);
    return [...before].filter(([name, code]) => after.get(name) !== code).map(([name]) => name);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test('comments, layout and types keep the digest of every kind', async () => {
  const file = 'src/stages/melspec.ts';
  assert.equal(
    await edited(
      file,
      (text) => `// A remark.\n\n/** @license of nothing */\n${text}\ntype Unused = number;\n\n`,
    ),
    [],
  );
});

test('a change of a kernel changes the kinds that reach it, and no other', async () => {
  const changed = await edited('src/dsp/mel.ts', (text) => text.replace('1000', '1001'));
  assert.ok(changed.includes('src/stages/melspec.ts'));
  assert.not.ok(changed.includes('src/stages/split.ts'));
  assert.not.ok(changed.includes('src/stages/command.ts'));
});

test('a change in what a kind loads lazily changes it', async () => {
  const file = 'src/stages/command/run-command.ts';
  const changed = await edited(file, (text) =>
    text.replace('const tailLines = 20', 'const tailLines = 21'),
  );
  assert.equal(changed, ['src/stages/command.ts']);
});

test('a change of the engine changes no kind: its formats have versions of their own', async () => {
  const file = 'src/engine/execute/runner.ts';
  assert.equal(await edited(file, (text) => text.replace('waitMs = 100', 'waitMs = 101')), []);
});

test('every kind of the table can be locked, internal ones too', async () => {
  const code = await kindCode(root);
  assert.ok(code.size >= 9);
  for (const kind of Object.values(stageKinds)) {
    const locked = lockOf(kind, 'x');
    assert.is(locked.version, kind.version);
    assert.equal(Object.keys(locked.defaults), Object.keys(kind.params.properties as object));
  }
  assert.is(lockOf(stageKinds['melspec']!, 'x').defaults['n_mels'], 64);
});

test('another default needs another version', () => {
  const kind = (version: number, defaults: Record<string, unknown>): LockedKind => ({
    version,
    defaults,
    code: '',
  });
  const before = { k: kind(1, { a: 1, b: { c: [1] } }) };
  const changes = (after: LockedKind) => changedDefaults(before, { k: after });
  assert.equal(changes(kind(1, { a: 1, b: { c: [1] } })), []);
  assert.equal(changes(kind(1, { a: 2, b: { c: [2] } })), ['k.a', 'k.b']);
  assert.equal(changes(kind(2, { a: 2, b: { c: [2] } })), [], 'the version was raised');
  assert.equal(changes(kind(1, { a: 1, b: { c: [1] }, more: 0 })), [], 'a new param');
  assert.equal(changes(kind(1, { a: '1', b: { c: [1] } })), ['k.a'], 'the type counts');
  assert.equal(changedDefaults({}, before), [], 'a new kind');
});

test.run();
