import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LineSplitter } from '../../src/util/line-splitter.ts';

const test = suite('line splitter');

function split(...pieces: readonly Uint8Array[]): readonly string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const piece of pieces) splitter.take(piece);
  splitter.end();
  return lines;
}

test('the pieces in which a stream comes do not matter', () => {
  const bytes = Buffer.from('one line\n\nä 名前 \u{1F600}\r\nlast');
  const whole = ['one line', '', 'ä 名前 \u{1F600}\r', 'last'];
  assert.equal(split(bytes), whole);
  for (let cut = 0; cut <= bytes.length; cut++)
    assert.equal(split(bytes.subarray(0, cut), bytes.subarray(cut)), whole, `cut at ${cut}`);
  assert.equal(split(...[...bytes].map((byte) => Buffer.of(byte))), whole, 'byte by byte');
});

test('a stream that ends in a line break has no empty line after it', () => {
  assert.equal(split(Buffer.from('a\nb\n')), ['a', 'b']);
  assert.equal(split(), []);
});

test('half a letter at the end is shown as such', () => {
  assert.equal(split(Buffer.of(0x61, 0xc3)), ['a\ufffd']);
});

test.run();
