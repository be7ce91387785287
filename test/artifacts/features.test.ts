import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { features, openFeatures } from '../../src/artifacts/features.ts';
import type { Artifact, Consumed } from '../../src/engine/artifact.ts';
import { npyHeader } from '../../src/util/npy.ts';
import { Store } from '../util/stage-context.ts';

const test = suite('features');

const bands = 2;
const definition = {
  format: 'affekt.features/1',
  kind: 'melspec',
  params: { n_mels: 2 },
  bands,
  rate: 16000,
  frames_per_second: 62.5,
};

/** Row r of shard s holds 100 s + r and minus that. */
function shard(number: number, rows: number, columns = bands): Buffer {
  const values = Array.from({ length: rows }, (_, row) => [
    100 * number + row,
    -100 * number - row,
  ]);
  const data = Float32Array.from(values.flat().slice(0, rows * columns));
  return Buffer.concat([npyHeader(rows, columns), Buffer.from(data.buffer)]);
}

const index = 'id,shard,offset,frames\na,0,1,2\nb,1,0,3\nc,0,3,1\nd,0,1,2\n';

const good: Readonly<Record<string, string | Uint8Array>> = {
  'features.json': JSON.stringify(definition),
  'index.csv': index,
  'shards/000.npy': shard(0, 4),
  'shards/001.npy': shard(1, 3),
};

function problems(files: Readonly<Record<string, string | Uint8Array>>): readonly string[] {
  const store = new Store();
  return features.validate(store.open(store.artifact('features', files))) as readonly string[];
}

function withIndex(rows: string): readonly string[] {
  return problems({ ...good, 'index.csv': `id,shard,offset,frames\n${rows}` });
}

test('reads utterances of several shards, in the order asked for, and notes who they were', () => {
  const store = new Store();
  const consumed: Consumed[] = [];
  const artifact: Artifact = store.artifact('features', good);
  const opened = openFeatures(store.open(artifact, 'features', consumed));
  assert.equal(opened.ids, ['a', 'b', 'c', 'd']);
  assert.is(opened.bands, 2);
  assert.equal(opened.definition, definition);
  assert.is(opened.frames('b'), 3);
  assert.equal(consumed, []);
  const loaded = opened.load('fit', ['b', 'a']);
  assert.equal(
    [...loaded],
    [
      [
        'b',
        {
          data: Float32Array.of(100, -100, 101, -101, 102, -102),
          frames: 3,
          channels: 1,
          bands: 2,
        },
      ],
      ['a', { data: Float32Array.of(1, -1, 2, -2), frames: 2, channels: 1, bands: 2 }],
    ],
  );
  assert.equal(opened.load('test', ['d']).get('d')?.data, loaded.get('a')?.data);
  assert.equal(consumed, [
    { port: 'features', role: 'fit', ids: ['b', 'a'] },
    { port: 'features', role: 'test', ids: ['d'] },
  ]);
});

test('several channels lie side by side, those of the first first', () => {
  const store = new Store();
  const wide = {
    'features.json': JSON.stringify({ ...definition, bands: 1, channels: 2 }),
    'index.csv': 'id,shard,offset,frames\na,0,1,2\n',
    'shards/000.npy': shard(0, 4),
  };
  const artifact = store.artifact('features', wide);
  assert.equal(problems(wide), []);
  const opened = openFeatures(store.open(artifact));
  assert.equal([opened.channels, opened.bands], [2, 1]);
  assert.equal(opened.load('apply', ['a']).get('a'), {
    ...{ data: Float32Array.of(1, -1, 2, -2), frames: 2, channels: 2, bands: 1 },
  });
  assert.equal(
    problems({ ...wide, 'features.json': JSON.stringify({ ...definition, channels: 3 }) }),
    ['shards/000.npy has 2 columns, features.json says 3 channels of 2 bands'],
  );
});

test('refuses unknown ids, and known ones that it was not opened for', () => {
  const store = new Store();
  const consumed: Consumed[] = [];
  const input = store.open(store.artifact('features', good), 'features', consumed);
  assert.throws(() => openFeatures(input).load('fit', ['a', 'x']), /no utterance "x"/);
  const restricted = openFeatures(input, { only: ['a', 'c'] });
  assert.equal(restricted.ids, ['a', 'c']);
  assert.throws(() => restricted.load('fit', ['a', 'b']), /not opened for utterance "b"/);
  assert.throws(() => restricted.frames('b'), /not opened for utterance "b"/);
  assert.throws(() => openFeatures(input, { only: ['y'] }), /no utterance "y"/);
  // A refused call has read nothing, so it leaves no trace.
  assert.equal(consumed, []);
});

test('a good tree has no problems', () => {
  assert.equal(problems(good), []);
});

test('the validator says what is wrong with the tables', () => {
  const { 'index.csv': _, ...noIndex } = good;
  assert.equal(problems(noIndex), ['index.csv is missing']);
  assert.equal(problems({ ...good, 'features.json': '{' }), ['features.json: not JSON']);
  const withDefinition = (change: object): readonly string[] =>
    problems({ ...good, 'features.json': JSON.stringify({ ...definition, ...change }) });
  assert.equal(withDefinition({ format: 'x' }), [
    'features.json: format must be "affekt.features/1"',
  ]);
  assert.equal(withDefinition({ bands: 2.5 }), [
    'features.json: bands must be a whole number above 0',
  ]);
  assert.equal(withDefinition({ rate: 0 }), [
    'features.json: rate must be a number above 0 or null',
  ]);
  assert.equal(withDefinition({ rate: null, frames_per_second: null }), []);
  assert.equal(withDefinition({ columns: ['a', 'b'] }), []);
  for (const columns of [['a'], ['a', 'a'], ['a', ''], 'ab', [1, 2]]) {
    assert.equal(withDefinition({ columns }), [
      'features.json: columns must be as many different names as there are channels × bands',
    ]);
  }
  assert.equal(withDefinition({ channels: 0 }), [
    'features.json: channels must be a whole number above 0',
  ]);
  assert.equal(withDefinition({ of: { ...definition, kind: 3 } }), [
    'features.json: of: kind must be text',
  ]);
  assert.equal(withDefinition({ of: definition }), []);
  assert.equal(problems({ ...good, 'index.csv': 'id,offset\n' }), [
    'index.csv: the columns must be id,shard,offset,frames',
  ]);
  assert.equal(withIndex(''), ['index.csv holds no utterance']);
  assert.equal(withIndex('b,0,0,1\na,0,1,1\n'), ['index.csv: row 2: "a" is not in order']);
  assert.equal(withIndex('a,0,0,1\na,0,1,1\n'), ['index.csv: row 2: id "a" occurs twice']);
  assert.equal(withIndex('a,0,0,0\n'), [
    'index.csv: row 1: shard, offset and frames must be whole numbers, frames at least 1',
  ]);
});

test('the validator compares the index with the shards', () => {
  assert.equal(withIndex('a,7,0,1\n'), ['shards/007.npy is missing (needed by "a")']);
  assert.equal(withIndex('a,0,3,2\n'), ['"a" reaches beyond the 4 rows of shards/000.npy']);
  assert.equal(withIndex('a,0,0,2\nb,0,1,2\n'), ['"a" and "b" overlap in shards/000.npy']);
  assert.equal(withIndex('a,0,0,3\nb,0,1,1\nc,0,2,1\n').length, 1);
  assert.equal(problems({ ...good, 'shards/001.npy': shard(1, 3, 1) }), [
    'shards/001.npy has 1 columns, features.json says 2 bands',
  ]);
});

test('the validator finds a broken shard and numbers that are not finite', () => {
  assert.equal(problems({ ...good, 'shards/001.npy': shard(1, 3).subarray(0, -1) }), [
    'shards/001.npy: npy data ends early',
  ]);
  assert.equal(problems({ ...good, 'shards/001.npy': 'no array' }), [
    'shards/001.npy: is not an npy file of version 1.0',
  ]);
  const bad = shard(0, 4);
  bad.writeFloatLE(Number.NaN, bad.length - 4);
  assert.equal(problems({ ...good, 'shards/000.npy': bad }), [
    '"c" has a value in shards/000.npy that is not a finite number',
  ]);
});

test.run();
