import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readStudy } from '../../../src/artifacts/study.ts';
import type { Operation } from '../../../src/tracking/layout/operations.ts';
import { createEngineProject, finished } from '../../util/project.ts';
import { tinyNetwork, writeTinyCorpus } from '../../util/tiny-corpus.ts';
import { layoutOf } from './tiny-run.ts';

const test = suite('layout of a search on a server');

const spec = `name: hunt
seed: 7
stages:
  speech: { uses: fetch, with: { files: wav/*.wav, table: labels.csv, columns: { text: text } } }
  mel: { uses: melspec, in: speech, with: { sample_rate: native, n_fft: 256, win_length: 200, hop_length: 80, n_mels: 8, fmax: 4000 } }
  net: { uses: train-kfold, in: mel, with: ${JSON.stringify({ ...tinyNetwork, controls: [] })} }
  search:
    uses: tune
    in: { target: net }
    with: { trials: 3, inner_folds: 2, space: { net.learning_rate: { float: [1.0e-4, 0.1], log: true } } }
  scores: { uses: evaluate, in: { models: [search, net] } }
`;

const all = <T extends Operation['type']>(operations: readonly Operation[], type: T) =>
  operations.filter((one): one is Extract<Operation, { type: T }> => one.type === type);

test('a run has the search and the plain models, a search its trials, a trial its folds', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  project.write({ 'hunt.yaml': spec });
  const done = finished(await project.run('hunt.yaml'));
  const operations = layoutOf(project, done.folder);
  const runs = all(operations, 'run');
  const count = (level: string): number =>
    runs.filter(({ tags }) => tags['affekt.level'] === level).length;
  // Three outer folds × three trials, and the plain models; folds of the search, of net and of trials.
  assert.equal(['sweep', 'search', 'trial', 'fold'].map(count), [1, 1, 9 + 1, 3 + 3 + 18]);

  const nameOf = new Map(runs.map(({ run, name }) => [run, name]));
  const parents = runs.map(({ name, parent }) => `${parent ? nameOf.get(parent) : '-'} > ${name}`);
  assert.ok(parents.includes('search > outer 2 trial 1'));
  assert.ok(parents.includes('outer 2 trial 1 > outer 2 trial 1 fold 2'));
  assert.ok(parents.includes('search > search fold 3'));

  const { trials } = readStudy(done.artifact('search', 'study')!);
  for (const { outer, trial, value, set } of trials) {
    const own = runs.find(({ name }) => name === `outer ${outer} trial ${trial}`);
    const params = all(operations, 'params').find(({ run }) => run === own?.run)?.params;
    assert.is(params?.['net.learning_rate'], String(set['net.learning_rate']));
    const points = all(operations, 'metrics')
      .filter(({ run }) => run === own?.run)
      .flatMap(({ metrics }) => metrics);
    assert.equal(
      points.map(({ key, value: reached }) => [key, reached]),
      [['validation/uar', value]],
    );
  }
  // Numbers of trials are for choosing: none of them stands where results stand.
  const ofTrials = new Set(
    runs.filter(({ name }) => /^outer \d trial/.test(name)).map(({ run }) => run),
  );
  const models = all(operations, 'model').filter(({ run }) => ofTrials.has(run));
  assert.equal(models, []);
  const search = runs.find(({ name }) => name === 'search');
  const result = all(operations, 'metrics')
    .filter(({ run }) => run === search?.run)
    .flatMap(({ metrics }) => metrics.map(({ key }) => key));
  assert.ok(result.includes('test/uar'));
});

test.run();
