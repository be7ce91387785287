import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parsePredictions } from '../../src/artifacts/predictions.ts';
import { eachRecord } from '../../src/engine/cache/inventory.ts';
import { CachePaths } from '../../src/engine/cache/paths.ts';
import { type Digest, sha256 } from '../../src/engine/digest.ts';
import { encode } from '../../src/engine/plan/encode.ts';
import { stageKinds } from '../../src/kinds.ts';
import { processorClass } from '../../src/util/processor.ts';
import { createEngineProject, finished } from '../util/project.ts';
import { exactKinds, searchKinds, tinyNetwork, writeTinyCorpus } from '../util/tiny-corpus.ts';

const test = suite('golden outputs');

/**
 * What every kind makes of the tiny corpus, over all its tasks. A red line means that the same inputs
 * now give other bytes: raise the kind's `version` (and those of no other), then pin the new digest.
 */
const pinned: Readonly<Record<string, string>> = {
  'analyze@2': '299fb65c2b81f466',
  'augment@1': 'b36f73ed39778169',
  'augment-corpus@4': '9e04ff92a2a6f5a2',
  'collect-models@5': '92178ebf10abbb1f',
  'command@1': '7c34b90b0504744b',
  'delta@1': '816f554231d376bd',
  'denoise@1': 'b0a5e996f2e834e7',
  'ensemble@4': '3812d6691269198d',
  'evaluate@8': '87ad92770a1df6cc',
  'fetch@1': '3197b8a851a8a562',
  'functionals@2': 'a18d86c4cae330b8',
  'melspec@2': '979976cadb81bc9d',
  'merge@1': 'cc7a52160fd238d5',
  'mfcc@1': 'a4162735dc81292f',
  'predict-majority@1': '533cb4f0736f1f7c',
  'select@2': '9813dd355d32828b',
  'split@4': '3703ece2a491e8f8',
  'train-logreg@2': '29c67e0200d4221c',
};

/** The same of the kinds that only a search, or a training of one's own, asks for. */
const searched: Readonly<Record<string, string>> = {
  'collect-search@1': '5b32551352526835',
  'fold-split@1': 'c5c7cff84e997cfd',
  'inner-split@2': '329d17123952cdb3',
  'score-trial@1': '70424d2468434d1e',
  'set-aside@1': '760d600782c8f656',
  // What the control that says class frequencies gives, too.
  'train-own@1': '533cb4f0736f1f7c',
};

/** Digests over all that the tasks of each kind made of a spec. */
async function digestsOf(spec: string): Promise<Readonly<Record<string, string>>> {
  using project = createEngineProject();
  writeTinyCorpus(project);
  project.write({ 'x.yaml': spec });
  const done = await project.run('x.yaml');
  assert.is(done.state, 'done');
  const made = new Map<string, Digest[]>();
  for (const { record } of eachRecord(new CachePaths(project.cache))) {
    const name = `${record.kind}@${record.version}`;
    const digests = Object.values(record.outputs).map(({ digest }) => digest);
    made.set(name, [...(made.get(name) ?? []), ...digests]);
  }
  return Object.fromEntries(
    [...made].map(([name, digests]) => [name, sha256(encode(digests.sort())).slice(0, 16)]),
  );
}

test('a kind and version always gives the same bytes', async () => {
  assert.equal(await digestsOf(exactKinds), pinned);
});

test('so do the kinds of a search, and of a training of your own', async () => {
  const made = Object.entries(await digestsOf(searchKinds));
  assert.equal(Object.fromEntries(made.filter(([name]) => !(name in pinned))), searched);
});

/**
 * What networks say of the scored clips of the tiny corpus: the probability of anger, by draw, fold and
 * id. `enrolled` has numbers per clip, a policy and clips of new speakers that are heard before.
 */
const said: Readonly<Record<string, readonly number[]>> = {
  plain: [
    0.522393, 0.509415, 0.45113, 0.46124, 0.476044, 0.492443, 0.455939, 0.461702, 0.452954,
    0.451219, 0.433707, 0.417155,
  ],
  enrolled: [
    0.639339, 0.691481, 0.571975, 0.541725, 0.593479, 0.355917, 0.549267, 0.55618, 0.47299,
    0.639339, 0.691481, 0.571975, 0.632913, 0.632622, 0.672389, 0.536857, 0.460121, 0.454726,
  ],
};

/** All that the tasks of networks make, by the class of the processor, of which only the hash counts. */
const exact: Readonly<Record<string, string>> = {
  '1356137c': '5665ef460a8165ea',
};

const networks = `name: networks
seed: 7
stages:
  speech: { uses: fetch, with: { files: wav/*.wav, table: labels.csv } }
  mel: { uses: melspec, in: speech, with: { sample_rate: native, n_fft: 256, win_length: 200, hop_length: 80, n_mels: 8, fmax: 4000 } }
  noisy: { uses: augment, in: mel, with: { tempo: 0.15, vtlp: 0.12, frequency_mask: 2, time_mask: 4 } }
  voice: { uses: functionals, in: speech }
  plain: { uses: train-kfold, in: mel, with: ${JSON.stringify({ ...tinyNetwork, controls: [] })} }
  enrolled: { uses: train-kfold, in: { features: noisy, functionals: voice }, with: ${JSON.stringify({ ...tinyNetwork, controls: [], enrolment: { clips: 1, draws: 2 } })} }
`;

test('a network always says the same, up to how a processor rounds', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  project.write({ 'x.yaml': networks });
  const done = finished(await project.run('x.yaml'));
  for (const [stage, expected] of Object.entries(said)) {
    const models = done.artifact(stage, 'models');
    const path = models?.path('predictions.csv') ?? '';
    const { predictions } = parsePredictions(readFileSync(path, 'utf8'), ['anger', 'calm']);
    const found = predictions.map(({ posterior }) => posterior[0] ?? Number.NaN);
    assert.is(found.length, expected.length, `${stage}: ${found}`);
    // Four steps of float32: kernels for other processors differ by 1e-7 here.
    const far = found.filter((p, i) => !(Math.abs(p - (expected[i] ?? 0)) < 1e-5));
    assert.equal(far, [], `${stage}: ${found}`);
  }
  const known = exact[sha256(processorClass()).slice(0, 8)];
  const digests = [...eachRecord(new CachePaths(project.cache))]
    .filter(({ record }) => record.kind === 'train-network')
    .flatMap(({ record }) => Object.values(record.outputs).map(({ digest }) => digest));
  const digest = sha256(encode(digests.sort())).slice(0, 16);
  const place = `on the processor ${sha256(processorClass()).slice(0, 8)}`;
  assert.is(digest, known ?? digest, place);
});

test('every kind is pinned', () => {
  const leaves = Object.values(stageKinds).filter((kind) => !('coordinate' in kind));
  const names = leaves.map(({ kind, version }) => `${kind}@${version}`);
  const known = [...Object.keys(pinned), ...Object.keys(searched), 'train-network@3'];
  assert.equal(known.sort(), names.sort());
});

test.run();
