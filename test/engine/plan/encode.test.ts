import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encode } from '../../../src/engine/plan/encode.ts';
import type { Json } from '../../../src/util/json.ts';
import { createRandom } from '../../../src/util/random.ts';

const test = suite('encode');

test('writes the forms that its comment promises', () => {
  assert.is(encode(null), 'n');
  assert.is(encode(true), 't');
  assert.is(encode(false), 'f');
  assert.is(encode(1.5), 'd3:1.5');
  assert.is(encode('é'), 's2:é');
  assert.is(encode([]), 'l0:');
  assert.is(encode({}), 'm0:');
  assert.is(encode([1, '1', null]), 'l3:d1:1s1:1n');
  assert.is(encode({ b: 2, a: [true] }), 'm2:s1:al1:ts1:bd1:2');
});

test('tells types apart and numbers by value', () => {
  const different: Json[] = [
    1,
    '1',
    true,
    'true',
    null,
    'null',
    [1],
    { 1: 1 },
    [],
    {},
    '',
    0,
    [[]],
  ];
  const texts = different.map(encode);
  assert.is(new Set(texts).size, different.length);
  assert.is(encode(JSON.parse('1.0')), encode(1));
  assert.is(encode(JSON.parse('1e0')), encode(1));
  assert.is(encode(-0), encode(0));
  assert.is.not(encode(0.1 + 0.2), encode(0.3));
  assert.is(encode(1e21), 'd5:1e+21');
});

test('refuses numbers that JSON cannot hold', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    assert.throws(() => encode([value]), /cannot hash/);
  }
});

test('does not depend on the order in which keys were written', () => {
  assert.is(encode({ x: 1, y: { b: 1, a: 2 } }), encode({ y: { a: 2, b: 1 }, x: 1 }));
  assert.is.not(encode(['a', 'b']), encode(['b', 'a']));
});

test('orders keys by UTF-16 code units, not by locale', () => {
  const keys = ['ä', 'z', 'Z', 'a', '10', '9', '\u{1F600}', '\uFB00'];
  const expected = [...keys].sort((a, b) => (a < b ? -1 : 1));
  const map = Object.fromEntries(keys.map((key) => [key, 0]));
  const parts = expected.map((key) => encode(key) + encode(0)).join('');
  assert.is(encode(map), `m${keys.length}:${parts}`);
});

test('writes a long list as the sequence of its items, whatever they are', () => {
  for (const odd of ['z', 'é', '\u{1F600}', '\uD800', 7, null]) {
    const list: Json[] = [...Array.from({ length: 100 }, (_, i) => `clip-${i}`), odd];
    const expected = `l101:${list.map(encode).join('')}`;
    assert.is(encode(list), expected);
    assert.is(encode(list), expected);
  }
});

test('an absent key and an undefined one are the same, a null one is not', () => {
  assert.is(encode({ a: undefined } as unknown as Json), encode({}));
  assert.is.not(encode({ a: null }), encode({}));
});

test('cannot be confused by content that looks like an encoding', () => {
  const pairs: [Json, Json][] = [
    [
      ['ab', 'c'],
      ['a', 'bc'],
    ],
    [['a', 'b'], ['a,b']],
    [{ a: 'b' }, ['a', 'b']],
    [['s1:a'], ['a']],
    [[[1], 2], [[1, 2]]],
    [
      [1, [2]],
      [[1], 2],
    ],
    [
      [12, 3],
      [1, 23],
    ],
    [{ a: { b: 1 } }, { 'a.b': 1 }],
    [{ ab: 'c' }, { a: 'bc' }],
    ['d1:1', 1],
    [['n'], [null]],
    ['\ud800', '\udfff'],
    ['\ud800', '\ufffd'],
  ];
  for (const [a, b] of pairs) {
    assert.is.not(encode(a), encode(b), `${JSON.stringify(a)} / ${JSON.stringify(b)}`);
    const [left, right] = [encode(a), encode(b)].map((text) => Buffer.from(text).toString('hex'));
    assert.is.not(left, right, `as UTF-8: ${JSON.stringify(a)} / ${JSON.stringify(b)}`);
  }
});

/** A reader of the encoding, written from its description: what it reads back must be what went in. */
function decode(bytes: Buffer): Json {
  let at = 0;
  const length = (): number => {
    const end = bytes.indexOf(':', at);
    const n = Number(bytes.subarray(at, end).toString('latin1'));
    at = end + 1;
    return n;
  };
  const value = (): Json => {
    const tag = String.fromCharCode(bytes[at++] as number);
    if (tag === 'n') return null;
    if (tag === 't' || tag === 'f') return tag === 't';
    const n = length();
    if (tag === 'd' || tag === 's') {
      const text = bytes.subarray(at, at + n).toString('utf8');
      at += n;
      return tag === 's' ? text : Number(text);
    }
    if (tag === 'l') return Array.from({ length: n }, value);
    const map: Record<string, Json> = {};
    for (let i = 0; i < n; i++) {
      const key = value() as string;
      map[key] = value();
    }
    return map;
  };
  const out = value();
  if (at !== bytes.length) throw new Error(`${bytes.length - at} bytes are left over`);
  return out;
}

test('can be read back: 2,000 random values, seeded', () => {
  const random = createRandom(20260701);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random.next() * list.length)] as T;
  const letters = ['a', 'é', ':', '1', 's', 'l', '\u{1F600}', '\n', '0', ''];
  const text = (): string =>
    Array.from({ length: Math.floor(random.next() * 5) }, () => pick(letters)).join('');
  const make = (depth: number): Json => {
    const kind = Math.floor(random.next() * (depth > 3 ? 4 : 6));
    if (kind === 0) return pick([null, true, false]);
    if (kind === 1) return (random.next() - 0.5) * 10 ** Math.floor(random.next() * 30 - 15);
    if (kind === 2) return Math.floor(random.next() * 100);
    if (kind === 3) return text();
    const size = Math.floor(random.next() * 4);
    if (kind === 4) return Array.from({ length: size }, () => make(depth + 1));
    return Object.fromEntries(Array.from({ length: size }, () => [text(), make(depth + 1)]));
  };
  for (let i = 0; i < 2000; i++) {
    const value = make(0);
    assert.equal(decode(Buffer.from(encode(value))), value);
  }
});

test.run();
