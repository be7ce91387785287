import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { wrap } from '../../src/cli/wrap.ts';

const test = suite('wrap');

test('lines end at spaces, are shorter than the terminal, and keep every word', () => {
  const text = 'cnn: UAR 61.2 % [57.1, 65.0] these speakers, AESDD, leave-one-speaker-out (6)';
  const lines = wrap(text, 30).split('\n');
  assert.ok(lines.every((line) => line.length < 30));
  assert.ok(lines.slice(1).every((line) => line.startsWith('  ') && line.trim() !== ''));
  assert.is(lines.map((line) => line.trim()).join(' '), text);
});

test('what fits stays as it is; a word that is too long is not cut', () => {
  assert.is(wrap('a b c', 80), 'a b c');
  assert.is(wrap('aaaaaaaaaaaaaaaaaaaa b', 10), 'aaaaaaaaaaaaaaaaaaaa\n  b');
});

test.run();
