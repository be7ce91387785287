import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  audioFile,
  type Corpus,
  corpus,
  readCorpus,
  type Utterance,
  writeCorpus,
} from '../../src/artifacts/corpus.ts';
import type { ArtifactFiles, OutputArtifact } from '../../src/engine/artifact.ts';
import { type Digest, sha256 } from '../../src/engine/digest.ts';
import { temporaryFolder } from '../util/temporary.ts';

const test = suite('corpus artifact');

const sound = sha256('sound');

function utterance(changes: Partial<Utterance> = {}): Utterance {
  return {
    id: 'a',
    emotion: 'anger',
    speaker: '1',
    sex: '',
    text: 'one, two',
    take: '',
    source: '',
    audio: sound,
    rate: 16000,
    duration: 1.5,
    ...changes,
  };
}

function corpusOf(...utterances: readonly Utterance[]): Corpus {
  return {
    info: {
      format: 'affekt.corpus/1',
      name: 'test',
      title: 'Test',
      licence: 'CC0-1.0',
      citations: [],
      labels: ['anger', 'fear'],
      bad: [],
      dropped: {},
      manifest: sha256(''),
      pinned: true,
      audio: 'none',
    },
    utterances,
  };
}

/** Writes a corpus and gives it back as files; `edit` changes a table's text in between. */
function written(
  value: Corpus,
  edit: Readonly<Record<string, (text: string) => string>> = {},
): ArtifactFiles {
  const folder = temporaryFolder('corpus');
  const files: Record<string, Digest> = { [audioFile(sound)]: sound };
  const output: OutputArtifact = {
    port: 'corpus',
    path(file) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      files[file] = sha256(file);
      return join(folder, file);
    },
    folder: () => folder,
    link: () => undefined,
    adopt: () => undefined,
  };
  writeCorpus(output, value);
  for (const [file, change] of Object.entries(edit)) {
    writeFileSync(join(folder, file), change(readFileSync(join(folder, file), 'utf8')));
  }
  return { type: 'corpus', files, path: (file) => join(folder, file) };
}

async function problems(
  value: Corpus,
  edit: Readonly<Record<string, (text: string) => string>> = {},
): Promise<string> {
  return (await corpus.validate(written(value, edit))).join('\n');
}

test('writes the columns of the contract, sorted by id', () => {
  const files = written(corpusOf(utterance({ id: 'b', duration: 0.1 }), utterance()));
  assert.is(
    readFileSync(files.path('corpus.csv'), 'utf8'),
    'id,emotion,speaker,sex,text,take,source,audio,rate,duration\n' +
      `a,anger,1,,"one, two",,,${sound},16000,1.5\n` +
      `b,anger,1,,"one, two",,,${sound},16000,0.1\n`,
  );
});

test('reads back what it wrote', async () => {
  const value = corpusOf(utterance(), utterance({ id: 'é "x"', emotion: 'fear', sex: 'female' }));
  assert.equal(readCorpus(written(value)), value);
  assert.is(await problems(value), '');
});

test('refuses rows that cannot be right', async () => {
  const cases: readonly (readonly [Partial<Utterance>, string])[] = [
    [{ emotion: 'joy' }, 'emotion "joy" is not one of anger, fear'],
    [{ emotion: '' }, 'emotion "" is not one of'],
    [{ speaker: '' }, 'row 1 has no speaker'],
    [{ id: '' }, 'row 1 has no id'],
    [{ audio: 'abc' as Digest }, 'audio is not a SHA-256'],
    [{ audio: sha256('other') }, 'is not in the tree'],
    [{ rate: 0 }, 'rate must be above 0'],
    [{ duration: 0 }, 'duration must be above 0'],
    [{ duration: Number.NaN }, 'duration must be above 0'],
    [{ duration: Number.POSITIVE_INFINITY }, 'duration must be above 0'],
  ];
  for (const [changes, message] of cases) {
    assert.match(await problems(corpusOf(utterance(changes))), message);
  }
  assert.match(await problems(corpusOf(utterance(), utterance())), 'id "a" occurs twice');
  assert.match(await problems(corpusOf()), 'holds no utterance');
});

test('refuses tables of another shape', async () => {
  const good = corpusOf(utterance(), utterance({ id: 'b' }));
  const csv = (change: (text: string) => string) => problems(good, { 'corpus.csv': change });
  assert.match(
    await csv((text) => text.replace('emotion', 'label')),
    'the columns must be id,emotion',
  );
  assert.match(await csv((text) => text.replace(',16000', '')), 'row 1 has 9 cells');
  assert.match(await csv((text) => text.replace('\na,', '\nz,')), 'row 2: "b" is not in order');
  const json = (change: (text: string) => string) => problems(good, { 'corpus.json': change });
  assert.match(await json(() => '{'), 'corpus.json: not JSON');
  assert.match(await json((text) => text.replace('corpus/1', 'corpus/9')), 'format must be');
  assert.match(await json((text) => text.replace('"fear"', '"anger"')), 'labels must differ');
  assert.match(await json((text) => text.replace('"none"', '"all"')), 'audio must be');
});

test('names a missing table', () => {
  assert.equal(corpus.validate({ type: 'corpus', files: {}, path: (file) => file }), [
    'corpus.csv is missing',
    'corpus.json is missing',
  ]);
});

test('the reader throws on what the validator refuses', () => {
  assert.throws(() => readCorpus(written(corpusOf(utterance({ speaker: '' })))), /no speaker/);
});

test.run();
