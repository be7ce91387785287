import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { aesdd } from '../../src/corpora/aesdd.ts';
import { emodb } from '../../src/corpora/emodb.ts';
import { corpora } from '../../src/corpora/index.ts';
import { baseName } from '../../src/corpora/register.ts';

const test = suite('corpora');

function counts(values: Iterable<string>): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

for (const [name, entry] of Object.entries(corpora)) {
  const recordings = Object.keys(entry.manifest).map((path) => {
    const labelled = entry.parse(baseName(path));
    assert.ok(labelled, path);
    return labelled;
  });

  test(`${name}: the table is sound`, () => {
    assert.is(entry.name, name);
    assert.equal([...entry.labels].sort(), entry.labels);
    assert.equal(new Set(recordings.map(({ emotion }) => emotion)), new Set(entry.labels));
    assert.is(new Set(recordings.map(({ id }) => id)).size, recordings.length);
    assert.ok(recordings.every(({ speaker, text, take }) => speaker && text && take));
    const names = new Set(Object.keys(entry.manifest).map(baseName));
    assert.is(names.size, recordings.length);
    assert.ok(Object.keys(entry.knownBad).every((bad) => names.has(bad)));
    assert.ok(Object.values(entry.manifest).every((digest) => /^[0-9a-f]{64}$/.test(digest)));
  });

  test(`${name}: a take is the only difference between clips of one sentence`, () => {
    const places = recordings.map(({ emotion, speaker, text, take }) =>
      [emotion, speaker, text, take].join(),
    );
    assert.is(new Set(places).size, places.length);
  });

  test(`${name}: other files are none of its recordings`, () => {
    for (const other of ['readme.txt', '._a01 (1).wav', 'a01.wav', '03a01Fa.txt', '.wav', '']) {
      assert.is(entry.parse(other), undefined, other);
    }
  });
}

test('AESDD: 605 files by class and speaker', () => {
  const recordings = Object.keys(aesdd.manifest).map((path) => aesdd.parse(baseName(path)));
  assert.equal(counts(recordings.map((each) => each?.emotion ?? '')), {
    anger: 121,
    disgust: 122,
    fear: 120,
    happiness: 119,
    sadness: 123,
  });
  assert.equal(counts(recordings.map((each) => each?.speaker ?? '')), {
    '1': 100,
    '2': 100,
    '3': 99,
    '4': 99,
    '5': 107,
    '6': 100,
  });
});

test('AESDD: the folder agrees with the letter', () => {
  for (const path of Object.keys(aesdd.manifest)) {
    assert.is(aesdd.parse(baseName(path))?.emotion, path.split('/')[0]);
  }
});

test('AESDD: odd names', () => {
  const read = (name: string) => {
    const { speaker, text, take, sex } = aesdd.parse(name) ?? {};
    return [speaker, text, take, sex];
  };
  assert.equal(read('a03 (4).wav'), ['4', '03', 'a', '']);
  assert.equal(read('d03 (01).wav'), ['1', '03', 'a', '']);
  assert.equal(read('a06 (5)b.wav'), ['5', '06', 'b', '']);
  assert.equal(read('s01 (5)a.wav'), ['5', '01', 'a', '']);
  assert.equal(read('s01 (5)b.wav'), ['5', '01', 'b', '']);
  assert.is(aesdd.parse('a03 (4)c.wav'), undefined);
});

test('EmoDB: 535 files by class, speaker and sentence', () => {
  const recordings = Object.keys(emodb.manifest).map((path) => emodb.parse(baseName(path)));
  assert.equal(counts(recordings.map((each) => each?.emotion ?? '')), {
    anger: 127,
    boredom: 81,
    neutral: 79,
    happiness: 71,
    fear: 69,
    sadness: 62,
    disgust: 46,
  });
  assert.equal(counts(recordings.map((each) => each?.speaker ?? '')), {
    '03': 49,
    '08': 58,
    '09': 43,
    '10': 38,
    '11': 55,
    '12': 35,
    '13': 61,
    '14': 69,
    '15': 56,
    '16': 71,
  });
  assert.equal(counts(recordings.map((each) => each?.text ?? '')), {
    a01: 49,
    a02: 60,
    a04: 51,
    a05: 62,
    a07: 55,
    b01: 51,
    b02: 51,
    b03: 52,
    b09: 52,
    b10: 52,
  });
});

test.run();
