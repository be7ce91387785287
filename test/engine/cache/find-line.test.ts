import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findLine } from '../../../src/engine/cache/find-line.ts';

const test = suite('find line');

/** Prefixes of each other, characters below and above the tab, beyond Latin-1 and beyond 16 bits. */
const keys = ['', 'a', 'a b', 'a!', 'aa', 'a/b', 'b', '\u0001', 'é', '名前', '\u{1f600}', '\uffff'];

function sorted(some: readonly string[]): Buffer {
  const lines = some.map((key) => Buffer.from(`${key}\tof ${key}\n`));
  return Buffer.concat(lines.sort(Buffer.compare));
}

test('finds each of any lines, and nothing else', () => {
  for (let subset = 0; subset < 2 ** keys.length; subset++) {
    const lines = sorted(keys.filter((_, i) => subset & (1 << i)));
    for (const [i, key] of keys.entries())
      assert.is(findLine(lines, key), subset & (1 << i) ? `of ${key}` : undefined);
  }
});

test('a last line without its end is one', () => {
  const lines = sorted(keys);
  assert.is(findLine(lines.subarray(0, -1), '\u{1f600}'), 'of \u{1f600}');
});

test('in lines of any order nothing wrong is found, and the search ends', () => {
  const lines = Buffer.from('b\tof b\n\n\na\tof a\nno tab\nc\tof c\na\tof a\nb');
  for (const key of ['a', 'b', 'c', '', 'no tab', 'of a'])
    assert.ok([`of ${key}`, undefined].includes(findLine(lines, key)), key);
});

test.run();
