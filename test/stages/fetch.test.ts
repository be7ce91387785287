import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeAudio } from '../../src/audio/decode.ts';
import { corpora } from '../../src/corpora/index.ts';
import { planRegistration } from '../../src/corpora/register.ts';
import { listFiles } from '../../src/engine/data-store.ts';
import type { RegisteredCorpus } from '../../src/engine/stage.ts';
import {
  checkParams,
  folderOf,
  hashFile,
  realData,
  refusal,
  runFetch,
  sourceContext,
  sourcesOf,
  tone,
} from './fetch-harness.ts';

const test = suite('fetch');

function register(name: string, folder: string): RegisteredCorpus {
  const entry = corpora[name];
  assert.ok(entry);
  const files = Object.fromEntries(
    listFiles(folder).map((file) => [file, hashFile(join(folder, file))]),
  );
  const { manifest, verdict } = planRegistration(entry, files);
  return { name, path: folder, manifest, pinned: verdict === 'pinned' };
}

function count(values: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

const table = 'file,emotion,speaker\na.wav,joy,x\nb.wav,joy,y\nc.wav,rage,x\n';
const ownParams = { files: 'clips/*.wav', table: 'labels.csv' };
const ownFiles = {
  'labels.csv': table,
  'clips/a.wav': tone(200),
  'clips/b.wav': tone(300),
  'clips/c.wav': tone(400),
};

test('asks for exactly one of dataset and files', () => {
  assert.is(checkParams({ dataset: 'demo' }).length, 0);
  assert.is(checkParams(ownParams).length, 0);
  assert.match(checkParams({})[0]?.message ?? '', 'needs dataset or files');
  assert.match(checkParams({ files: 'x/*.wav' })[0]?.hint ?? '', 'table: labels.csv');
  const both = checkParams({
    ...ownParams,
    dataset: 'demo',
    labels: { a: null },
    columns: { sex: 's' },
  });
  assert.equal(
    both.map(({ path, message }) => [path[0], message]),
    [['files', 'files, table, columns, labels belong to own files, with no effect beside dataset']],
  );
});

test('names the command that registers a corpus', async () => {
  const { message, hint } = await refusal(() =>
    sourcesOf({ dataset: 'aesdd' }, sourceContext(folderOf({}))),
  );
  assert.match(message, 'Acted Emotional Speech Dynamic Database (AESDD) is not on this machine');
  assert.match(hint, 'affekt data add aesdd PATH');
});

test('a registered corpus has the same identity wherever and however it lies', async () => {
  const [a, b] = [tone(200), tone(300)];
  const nested = folderOf({
    'Acted Emotional Speech Dynamic Database/anger/a01 (1).wav': a,
    'Acted Emotional Speech Dynamic Database/fear/f10 (01).wav': b,
    'Acted Emotional Speech Dynamic Database/Tools and Documentation/readme.txt': 'x',
  });
  const flat = folderOf({ 'data/a01 (1).wav': a, 'data/f10 (01).wav': b });
  const runs = await Promise.all(
    [nested, flat].map((folder) =>
      runFetch({ dataset: 'aesdd' }, sourceContext(folder, [register('aesdd', folder)])),
    ),
  );
  assert.is(runs[0]?.digest, runs[1]?.digest);
  assert.equal(runs[0]?.files.files, runs[1]?.files.files);
  assert.equal(runs[0]?.problems, []);
  const [first] = runs;
  assert.ok(first);
  const { info, utterances } = first.corpus;
  assert.is(info.pinned, false);
  assert.equal(
    info.bad.find(({ file }) => file === 'sadness/s05 (3).wav')?.reason,
    'no data chunk, in the original as well',
  );
  assert.is(info.bad.length, 603);
  assert.equal(
    utterances.map(({ id, emotion, speaker, sex }) => [id, emotion, speaker, sex]),
    [
      ['a01 (1)', 'anger', '1', ''],
      ['f10 (01)', 'fear', '1', ''],
    ],
  );
});

test('refuses a registered file whose bytes have changed since', async () => {
  const folder = folderOf({ 'a01 (1).wav': tone(200), 'a02 (1).wav': tone(300) });
  const registered = register('aesdd', folder);
  writeFileSync(join(folder, 'a02 (1).wav'), tone(301));
  const { message, hint } = await refusal(() =>
    runFetch({ dataset: 'aesdd', on_bad_file: 'skip' }, sourceContext(folder, [registered])),
  );
  assert.match(message, '1 of 2 files have changed');
  assert.match(message, 'a02 (1).wav');
  assert.match(hint, 'affekt data verify aesdd');
});

test('takes own files in place, without copying', async () => {
  const folder = folderOf(ownFiles);
  const { corpus, adopted, problems } = await runFetch(ownParams, sourceContext(folder));
  assert.equal(problems, []);
  assert.equal([...adopted.values()].sort(), [
    join(folder, 'clips/a.wav'),
    join(folder, 'clips/b.wav'),
    join(folder, 'clips/c.wav'),
  ]);
  assert.equal(corpus.info.labels, ['joy', 'rage']);
  assert.equal(
    corpus.utterances.map(({ id, rate, duration }) => [id, rate, duration]),
    [
      ['a.wav', 16000, 0.05],
      ['b.wav', 16000, 0.05],
      ['c.wav', 16000, 0.05],
    ],
  );
});

test('the key follows content: not the folder, not a comment column, but a label and a sound', () => {
  const identity = (files: Readonly<Record<string, string | Uint8Array>>) =>
    sourcesOf(ownParams, sourceContext(folderOf(files)))[0]?.digest;
  const base = identity(ownFiles);
  assert.is(identity({ ...ownFiles }), base);
  const noted = 'note,file,emotion,speaker\n,a.wav,joy,x\nhm,b.wav,joy,y\n,c.wav,rage,x\n';
  assert.is(identity({ ...ownFiles, 'labels.csv': noted }), base);
  assert.is.not(identity({ ...ownFiles, 'labels.csv': table.replace('rage', 'joy') }), base);
  assert.is.not(identity({ ...ownFiles, 'clips/a.wav': tone(201) }), base);
});

test('lists all bad sound files at once, or leaves them out and says so', async () => {
  const wav = tone(400);
  const folder = folderOf({
    'labels.csv':
      'file,emotion,speaker\na.wav,joy,x\nempty.wav,joy,x\ntext.wav,joy,x\ncut.wav,joy,x\ntwin.wav,joy,x\n',
    'clips/a.wav': wav,
    'clips/empty.wav': '',
    'clips/text.wav': 'this is no sound',
    'clips/cut.wav': wav.subarray(0, 46),
    'clips/twin.wav': wav,
  });
  const { message, hint } = await refusal(() => runFetch(ownParams, sourceContext(folder)));
  assert.match(message, '4 of 5 files cannot be used:');
  for (const name of ['empty.wav: ', 'text.wav: ', 'cut.wav: ', 'twin.wav: the same bytes as a']) {
    assert.match(message, name);
  }
  assert.match(hint, 'on_bad_file: skip');

  const kept = await runFetch({ ...ownParams, on_bad_file: 'skip' }, sourceContext(folder));
  assert.equal(
    kept.corpus.utterances.map(({ id }) => id),
    ['a.wav'],
  );
  assert.equal(
    kept.corpus.info.bad.map(({ file }) => file),
    ['cut.wav', 'empty.wav', 'text.wav', 'twin.wav'],
  );
  assert.is(kept.log.length, 4);
});

test('refuses samples that are not numbers', async () => {
  const wav = tone(200);
  new DataView(wav.buffer).setFloat32(58 + 40, Number.NaN, true);
  const folder = folderOf({ ...ownFiles, 'clips/b.wav': wav });
  const { message } = await refusal(() => runFetch(ownParams, sourceContext(folder)));
  assert.match(message, /b\.wav: sample 10 .* is not a number/);
});

test('says which table rows and files do not agree, before anything runs', async () => {
  const folder = folderOf({
    ...ownFiles,
    'clips/d.wav': tone(500),
    'labels.csv': `${table}e.wav,joy,x\n`,
  });
  const { message } = await refusal(() => sourcesOf(ownParams, sourceContext(folder)));
  assert.match(message, 'e.wav: named in labels.csv:5, not among the files');
  assert.match(message, 'd.wav: no row in labels.csv');
  const kept = await runFetch({ ...ownParams, on_bad_file: 'skip' }, sourceContext(folder));
  assert.is(kept.corpus.utterances.length, 3);
  assert.is(kept.corpus.info.bad.length, 2);
});

test('drops labels that map to null, and counts them', async () => {
  const folder = folderOf(ownFiles);
  const given = { ...ownParams, labels: { joy: 'happiness', rage: null } };
  const { corpus } = await runFetch(given, sourceContext(folder));
  assert.equal(corpus.info.labels, ['happiness']);
  assert.equal(corpus.info.dropped, { rage: 1 });
  assert.is(corpus.utterances.length, 2);
});

test('missing tables and empty patterns point at their param', async () => {
  const world = sourceContext(folderOf(ownFiles));
  assert.match(
    (await refusal(() => sourcesOf({ ...ownParams, table: 'lables.csv' }, world))).message,
    'there is no file lables.csv',
  );
  assert.match(
    (await refusal(() => sourcesOf({ ...ownParams, files: 'clip/*.wav' }, world))).message,
    'no file matches clip/*.wav',
  );
  assert.match(
    (await refusal(() => sourcesOf({ ...ownParams, files: 'clips' }, world))).hint,
    'write clips/**/*.wav',
  );
});

test('a table in another encoding is told, not read as odd letters', async () => {
  const { 'labels.csv': _, ...clips } = ownFiles;
  const refused = (bytes: Uint8Array) =>
    refusal(() => sourcesOf(ownParams, sourceContext(folderOf({ ...clips, 'labels.csv': bytes }))));
  const utf16 = await refused(Buffer.from('\ufefffile,emotion,speaker\n', 'utf16le'));
  assert.match(utf16.message, 'labels.csv is not UTF-8 text (it is UTF-16)');
  const latin = await refused(Buffer.from('file,émotion,speaker\n', 'latin1'));
  assert.is(latin.message, 'labels.csv is not UTF-8 text');
});

test('a registered folder that is gone is told before any work', async () => {
  const gone = { name: 'emodb', path: '/no/such/folder', manifest: {} };
  const world = sourceContext(folderOf({}), [gone as unknown as RegisteredCorpus]);
  const { message, hint } = await refusal(() => sourcesOf({ dataset: 'emodb' }, world));
  assert.match(message, /is gone: \/no\/such\/folder$/);
  assert.match(hint, 'affekt data add emodb PATH');
});

test('a table may lie elsewhere and among the files', async () => {
  const { 'labels.csv': labels, ...clips } = ownFiles;
  const inside = folderOf({ ...clips, 'clips/labels.csv': labels });
  const run = await runFetch(
    { files: 'clips/*', table: 'clips/labels.csv' },
    sourceContext(inside),
  );
  assert.is(run.corpus.utterances.length, 3);
});

test('the demo is the same twice, valid, and readable as sound', async () => {
  const world = sourceContext(folderOf({}));
  const first = await runFetch({ dataset: 'demo' }, world);
  const second = await runFetch({ dataset: 'demo' }, world);
  assert.equal(first.problems, []);
  assert.equal(first.files.files, second.files.files);
  const { utterances, info } = first.corpus;
  assert.is(utterances.length, 192);
  assert.is(info.audio, 'embed');
  assert.is(new Set(utterances.map(({ audio }) => audio)).size, 192);
  assert.equal(count(utterances.map(({ emotion }) => emotion)), {
    anger: 48,
    happiness: 48,
    neutral: 48,
    sadness: 48,
  });
  const [clip] = utterances;
  const audio = await decodeAudio(readFileSync(first.files.path(`audio/${clip?.audio}.wav`)));
  assert.ok(audio.ok && audio.value.sampleRate === 16000);
});

const aesdd = realData('aesdd');
if (aesdd !== undefined) {
  test('AESDD: 604 usable recordings, by class and speaker', async () => {
    const world = sourceContext(aesdd, [register('aesdd', aesdd)]);
    const { corpus, problems } = await runFetch({ dataset: 'aesdd' }, world);
    assert.equal(problems, []);
    assert.is(corpus.utterances.length, 604);
    // Counts of the original's readable files.
    assert.equal(count(corpus.utterances.map(({ emotion }) => emotion)), {
      anger: 121,
      disgust: 122,
      fear: 120,
      happiness: 119,
      sadness: 122,
    });
    assert.equal(count(corpus.utterances.map(({ speaker }) => speaker)), {
      '1': 100,
      '2': 100,
      '3': 98,
      '4': 99,
      '5': 107,
      '6': 100,
    });
    assert.equal(
      corpus.info.bad.map(({ file }) => file),
      ['sadness/s05 (3).wav'],
    );
    // A resampled copy: 22.05 kHz, other bytes than the original.
    assert.is(corpus.info.pinned, false);
  });
}

const originals = realData('aesdd-originals');
if (originals !== undefined) {
  test('AESDD originals: every format quirk is read', async () => {
    const world = sourceContext(originals, [register('aesdd', originals)]);
    const { corpus, log } = await runFetch({ dataset: 'aesdd' }, world);
    const frames = Object.fromEntries(
      corpus.utterances.map(({ id, rate, duration }) => [id, Math.round(rate * duration)]),
    );
    assert.is(corpus.utterances.length, 8);
    assert.is(frames['a18 (6)'], 214091);
    assert.equal(log, []);
  });
}

const emodb = realData('emodb');
if (emodb !== undefined) {
  test('EmoDB: 535 recordings, the pinned bytes', async () => {
    const world = sourceContext(emodb, [register('emodb', emodb)]);
    const { corpus } = await runFetch({ dataset: 'emodb' }, world);
    assert.is(corpus.utterances.length, 535);
    assert.is(corpus.info.pinned, true);
    assert.equal(count(corpus.utterances.map(({ sex }) => sex)), { female: 302, male: 233 });
  });
}

test('a file that vanishes after planning is named', async () => {
  const folder = folderOf(ownFiles);
  const world = sourceContext(folder);
  const late = {
    ...world,
    hashFile: (path: string) => {
      const digest = hashFile(path);
      if (path.endsWith('b.wav')) rmSync(path);
      return digest;
    },
  };
  const { message } = await refusal(() => runFetch(ownParams, late));
  assert.match(message, 'b.wav: it cannot be read (ENOENT)');
});

test.run();
