import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { corpus as corpusType, readCorpus } from '../../src/artifacts/corpus.ts';
import { corpusNameOf } from '../../src/artifacts/corpus-parts.ts';
import { readSplit, split as splitType } from '../../src/artifacts/split.ts';
import type { Artifact } from '../../src/engine/artifact.ts';
import { merge } from '../../src/stages/merge.ts';
import { select } from '../../src/stages/select.ts';
import { split } from '../../src/stages/split.ts';
import type { JsonObject } from '../../src/util/json.ts';
import { corpusOf, crossed } from '../util/speech.ts';
import { runStage, Store } from '../util/stage-context.ts';

const store = new Store();

function corpus(name: string, emotions: readonly string[], more: JsonObject = {}): Artifact {
  const clips = crossed(['1', '2'], emotions, 2).map((clip) => ({
    ...clip,
    audio: `${name} ${clip.id}`,
  }));
  const info = { name, title: `Corpus ${name} (${name.toUpperCase()})`, ...more };
  return corpusOf(store, clips, [...emotions], true, info);
}

const a = corpus('a', ['fear', 'anger', 'calm'], { audio: 'embed' });
const b = corpus('b', ['anger', 'fear', 'boredom'], { pinned: false, dropped: { xxx: 2 } });

async function join(corpora: readonly Artifact[], params: JsonObject = {}) {
  const { outputs, log } = await runStage(store, merge, {
    params,
    inputs: { corpora },
    types: [corpusType],
  });
  const artifact = outputs['corpus'] as Artifact;
  return { artifact, log, ...readCorpus(store.open(artifact)) };
}

async function refused(corpora: readonly Artifact[], params: JsonObject = {}) {
  try {
    await join(corpora, params);
  } catch (error) {
    assert.is((error as Error).name, 'TaskError', String(error));
    return `${(error as Error).message} | ${(error as { hint?: string }).hint}`;
  }
  throw new Error('nothing was refused');
}

const test = suite('merge');

test('ids, speakers and texts carry their corpus, so that equal names are not equal', async () => {
  const { utterances, info, artifact } = await join([a, b], { classes: 'common' });
  assert.is(utterances.length, 16);
  assert.is(new Set(utterances.map(({ id }) => id)).size, 16);
  assert.equal(
    [...new Set(utterances.map(({ speaker }) => speaker))],
    ['a:1', 'a:2', 'b:1', 'b:2'],
  );
  assert.equal([...new Set(utterances.map(({ text }) => text))], ['a:t0', 'a:t1', 'b:t0', 'b:t1']);
  assert.equal([...new Set(utterances.map(({ source }) => source))], ['']);
  for (const { id, speaker } of utterances) assert.is(corpusNameOf(info, id), speaker[0]);
  assert.is(Object.keys(artifact.files).filter((file) => file.startsWith('audio/')).length, 16);
});

test('what is known of the whole is what holds for every part', async () => {
  const { info, log } = await join([a, b], { classes: 'common' });
  assert.equal(info.labels, ['fear', 'anger'], 'the order of the first corpus');
  assert.is(info.name, 'a+b');
  assert.is(info.title, 'A + B: 2 common classes');
  assert.is(info.pinned, false);
  assert.is(info.audio, 'none');
  assert.equal(info.dropped, { 'a:calm': 4, 'b:boredom': 4, 'b:xxx': 2 });
  assert.equal(
    info.parts?.map(({ name, pinned }) => [name, pinned]),
    [
      ['a', true],
      ['b', false],
    ],
  );
  assert.match(log.join('\n'), 'left out: 4 a:calm, 4 b:boredom, 2 b:xxx');
  const all = await join([a, b], { classes: 'all' });
  assert.equal(all.info.labels, ['fear', 'anger', 'calm', 'boredom']);
  assert.is(all.utterances.length, 24);
});

test('labels that do not agree are refused, and the way out is named', async () => {
  const message = await refused([a, b]);
  assert.match(message, 'a has no boredom; b has no calm');
  assert.match(message, 'classes: common');
  const other = corpus('c', ['joy', 'anger']);
  assert.match(await refused([a, other], { classes: 'common' }), 'only "anger" in common');
});

test('corpora that could not be told apart are refused', async () => {
  assert.match(await refused([a]), /given one corpus.*in: \[aesdd, emodb\]/);
  assert.match(await refused([a, corpus('a', ['fear'])]), /two of the corpora are called "a"/);
  const colon = corpus('x:y', ['fear', 'anger', 'calm']);
  assert.match(await refused([a, colon]), /"x:y" holds a colon/);
});

test('a merged corpus merges again without another prefix', async () => {
  const c = corpus('c', ['anger', 'fear']);
  const two = await join([a, b], { classes: 'common' });
  const { info, utterances } = await join([two.artifact, c]);
  assert.equal(
    info.parts?.map(({ name }) => name),
    ['a', 'b', 'c'],
  );
  assert.is(info.name, 'a+b+c');
  assert.is(utterances[0]?.id, 'a:anger-1-t0-0');
  assert.match(await refused([two.artifact, a]), 'two of the corpora are called "a"');
});

test('a part is selected by corpus, and splits go across', async () => {
  const both = await join([a, b], { classes: 'common' });
  const chosen = await runStage(store, select, {
    params: { keep: { corpus: 'b' } },
    inputs: { corpus: both.artifact },
    types: [corpusType],
  });
  const left = readCorpus(store.open(chosen.outputs['corpus'] as Artifact));
  assert.is(left.utterances.length, 8);
  assert.is(left.utterances[0]?.speaker, 'b:1');
  assert.is(left.info.title, 'A + B: 2 common classes and 8 of 16 clips');

  const made = async (params: JsonObject) => {
    const { outputs } = await runStage(store, split, {
      params,
      inputs: { corpus: both.artifact },
      types: [splitType],
    });
    return readSplit(store.open(outputs['split'] as Artifact));
  };
  const out = await made({ scheme: 'leave-one-corpus-out' });
  assert.equal(out.protocol.held_out, ['a', 'b']);
  assert.equal(out.protocol.groups, ['corpus']);
  assert.equal(out.protocol.disjoint, ['speaker', 'text', 'audio', 'source', 'corpus']);
  assert.equal(out.protocol.shared, []);
  assert.is(out.protocol.seed, null);
  const cross = await made({ scheme: 'cross-corpus', train_on: 'b', test_on: 'a' });
  assert.is(cross.folds.length, 1);
  assert.is(cross.folds[0]?.test[0], 'a:anger-1-t0-0');
  assert.equal(
    [cross.protocol.train_on, cross.protocol.test_on, cross.protocol.held_out],
    [['b'], ['a'], ['a']],
  );
});

test.run();
