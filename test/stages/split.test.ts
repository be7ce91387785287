import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readSplit, split as splitType } from '../../src/artifacts/split.ts';
import type { Artifact } from '../../src/engine/artifact.ts';
import { fillDefaults } from '../../src/engine/spec/defaults.ts';
import { split } from '../../src/stages/split.ts';
import type { JsonObject } from '../../src/util/json.ts';
import { corpusOf, crossed, worldFile } from '../util/speech.ts';
import { runStage, type StageRun, Store } from '../util/stage-context.ts';

const clips = crossed(['1', '2', '10'], ['anger', 'joy'], 3);

async function run(params: JsonObject, options: StageRun = {}) {
  const store = new Store();
  const { outputs, log } = await runStage(store, split, {
    params,
    types: [splitType],
    seed: 42,
    inputs: { corpus: corpusOf(store, clips) },
    ...options,
  });
  const artifact = outputs['split'] as Artifact;
  return { store, artifact, log, ...readSplit(store.open(artifact)) };
}

const problemsOf = (params: JsonObject): readonly (readonly string[])[] =>
  (split.check?.(fillDefaults(split.params, params) as never) ?? []).map((one) => one.path);

const test = suite('split');

test('leaves one speaker out at a time by default, and says so', async () => {
  const { store, artifact, protocol, folds } = await run({});
  assert.equal(protocol.held_out, ['1', '10', '2']);
  assert.is(protocol.scheme, 'leave-one-speaker-out');
  assert.equal(protocol.groups, ['speaker']);
  assert.equal(protocol.disjoint, ['speaker', 'audio', 'source']);
  assert.equal(protocol.shared, ['text']);
  assert.is(folds.length, 3);
  const [header, first] = store.text(artifact, 'split.csv').split('\n');
  assert.is(header, 'id,fold,role');
  assert.is(first, 'anger-1-t0-0,1,test');
});

test('an artifact where nothing was drawn does not depend on the seed', async () => {
  const [a, b] = await Promise.all([run({}), run({}, {})]);
  assert.is(a?.protocol.seed, null);
  assert.is(a?.artifact.digest, b?.artifact.digest);
  const store = new Store();
  const inputs = { corpus: corpusOf(store, clips) };
  const other = await runStage(store, split, { inputs, seed: 43 });
  assert.is(other.outputs['split']?.digest, a?.artifact.digest);
  const drawn = await run({ scheme: 'stratified-k-fold', folds: 3 });
  assert.is(drawn.protocol.seed, 42);
});

test('reads a file of folds', async () => {
  const store = new Store();
  const text = [
    'id,role',
    ...clips.map((one) => `${one.id},${one.speaker === '2' ? 'test' : 'fit'}`),
  ];
  const path = worldFile(store, 'splits.csv', text.join('\n'));
  const { protocol, folds } = await run(
    { scheme: 'file', file: 'splits.csv' },
    { sources: { file: path } },
  );
  assert.is(protocol.scheme, 'file');
  assert.equal(protocol.disjoint, ['speaker', 'audio', 'source']);
  assert.is(folds[0]?.test.length, 6);
});

test('the file is a source by content, and a missing one is refused', () => {
  const store = new Store();
  worldFile(store, 'splits.csv', 'id,role\n');
  const context = {
    folder: store.folder,
    hashFile: (path: string) => store.put(path),
    glob: () => [],
  };
  const sources = (file: string) =>
    split.sources?.(
      fillDefaults(split.params, { scheme: 'file', file }) as never,
      context as never,
    );
  assert.is(sources('splits.csv')?.length, 1);
  assert.throws(() => sources('nothing.csv'), /there is no file nothing.csv/);
});

test('params that the scheme would ignore are errors', () => {
  assert.equal(problemsOf({}), []);
  assert.equal(problemsOf({ folds: 4 }), [['folds']]);
  assert.equal(problemsOf({ groups: 'text' }), [['groups']]);
  assert.equal(problemsOf({ test_fraction: 0.5 }), [['test_fraction']]);
  assert.equal(problemsOf({ file: 'a.csv' }), [['file']]);
  assert.equal(problemsOf({ scheme: 'file' }), [['scheme']]);
  assert.equal(problemsOf({ scheme: 'file', file: 'a', validation_speakers: 1 }), [
    ['validation_speakers'],
  ]);
  assert.equal(problemsOf({ train_on: 'a' }), [['train_on']]);
  assert.equal(problemsOf({ scheme: 'cross-corpus', train_on: 'a' }), [['scheme']]);
  assert.equal(problemsOf({ scheme: 'cross-corpus', train_on: ['a', 'b'], test_on: 'b' }), [
    ['test_on'],
  ]);
  assert.equal(problemsOf({ scheme: 'cross-corpus', train_on: 'a', test_on: 'b' }), []);
  assert.equal(problemsOf({ scheme: 'hold-out', test_fraction: 0.5, groups: 'text' }), []);
});

test('logs what the reader of the number should know', async () => {
  const store = new Store();
  const lacking = clips.filter((one) => one.emotion !== 'joy' || one.speaker !== '2');
  const corpus = corpusOf(store, lacking);
  const { log } = await runStage(store, split, { inputs: { corpus } });
  assert.equal(log, ['warning: fold 3 ("2" left out) scores no clip of joy']);
});

test.run();
