import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { guessNames } from '../../src/corpora/guess/guess-names.ts';
import { guessTable, type TableGuess } from '../../src/corpora/guess/guess-table.ts';
import { emotionOf } from '../../src/corpora/guess/vocabulary.ts';
import { originalPaths } from './names.ts';

const emotions = ['ang', 'hap', 'neu', 'xxx'];

/** Two takes of every emotion by three people. */
const rows = ['m1', 'm2', 'f1'].flatMap((who) =>
  emotions.flatMap((emotion) =>
    [1, 2].map((n) => ({ file: `${who}_${n}_${emotion}.wav`, who, emotion, n })),
  ),
);
const files = rows.map(({ file }) => `audio/${file}`);

function table(header: string, row: (of: (typeof rows)[number]) => string, more = ''): string {
  return `${header}\n${rows.map(row).join('\n')}\n${more}`;
}

/** A table all of whose roles are found. */
function guessed(text: string): TableGuess | undefined {
  const guess = guessTable(text, files);
  return guess !== undefined && 'columns' in guess ? guess : undefined;
}

const test = suite('guess');

test('columns go by their names, in the likeliest order', () => {
  const text = table('Path;Gender;Subject;Label;Sentence', ({ file, who, emotion, n }) =>
    [`C:\\data\\${file}`, who[0], who, emotion, `s${n}`].join(';'),
  );
  const guess = guessed(text);
  assert.equal(guess?.columns, {
    ...{ file: 'Path', emotion: 'Label', speaker: 'Subject', sex: 'Gender', text: 'Sentence' },
    take: null,
  });
  assert.is(guess?.matched, 1);
});

test('columns whose names say nothing go by what they hold', () => {
  const text = table('a,b,c', ({ file, who, emotion }) =>
    [emotion === 'xxx' ? 'neutral' : emotion, who, file.replace('.wav', '')].join(),
  );
  const guess = guessed(text);
  assert.equal(
    [guess?.columns.file, guess?.columns.emotion, guess?.columns.speaker],
    ['c', 'a', 'b'],
  );
  assert.is(guess?.reasons.emotion, 'it holds emotions');
  assert.is(guess?.reasons.speaker, 'its values repeat');
});

test('a table that names no recordings is none', () => {
  assert.is(
    guessTable(
      table('x,y,z', ({ n }) => `${n},a,b`),
      files,
    ),
    undefined,
  );
  assert.is(guessTable('file,emotion,speaker\n', files), undefined);
  assert.is(guessTable('', files), undefined);
});

test('a table that names recordings says what else in it is not recognised', () => {
  const missing = (header: string, emotion: (of: (typeof rows)[number]) => string) =>
    guessTable(
      table(header, (row) => `${row.file},${emotion(row)},${row.who},${row.file}!`),
      files,
    );
  assert.equal(
    missing('Datei,Gefühl,Sprecherin,Notiz', ({ n }) => `g${n}`),
    {
      ...{ header: ['Datei', 'Gefühl', 'Sprecherin', 'Notiz'], file: 'Datei', matched: 1 },
      missing: ['emotion', 'speaker'],
    },
  );
  const named = missing('file,mood,speaker,note', ({ n }) => `m${n}`);
  assert.equal(named && 'missing' in named && named.missing, ['emotion']);
  const silent = guessTable(
    table('file,emotion,note', ({ file, emotion }) => `${file},${emotion},${file}!`),
    files,
  );
  assert.equal(silent && 'missing' in silent && silent.missing, ['speaker']);
});

test('RAVDESS, SAVEE and CREMA-D would be read from their names alone where words stand in them', () => {
  const crema = guessNames(originalPaths('crema-d').slice(0, 820));
  assert.equal(crema?.places, { emotion: 'part 3', speaker: 'part 1', text: 'part 2' });
  assert.equal(crema?.rows[0]?.speaker, '1001');
  const tess = guessNames(originalPaths('tess').slice(0, 2800));
  assert.is(tess?.places.emotion, 'part 3');
  assert.ok(['part 1', 'part 2'].includes(tess?.places.speaker ?? ''));
  assert.is(guessNames(originalPaths('ravdess')), undefined, 'numbers are no emotions');
});

test('AESDD, which says speakers in parentheses, beside its folders', () => {
  const guess = guessNames(originalPaths('aesdd'));
  assert.equal(guess?.places, { emotion: 'folder 1', speaker: 'part 2', text: 'part 1, piece 2' });
});

test('folders of emotions and of speakers', () => {
  const nested = rows.map(
    ({ who, emotion, n }) => `Actor_${who}/${emotion === 'xxx' ? 'sad' : emotion}/take${n}.wav`,
  );
  const guess = guessNames(nested);
  assert.is(guess?.places.emotion, 'folder 1');
  assert.is(guess?.places.speaker, 'folder 2');
  assert.equal(guess?.rows[0], {
    ...{ file: nested[0], emotion: 'ang', speaker: 'Actor_m1', text: guess?.rows[0]?.text },
  });
});

test('letters that meet digits are two pieces', () => {
  const glued = [1, 2, 3].flatMap((who) =>
    ['anger', 'fear'].flatMap((emotion, e) =>
      [1, 2].map((n) => `${emotion}${who}-clip${100 * who + 10 * e + n}.wav`),
    ),
  );
  const guess = guessNames(glued);
  assert.is(guess?.places.emotion, 'part 1, piece 1');
  assert.is(guess?.places.speaker, 'part 1, piece 2');
});

test('no emotion, or nobody who shows several: nothing is guessed', () => {
  assert.is(guessNames(['a1.wav', 'b2.wav']), undefined);
  assert.is(guessNames(['anger.wav', 'fear.wav', 'joy.wav']), undefined);
  assert.is(emotionOf(' Happy '), 'happiness');
  assert.is(emotionOf('pride'), undefined);
});

test.run();
