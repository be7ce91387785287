import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readModelDescription } from '../../src/artifacts/models.ts';
import { auditRun } from '../../src/audit/audit.ts';
import { CachePaths } from '../../src/engine/cache/paths.ts';
import { Records } from '../../src/engine/cache/records.ts';
import { readOutputs } from '../../src/engine/record/runs.ts';
import { stageKinds } from '../../src/kinds.ts';
import { createEngineProject, type EngineProject, finished } from '../util/project.ts';
import { tinyNetwork, writeTinyCorpus } from '../util/tiny-corpus.ts';

const test = suite('stops');

type Given = Readonly<Record<string, unknown>>;

const byValidation = {
  split: { scheme: 'leave-one-speaker-out', validation_speakers: 1 },
  batch_size: 2,
};

/** One training by itself, in three parts, and only its first two parts. */
function spec(common: Given, stops: readonly number[] = [2, 3, 6]): string {
  const params = (own: Given = {}): string =>
    JSON.stringify({
      ...{ ...tinyNetwork, epochs: 6, controls: [], seeds: 2 },
      ...{ split: { scheme: 'leave-one-speaker-out' }, ...common, ...own },
    });
  return `name: net
seed: 3
stages:
  speech: { uses: fetch, with: { files: wav/*.wav, table: labels.csv } }
  mel: { uses: melspec, in: speech, with: { sample_rate: native, n_fft: 256, win_length: 200, hop_length: 80, n_mels: 8, fmax: 4000 } }
  whole: { uses: train-kfold, in: mel, with: ${params()} }
  parts: { uses: train-kfold, in: mel, with: ${params({ stops })} }
  begun: { uses: train-kfold, in: mel, with: ${params({ stops: stops.slice(0, 2) })} }
  scores: { uses: evaluate, in: { models: [parts, whole], corpus: speech } }
`;
}

function rig(text: string): EngineProject {
  const project = createEngineProject();
  writeTinyCorpus(project);
  project.write({ 'x.yaml': text });
  return project;
}

for (const [name, given] of Object.entries<Given>({
  'one cycle and running averages': {},
  'sgd, and the mean of late epochs': { optimiser: 'sgd', swa: 0.5 },
  'a rate that falls where validation stands still': {
    ...{ ...byValidation, schedule: { kind: 'plateau', patience: 0 } },
  },
  'early stopping': { ...byValidation, early_stopping: { patience: 1 } },
})) {
  test(`handed on twice, a training ends in the same bytes: ${name}`, async () => {
    using project = rig(spec(given));
    const done = finished(await project.run('x.yaml'));
    assert.is(done.state, 'done');
    const [whole, parts, begun] = ['whole', 'parts', 'begun'].map(
      (stage) => done.artifact(stage, 'models')?.files ?? {},
    );
    assert.equal(parts, whole);
    const weights = 'fold-3-seed-2/weights.safetensors';
    assert.is.not(begun?.[weights], undefined);
    if (name !== 'early stopping') assert.is.not(begun?.[weights], whole?.[weights]);
    const trained = ['whole', 'begun'].map((stage) =>
      readModelDescription(done.artifact(stage, 'models')!),
    );
    assert.equal(
      trained.map(({ params }) => params['stopped_after']),
      [undefined, 3],
    );
    // Two parts of three folds and two seeds are made once for both that ask for them.
    const stopped = done.tasks.filter(({ address }) => address.includes('epochs='));
    assert.is(stopped.length, 3 * 6);
    const keys = done.tasks.filter(({ address }) => /^(parts|begun)\[/.test(address));
    assert.is(new Set(keys.map(({ key }) => key)).size, 3 * 6);
    const paths = new CachePaths(project.cache);
    const { verdict } = auditRun(
      { id: 'test', tasks: done.tasks, outputs: readOutputs(done.folder) },
      { paths, records: new Records(paths), kinds: new Set(Object.keys(stageKinds)), gone: 'gone' },
    );
    assert.is(verdict, 'clean');
  });
}

test('stops that do not ascend, or lie beyond the last epoch, are refused at their place', async () => {
  for (const [stops, expected] of [
    [[3, 7], /a stop after 7 epochs, and the training has 6/],
    [[3, 2], /stops must ascend, and 2 comes after 3/],
  ] as const) {
    using project = createEngineProject();
    writeTinyCorpus(project);
    project.write({ 'x.yaml': spec({}, stops) });
    const loaded = await project.load('x.yaml').then(
      () => '',
      (error: Error) => error.message,
    );
    assert.match(loaded, expected);
    assert.match(loaded, /"line":7/);
  }
});

test.run();
