import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Digest, sha256 } from '../../../src/engine/digest.ts';
import { encode } from '../../../src/engine/plan/encode.ts';
import { familyOf, type KeyData, keyOf } from '../../../src/engine/plan/key.ts';
import { treeDigest } from '../../../src/engine/plan/tree.ts';

const test = suite('key');

const digest = (letter: string): Digest => letter.repeat(64) as Digest;

const base: KeyData = {
  kind: 'melspec',
  version: 2,
  part: null,
  params: { n_mels: 80, scale: 'pcen' },
  seed: null,
  inputs: { corpus: digest('1'), many: [digest('2'), digest('3')] },
  items: null,
  sources: { file: digest('4') },
  dependencies: ['onnxruntime-node@1.2.3'],
  salt: null,
};

// The literals come from a second implementation (Python's hashlib over the documented encoding).
// One that changes makes every cache in the world stale: raise the format's number with it.
test('pinned digests', () => {
  const params = { learning_rate: 3e-3, labels: ['α', 'b'], on: true, none: null, n: 64 };
  assert.is(
    sha256(encode(params)),
    '84ee252c6f49a9bddb5b16bf071b14bf17e45a55fbefd7f95bc218cc7db327ec',
  );
  assert.is(
    treeDigest('corpus', { 'corpus.csv': digest('a'), 'audio/x.wav': digest('b') }),
    '463e111080cf32124a34496946ec798bc3f9e0fc1b12267abc5b924c88a398a0',
  );
  assert.is(
    treeDigest('corpus', {}),
    'e8528dbdc685fbda2dd17c168cf635a21d6dedc65275264693b6f296313fe867',
  );
  assert.is(keyOf(base), '716a7a39dba319418d36c8255007c408630515ab51c7522b92f4e40f572aabfb');
  const chunk = { ...base, part: 'chunk', seed: 42, items: [digest('5')], salt: digest('6') };
  assert.is(keyOf(chunk), 'e5516a186a5db609312e5a3f6b85783fcd7a7b3323cdcfda2c88bf4a95205a4e');
  assert.is(familyOf(chunk), '2213c79e365eb6568fb45eabf621eac7240f98672699373d989179a31a93aca5');
});

test('every field changes the key', () => {
  const changes: Partial<KeyData>[] = [
    { kind: 'melspec2' },
    { version: 3 },
    { part: 'chunk' },
    { params: {} },
    { params: { n_mels: 81, scale: 'pcen' } },
    { params: { n_mels: '80', scale: 'pcen' } },
    { params: { n_mels: 80, scale: 'pcen', more: null } },
    { seed: 0 },
    { seed: 1 },
    { inputs: { corpus: digest('1') } },
    { inputs: { corpus: [digest('1')], many: [digest('2'), digest('3')] } },
    { inputs: { corpus: digest('1'), many: [digest('3'), digest('2')] } },
    { inputs: { ...base.inputs, more: [] } },
    { items: [] },
    { items: [digest('1')] },
    { sources: {} },
    { sources: { file: digest('5') } },
    { sources: { other: digest('4') } },
    { dependencies: [] },
    { dependencies: ['onnxruntime-node@1.2.4'] },
    { salt: digest('7') },
  ];
  const keys = [base, ...changes.map((change) => ({ ...base, ...change }))].map(keyOf);
  assert.is(new Set(keys).size, keys.length);
});

test('swapped values of two params or two ports are another key (Snakemake holes S1, S4)', () => {
  const params = (a: number, b: number) => keyOf({ ...base, params: { lr: a, dropout: b } });
  assert.is.not(params(0.1, 0.2), params(0.2, 0.1));
  const inputs = (a: string, b: string) =>
    keyOf({ ...base, inputs: { left: digest(a), right: digest(b) } });
  assert.is.not(inputs('1', '2'), inputs('2', '1'));
});

test('a family is what a chunk is without its items, and no key', () => {
  const of = (items: readonly Digest[]) => familyOf({ ...base, part: 'chunk', items });
  assert.is(of([digest('1')]), of([digest('2'), digest('3')]));
  const other = familyOf({ ...base, part: 'chunk', params: { n_mels: 81 }, items: [] });
  assert.is.not(of([]), other);
  assert.is.not(of([]), keyOf({ ...base, part: 'chunk', items: null }));
});

test('a tree is its paths and contents, whatever the order', () => {
  const [a, b] = [digest('a'), digest('b')];
  assert.is(treeDigest('corpus', { x: a, y: b }), treeDigest('corpus', { y: b, x: a }));
  assert.is.not(treeDigest('corpus', { x: a, y: b }), treeDigest('corpus', { x: b, y: a }));
  assert.is.not(treeDigest('corpus', { 'x/y': a }), treeDigest('corpus', { x_y: a }));
  assert.is.not(treeDigest('corpus', { x: a }), treeDigest('directory', { x: a }));
});

test.run();
