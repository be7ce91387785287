import { readModels } from '../../src/artifacts/models.ts';
import { readStudy } from '../../src/artifacts/study.ts';
import { auditRun } from '../../src/audit/audit.ts';
import { CachePaths } from '../../src/engine/cache/paths.ts';
import { Records } from '../../src/engine/cache/records.ts';
import { readOutputs } from '../../src/engine/record/runs.ts';
import { stageKinds } from '../../src/kinds.ts';
import { createEngineProject, type EngineProject, type finished } from '../util/project.ts';
import { writeTinyCorpus } from '../util/tiny-corpus.ts';

/** Logistic regression on three speakers; the search is two lines of the spec. */
export const specOf = (
  search: string,
  { split = '', model = 'logreg' }: { readonly split?: string; readonly model?: string } = {},
): string =>
  `name: x
seed: 7
stages:
  speech: { uses: fetch, with: { files: wav/*.wav, table: labels.csv, columns: { text: text } } }
  mel: { uses: melspec, in: speech, with: { sample_rate: native, n_fft: 256, win_length: 200, hop_length: 80, n_mels: 8, fmax: 4000 } }
${split}
  model: { uses: train-kfold, in: ${split === '' ? 'mel' : '{ features: mel, split: parts }'}, with: { architecture: ${model} } }
  search:
    uses: tune
    in: { target: model${split === '' ? '' : ', split: parts'} }
    with: ${search}
  scores: { uses: evaluate, in: { models: search } }
`;

export const space =
  'space: { model.c: { float: [1.0e-4, 10], log: true }, mel.n_mels: [2, 4, 8] }';

export function rig(spec: string): EngineProject {
  const project = createEngineProject('tune');
  writeTinyCorpus(project);
  project.write({ 'x.yaml': spec });
  return project;
}

export type Finished = ReturnType<typeof finished>;

export const study = (done: Finished) => readStudy(done.artifact('search', 'study')!);
export const models = (done: Finished) => readModels(done.artifact('search', 'models')!);

/** The record of every task that a run used, by address. */
export function recordsOf(project: EngineProject, done: Finished) {
  const records = new Records(new CachePaths(project.cache));
  return done.tasks.map(({ address, key }) => ({ address, record: records.read(key)! }));
}

export function audit(project: EngineProject, done: Finished) {
  const paths = new CachePaths(project.cache);
  return auditRun(
    { id: 'test', tasks: done.tasks, outputs: readOutputs(done.folder) },
    { paths, records: new Records(paths), kinds: new Set(Object.keys(stageKinds)), gone: 'gone' },
  );
}
