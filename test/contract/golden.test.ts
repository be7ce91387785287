import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eachRecord } from '../../src/engine/cache/inventory.ts';
import { CachePaths } from '../../src/engine/cache/paths.ts';
import { type Digest, sha256 } from '../../src/engine/digest.ts';
import { encode } from '../../src/engine/plan/encode.ts';
import { stageKinds } from '../../src/kinds.ts';
import { createEngineProject } from '../util/project.ts';
import { everyKind, writeTinyCorpus } from '../util/tiny-corpus.ts';

const test = suite('golden outputs');

/**
 * What every kind makes of the tiny corpus, over all its tasks. A red line means that the same inputs
 * now give other bytes: raise the kind's `version` (and those of no other), then pin the new digest.
 */
const pinned: Readonly<Record<string, string>> = {
  'collect-models@1': '7d58db72f1c8ec7f',
  'command@1': '0d1efd36f057f684',
  'evaluate@1': '7ae1ef63a7fbc22e',
  'fetch@1': '417ad5d065387bb6',
  'melspec@1': '8c8764cdfabf5edc',
  'predict-majority@1': 'dc2dd0d3075df6cf',
  'split@1': '8b831954be18206f',
  'train-logreg@1': '9d42ffb427b7975b',
};

test('a kind and version always gives the same bytes', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  project.write({ 'x.yaml': everyKind });
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

test('every kind is pinned', () => {
  const leaves = Object.values(stageKinds).filter((kind) => !('coordinate' in kind));
  const names = leaves.map(({ kind, version }) => `${kind}@${version}`);
  assert.equal(Object.keys(pinned).sort(), names.sort());
});

test.run();
