import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { aesdd } from '../../src/corpora/aesdd.ts';
import { emodb } from '../../src/corpora/emodb.ts';
import { corpora } from '../../src/corpora/index.ts';
import { recordingName } from '../../src/corpora/recording.ts';
import { originalPaths } from './names.ts';

const test = suite('corpora');

function counts(values: Iterable<string>): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

for (const [name, entry] of Object.entries(corpora)) {
  const paths = originalPaths(name);
  const recordings = paths.map((path) => {
    const labelled = entry.parse(path);
    assert.ok(labelled, path);
    return labelled;
  });

  test(`${name}: the table is sound`, () => {
    assert.is(entry.name, name);
    assert.is(recordings.length, entry.recordings);
    assert.equal([...entry.labels].sort(), entry.labels);
    assert.equal(new Set(recordings.map(({ emotion }) => emotion)), new Set(entry.labels));
    assert.ok(recordings.every(({ speaker }) => speaker !== ''));
    assert.ok(recordings.every(({ sex }) => ['female', 'male', ''].includes(sex)));
    const names = new Set(recordings.map(recordingName));
    assert.is(names.size, recordings.length);
    assert.ok(Object.keys(entry.knownBad).every((bad) => names.has(bad)));
    const digests = Object.values(entry.manifest ?? {});
    assert.ok(digests.every((digest) => /^[0-9a-f]{64}$/.test(digest)));
  });

  test(`${name}: a take is the only difference between clips of one sentence`, () => {
    const places = recordings.map(({ emotion, speaker, text, take }) =>
      [emotion, speaker, text, take].join(),
    );
    assert.is(new Set(places).size, places.length);
  });

  test(`${name}: other files are none of its recordings`, () => {
    for (const other of [
      ...['readme.txt', '._a01 (1).wav', 'a01.wav', '03a01Fa.txt', '.wav', ''],
      ...['03-02-01-01-01-01-01.wav', '01-01-01-01-01-01-01.wav', '03-01-01-01-01-01-25.wav'],
      ...[
        'XX/a01.wav',
        'DC/sb01.wav',
        'OAF_back.wav',
        '1092_DFA_ANG_XX.wav',
        '1001_DFA_ANG_XX.mp4',
      ],
    ]) {
      assert.is(entry.parse(other), undefined, other);
    }
  });
}

test('AESDD: 605 files by class and speaker', () => {
  const recordings = originalPaths('aesdd').map((path) => aesdd.parse(path));
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
  for (const path of originalPaths('aesdd')) {
    assert.is(aesdd.parse(path)?.emotion, path.split('/')[0]);
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
  const recordings = originalPaths('emodb').map((path) => emodb.parse(path));
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

const read = (name: string, path: string) => {
  const labelled = corpora[name]?.parse(path);
  if (labelled === undefined) throw new Error(`${path} is none of ${name}`);
  const { id, emotion, speaker, sex, text, take } = labelled;
  return [id, emotion, speaker, sex, text, take];
};

test('RAVDESS: every field of a name; odd actors are men', () => {
  assert.equal(read('ravdess', 'Actor_12/03-01-06-02-02-01-12.wav'), [
    ...['03-01-06-02-02-01-12', 'fear', '12', 'female', '02', '02-01'],
  ]);
  assert.is(read('ravdess', '03-01-08-01-01-01-01.wav')[3], 'male');
  const emotions = originalPaths('ravdess').map((path) => read('ravdess', path)[1] ?? '');
  assert.equal(counts(emotions), {
    ...{ neutral: 96, calm: 192, happiness: 192, sadness: 192 },
    ...{ anger: 192, fear: 192, disgust: 192, surprise: 192 },
  });
});

test('SAVEE: the folder of the speaker, or its letters before the name', () => {
  assert.equal(read('savee', 'AudioData/DC/sa07.wav'), [
    'DC_sa07',
    'sadness',
    'DC',
    'male',
    '',
    '07',
  ]);
  assert.equal(read('savee', 'ALL/KL_su15.wav'), ['KL_su15', 'surprise', 'KL', 'male', '', '15']);
  assert.equal(read('savee', 'JE_n30.wav')[1], 'neutral');
});

test('TESS: the name without its F, and surprise that is called ps', () => {
  assert.equal(read('tess', 'OA_bite_neutral.wav'), [
    ...['OA_bite_neutral', 'neutral', 'OAF', 'female', 'bite', ''],
  ]);
  assert.equal(read('tess', 'x/YAF_germ_ps.wav').slice(1, 3), ['surprise', 'YAF']);
});

test('CREMA-D: levels, the name with one X, women and men as its table has them', () => {
  assert.equal(read('crema-d', '1002_IEO_ANG_HI.wav'), [
    ...['1002_IEO_ANG_HI', 'anger', '1002', 'female', 'IEO', 'HI'],
  ]);
  assert.equal(read('crema-d', '1040_ITH_SAD_X.wav').slice(2), ['1040', 'male', 'ITH', 'XX']);
  const sexes = new Map(
    originalPaths('crema-d').map((path) => {
      const [, , speaker = '', sex = ''] = read('crema-d', path);
      return [speaker, sex];
    }),
  );
  assert.equal(counts(sexes.values()), { female: 43, male: 48 });
});

test.run();
