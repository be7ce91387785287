import {
  appendFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { StatMemo } from '../../../src/engine/cache/stat-memo.ts';
import { sha256 } from '../../../src/engine/digest.ts';

const test = suite('stat memo');

function folder(): { readonly path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), 'affekt-memo-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** The stamp that the memo keeps of a file, from the outside. */
function stampOf(path: string): string {
  const { dev, ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
  return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`;
}

/** A memo that trusts what the file shows now and believes it to have another digest. */
function believing(file: string, path: string, text: string): StatMemo {
  appendFileSync(file, `${path}\t${stampOf(path)}\t${sha256(text)}\n`);
  return new StatMemo(file);
}

test('an unchanged file is not read again', () => {
  using at = folder();
  const path = join(at.path, 'a');
  writeFileSync(path, 'real');
  const memo = believing(join(at.path, 'memo'), path, 'believed');
  assert.is(memo.digest(path), sha256('believed'));
});

test('any change of size, time, inode or ctime is noticed', () => {
  using at = folder();
  const path = join(at.path, 'a');
  const file = join(at.path, 'memo');
  const edits: Record<string, () => void> = {
    'same size, mtime restored': () => {
      const { atime, mtime } = statSync(path);
      writeFileSync(path, 'REAL');
      utimesSync(path, atime, mtime);
    },
    'touch only': () => utimesSync(path, new Date(), new Date()),
    'mtime going back': () => utimesSync(path, new Date(0), new Date(0)),
    'another size': () => appendFileSync(path, 'more'),
    'another file under its name': () => {
      writeFileSync(join(at.path, 'b'), 'REAL');
      const { atime, mtime } = statSync(path);
      utimesSync(join(at.path, 'b'), atime, mtime);
      renameSync(join(at.path, 'b'), path);
    },
  };
  for (const [name, edit] of Object.entries(edits)) {
    writeFileSync(path, 'real');
    const memo = believing(file, path, 'believed');
    assert.is(memo.digest(path), sha256('believed'), `before: ${name}`);
    edit();
    assert.is(memo.digest(path), sha256(readFileSync(path)), name);
  }
});

test('a file that has just changed is not remembered (racy), an old one is', () => {
  using at = folder();
  const file = join(at.path, 'memo');
  const young = join(at.path, 'young');
  writeFileSync(young, 'young');
  const first = new StatMemo(file);
  assert.is(first.digest(young), sha256('young'));
  // This source has been here for longer than two seconds.
  const old = import.meta.filename;
  const { ctimeMs } = statSync(old);
  first.digest(old);
  first.save();
  let kept = '';
  try {
    kept = readFileSync(file, 'utf8');
  } catch {
    // Nothing was old enough.
  }
  assert.not.ok(kept.includes(young));
  if (Date.now() - ctimeMs > 5000) assert.ok(kept.includes(`${old}\t${stampOf(old)}\t`));
});

test('a memo cut anywhere never gives a wrong digest', () => {
  using at = folder();
  const [a, b] = [join(at.path, 'a'), join(at.path, 'b')];
  writeFileSync(a, 'aa');
  writeFileSync(b, 'bb');
  const line = (path: string, text: string) => `${path}\t${stampOf(path)}\t${sha256(text)}\n`;
  const file = join(at.path, 'memo');
  const whole = line(a, 'aa');
  for (let cut = 0; cut <= whole.length; cut++) {
    // A kill tore the line; the next run appended behind it.
    writeFileSync(file, whole.slice(0, cut) + line(b, 'bb') + line(a, 'aa').slice(0, cut));
    const memo = new StatMemo(file);
    assert.is(memo.digest(a), sha256('aa'));
    assert.is(memo.digest(b), sha256('bb'));
  }
});

test('of thousands of files each is known, in a memo that was sorted, cut, and appended to', () => {
  using at = folder();
  const file = join(at.path, 'memo');
  const paths = Array.from({ length: 1500 }, (_, i) => join(at.path, `${i} é 名.wav`));
  for (const path of paths) writeFileSync(path, 'real');
  // Older than what counts as just changed: sorting needs a memo that has learnt something.
  const old = process.execPath;
  const believed = (path: string, text: string) => `${path}\t${stampOf(path)}\t${sha256(text)}\n`;
  const [first, ...others] = paths;
  writeFileSync(file, others.map((path) => believed(path, 'one')).join(''));
  const memo = new StatMemo(file);
  memo.digest(old);
  memo.save();
  assert.match(readFileSync(file, 'utf8'), /^sorted \d+\n/);
  assert.is(new StatMemo(file).digest(first as string), sha256('real'), 'not in it');
  for (const path of others) assert.is(new StatMemo(file).digest(path), sha256('one'));
  appendFileSync(file, believed(first as string, 'two') + believed(paths[700] as string, 'two'));
  const later = new StatMemo(file);
  for (const i of [0, 700]) assert.is(later.digest(paths[i] as string), sha256('two'));
  assert.is(later.digest(paths[701] as string), sha256('one'));
  const bytes = readFileSync(file);
  for (const cut of [3, 10, 5000, bytes.length / 2, bytes.length - 5]) {
    writeFileSync(file, bytes.subarray(0, cut));
    const torn = new StatMemo(file);
    for (const path of [paths[1], paths[1499]] as const)
      assert.ok([sha256('one'), sha256('real')].includes(torn.digest(path as string)), `${cut}`);
  }
});

test('a few files that change again and again do not make it grow', () => {
  using at = folder();
  const file = join(at.path, 'memo');
  const line = (n: number): string =>
    `${join(at.path, `${n % 10}`)}\t1:${n}:1:1:1\t${sha256('x')}\n`;
  writeFileSync(file, Array.from({ length: 6000 }, (_, n) => line(n)).join(''));
  const memo = new StatMemo(file);
  memo.digest(process.execPath);
  memo.save();
  assert.is(readFileSync(file, 'utf8').split('\n').length, 1 + 11 + 1);
});

test('odd paths are hashed, not remembered; garbage in the memo is skipped', () => {
  using at = folder();
  const file = join(at.path, 'memo');
  writeFileSync(file, '\u0000\tgarbage\t\n\t\t\nno tabs\n');
  const memo = new StatMemo(file);
  for (const name of ['tab\there', 'line\nbreak', 'naïve 名前', ' lead', 'trail ']) {
    const path = join(at.path, name);
    writeFileSync(path, name);
    assert.is(memo.digest(path), sha256(name));
    assert.is(new StatMemo(file).digest(path), sha256(name));
  }
  memo.save();
});

test('a file that is not there is the file system’s error', () => {
  using at = folder();
  assert.throws(
    () => new StatMemo(join(at.path, 'memo')).digest(join(at.path, 'none')),
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT',
  );
});

test.run();
