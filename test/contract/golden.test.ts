import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eachRecord } from '../../src/engine/cache/inventory.ts';
import { CachePaths } from '../../src/engine/cache/paths.ts';
import { type Digest, sha256 } from '../../src/engine/digest.ts';
import { encode } from '../../src/engine/plan/encode.ts';
import { stageKinds } from '../../src/kinds.ts';
import { createEngineProject, finished } from '../util/project.ts';
import { everyKind, exactKinds, writeTinyCorpus } from '../util/tiny-corpus.ts';

const test = suite('golden outputs');

/**
 * What every kind makes of the tiny corpus, over all its tasks. A red line means that the same inputs
 * now give other bytes: raise the kind's `version` (and those of no other), then pin the new digest.
 */
const pinned: Readonly<Record<string, string>> = {
  'augment@1': '90ed2c8ee7290df1',
  'collect-models@3': 'e923c27da6702ab2',
  'command@1': 'ffcf53fb7bc984cf',
  'ensemble@2': '8aeea7dd0b7c540b',
  'evaluate@2': '058fbb02d11132ce',
  'fetch@1': '3197b8a851a8a562',
  'functionals@1': 'a18d86c4cae330b8',
  'melspec@1': '347db32267a4b444',
  'merge@1': 'cc7a52160fd238d5',
  'predict-majority@1': '533cb4f0736f1f7c',
  'select@1': '9813dd355d32828b',
  'split@1': '3703ece2a491e8f8',
  'train-logreg@1': '40e70e97097fa824',
};

test('a kind and version always gives the same bytes', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  project.write({ 'x.yaml': exactKinds });
  const done = await project.run('x.yaml');
  assert.is(done.state, 'done');
  const made = new Map<string, Digest[]>();
  for (const { record } of eachRecord(new CachePaths(project.cache))) {
    const name = `${record.kind}@${record.version}`;
    const digests = Object.values(record.outputs).map(({ digest }) => digest);
    made.set(name, [...(made.get(name) ?? []), ...digests]);
  }
  const found = Object.fromEntries(
    [...made].map(([name, digests]) => [name, sha256(encode(digests.sort())).slice(0, 16)]),
  );
  assert.equal(found, pinned);
});

/** Training loss of each fold after the last epoch, of kinds whose last digits hang on the processor. */
const trained: Readonly<Record<string, readonly number[]>> = {
  'train-network@2': [0.7564904391765594, 0.6919077634811401, 0.6990428864955902],
};

test('a network always ends at the same loss, up to how a processor rounds', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  project.write({ 'x.yaml': everyKind });
  const models = finished(await project.run('x.yaml')).artifact('network', 'models');
  const losses = [1, 2, 3].map((fold) => {
    const path = models?.path(`fold-${fold}-seed-1/history.csv`) ?? '';
    return Number(readFileSync(path, 'utf8').trim().split('\n').at(-1)?.split(',')[3]);
  });
  const expected = trained['train-network@2'] ?? [];
  // Four steps of float32: sums in another order differ by some 1e-6.
  const near = losses.every((loss, i) => Math.abs(loss - (expected[i] ?? 0)) < 1e-4);
  assert.ok(near, `${losses}, not ${expected}`);
});

test('every kind is pinned', () => {
  const leaves = Object.values(stageKinds).filter((kind) => !('coordinate' in kind));
  const names = leaves.map(({ kind, version }) => `${kind}@${version}`);
  const known = [...Object.keys(pinned), ...Object.keys(trained)];
  assert.equal(known.sort(), names.sort());
});

test.run();
