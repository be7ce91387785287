import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readOwnTable } from '../../src/corpora/own-table.ts';

const test = suite('own table');

const columns = {
  file: 'file',
  emotion: 'emotion',
  speaker: 'speaker',
  sex: null,
  text: null,
  take: null,
};

function read(text: string, changes: Partial<Parameters<typeof readOwnTable>[0]> = {}) {
  return readOwnTable({
    text,
    name: 'labels.csv',
    columns,
    labels: {},
    files: ['a.wav', 'b.wav'],
    folder: '.',
    ...changes,
  });
}

test('joins rows with files, sorted, with all columns', () => {
  const { files, bad, problems } = read(
    'who;what;clip;said;try;gender\ny;joy;b.wav;hello;2;F\nx;rage;a.wav;;;male\n',
    {
      columns: {
        file: 'clip',
        emotion: 'what',
        speaker: 'who',
        sex: 'gender',
        text: 'said',
        take: 'try',
      },
    },
  );
  assert.equal([bad, problems], [[], []]);
  assert.equal(files, [
    {
      file: 'a.wav',
      id: 'a.wav',
      emotion: 'rage',
      speaker: 'x',
      sex: 'male',
      text: '',
      take: '',
    },
    {
      file: 'b.wav',
      id: 'b.wav',
      emotion: 'joy',
      speaker: 'y',
      sex: 'female',
      text: 'hello',
      take: '2',
    },
  ]);
});

test('takes tabs, a byte-order mark and Windows line ends', () => {
  const { files, problems } = read(
    '\ufefffile\temotion\tspeaker\r\na.wav\tjoy\tx\r\nb.wav\trage\ty\r\n',
  );
  assert.equal(problems, []);
  assert.is(files.length, 2);
});

test('finds files from the table, from the shared folder, by the end of a path, without extension', () => {
  const cases: readonly (readonly [string, readonly string[], string])[] = [
    ['clips/a.wav', ['a.wav'], '..'],
    ['a.wav', ['a.wav'], '../meta'],
    ['./sub/../a.wav', ['a.wav'], '.'],
    ['s1\\a.wav', ['s1/a.wav', 's2/a.wav'], '.'],
    ['s1/a', ['x/s1/a.wav', 'x/s2/a.wav'], '..'],
    ['/home/me/corpus/s1/a.wav', ['s1/a.wav'], '..'],
    ['a', ['deep/er/a.flac'], '.'],
  ];
  for (const [written, files, folder] of cases) {
    const table = read(`file,emotion,speaker\n${written},joy,x\n`, { files, folder });
    assert.equal(table.problems, [], written);
    assert.is(table.files[0]?.file, files[0], written);
  }
});

test('a name that fits several files is a problem', () => {
  const { problems } = read('file,emotion,speaker\na,joy,x\n', { files: ['s1/a.wav', 's2/a.wav'] });
  assert.equal(problems, ['labels.csv:2: "a" fits s1/a.wav and s2/a.wav']);
});

test('missing columns come with what there is and what is near', () => {
  const { problems } = read('path,emotions,speaker\na.wav,joy,x\n');
  assert.equal(problems, [
    'labels.csv:1: no column "file" (columns.file); it has path, emotions, speaker',
    'labels.csv:1: no column "emotion" (columns.emotion), nearest is "emotions"; it has path, emotions, speaker',
  ]);
  assert.match(read('file,emotion,speaker,file\n').problems.join(), 'column "file" occurs twice');
  assert.match(read('file,emotion,speaker\n').problems.join(), 'labels.csv has no rows');
  assert.equal(read('').problems, ['labels.csv is empty']);
  const wide = Array.from({ length: 40 }, (_, i) => `c${i}`).join(',');
  assert.match(read(`${wide}\n`).problems.join(), /it has c0, .*, c11 and 28 more/);
});

test('every unusable cell is listed with its line', () => {
  const { problems } = read('file,emotion,speaker\n,joy,x\n\na.wav,,x\n"a.wav",joy,\nb.wav,joy\n');
  assert.equal(problems, [
    'labels.csv:2: no file in column "file"',
    'labels.csv:4: no emotion in column "emotion"',
    'labels.csv:5: no speaker in column "speaker"',
    'labels.csv:6: 2 cells, but the header has 3',
  ]);
});

test('a quote that is never closed is guessed', () => {
  const { problems } = read('file,emotion,speaker\n"a.wav,joy,x\nb.wav,joy,x\n');
  assert.equal(problems, ['labels.csv:2: 1 cell, but the header has 3; is a quote never closed?']);
});

test('lines are counted across quoted line breaks', () => {
  const { problems } = read('file,emotion,speaker,note\na.wav,joy,x,"two\nlines"\nb.wav,,x,\n');
  assert.equal(problems, ['labels.csv:4: no emotion in column "emotion"']);
});

test('repeated rows are one, contradicting ones a problem', () => {
  const same = read('file,emotion,speaker\na.wav,joy,x\na.wav,joy,x\nb.wav,joy,x\n');
  assert.is(same.files.length, 2);
  assert.equal(same.problems, []);
  const other = read('file,emotion,speaker\na.wav,joy,x\na.wav,rage,x\n');
  assert.equal(other.problems, ['labels.csv:3: "a.wav" has other values in line 2']);
});

test('labels are mapped, dropped and counted; unknown ones are a problem once', () => {
  const text = 'file,emotion,speaker\na.wav,ang,x\nb.wav,xxx,y\n';
  const { files, dropped, bad } = read(text, { labels: { ang: 'anger', xxx: null } });
  assert.equal(
    files.map(({ emotion }) => emotion),
    ['anger'],
  );
  assert.equal(dropped, { xxx: 1 });
  assert.equal(bad, []);
  const unknown = read('file,emotion,speaker\na.wav,agn,x\nb.wav,agn,y\n', {
    labels: { ang: 'anger' },
  });
  assert.equal(unknown.problems, [
    'labels.csv:2: "agn" is not in labels (2 rows), nearest is "ang"',
  ]);
  const target = read('file,emotion,speaker\na.wav,ang,x\nb.wav,anger,y\n', {
    labels: { ang: 'anger' },
  });
  assert.equal(target.problems, []);
  const tricky = read('file,emotion,speaker\na.wav,constructor,x\nb.wav,joy,y\n', {
    labels: { joy: 'joy' },
  });
  assert.match(tricky.problems.join(), '"constructor" is not in labels');
});

test('rows without a file and files without a row are told apart', () => {
  const { bad } = read('file,emotion,speaker\na.wav,joy,x\nc.wav,joy,x\n');
  assert.equal(bad, [
    { file: 'c.wav', reason: 'named in labels.csv:3, not among the files' },
    { file: 'b.wav', reason: 'no row in labels.csv' },
  ]);
});

test.run();
