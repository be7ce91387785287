import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readModels } from '../../src/artifacts/models.ts';
import { auditRun } from '../../src/audit/audit.ts';
import { CachePaths } from '../../src/engine/cache/paths.ts';
import { Records } from '../../src/engine/cache/records.ts';
import { readOutputs } from '../../src/engine/record/runs.ts';
import { stageKinds } from '../../src/kinds.ts';
import {
  computed,
  createEngineProject,
  type EngineProject,
  failuresOf,
  finished,
} from '../util/project.ts';
import { writeTinyCorpus } from '../util/tiny-corpus.ts';

const test = suite('own training');

/** A whole file; `body` is what train does with `clips`, `validation`, `labels`, `params`, `random`. */
const training = (body: string, { before = '', more = '' } = {}): string => `
import { defineTraining, Type } from 'affekt';
${before}
export default defineTraining({
  kind: 'mine',
  summary: 'A training.',
  ${more}
  train({ clips, validation, labels, params, random }) { ${body} },
});
`;

const specOf = (params = '{}', more = ''): string => `name: x
seed: 7
stages:
  speech: { uses: fetch, with: { files: wav/*.wav, table: labels.csv, columns: { text: text } } }
  mel: { uses: melspec, in: speech, with: { sample_rate: native, n_fft: 256, win_length: 200, hop_length: 80, n_mels: 8, fmax: 4000 } }
  model: { uses: ./mine.ts, in: mel, with: ${params} }
${more === '' ? '  scores: { uses: evaluate, in: { models: model } }' : more}
`;

function rig(file: string, params?: string, more?: string): EngineProject {
  const project = createEngineProject('own-training');
  writeTinyCorpus(project);
  project.write({ 'mine.ts': file, 'x.yaml': specOf(params, more) });
  return project;
}

const bySpeaker = '{ split: { scheme: leave-one-speaker-out } }';
/** How many clips of each label it was given, as shares: what the control "majority" says. */
const shares = `
  const counts = labels.map((_, k) => clips.filter(({ label }) => label === k).length);
  return () => counts.map((count) => count / clips.length);`;

test('is given the training clips of its fold, and scores every clip once', async () => {
  using project = rig(training(shares), bySpeaker);
  const done = finished(await project.run('x.yaml'));
  assert.equal(done.failures, []);
  const { description, predictions, controls } = readModels(done.artifact('model', 'models')!);
  assert.is(predictions.length, 12);
  assert.equal(
    predictions,
    controls['majority'],
    'class frequencies are what the control predicts',
  );
  assert.is(description.architecture, 'mine');
  assert.equal(description.protocol.disjoint, ['speaker', 'audio', 'source']);
  assert.is(description.selection, 'none');
});

test('validation clips come with labels, and their posteriors are kept', async () => {
  const body = `return () => { const p = validation.filter(({ label }) => label === 0).length / 10 + clips.length / 100; return [p, 1 - p]; };`;
  using project = rig(
    training(body),
    '{ split: { scheme: leave-one-speaker-out, validation_speakers: 1 }, controls: [] }',
  );
  const done = finished(await project.run('x.yaml'));
  const { predictions } = readModels(done.artifact('model', 'models')!);
  // Of three speakers with 2 + 2 clips one validates and one is trained on.
  assert.is(predictions.filter(({ role }) => role === 'validate').length, 12);
  for (const { posterior } of predictions) assert.is(posterior[0], 2 / 10 + 4 / 100);
});

test('seeds train a random one again, and other params are its own', async () => {
  const body = 'const p = params.low + random.next() / 2; return () => [p, 1 - p];';
  const more = `random: true, parameters: ({ bands, classes }) => bands * classes,
    params: Type.Object({ low: Type.Number({ default: 0, description: 'The least.' }) }),`;
  using project = rig(
    training(body, { more }),
    '{ seeds: 2, low: 0.25, split: { scheme: stratified-k-fold, folds: 2 }, controls: [] }',
  );
  const done = finished(await project.run('x.yaml'));
  const { description, predictions } = readModels(done.artifact('model', 'models')!);
  assert.equal(description.params, { low: 0.25 });
  assert.is(description.parameters, 16);
  const of = (seed: number) =>
    new Set(predictions.filter((row) => row.seed === seed).map(({ posterior }) => posterior[0]));
  // Every fold starts from the same numbers.
  assert.is(of(1).size, 1);
  assert.is(of(2).size, 1);
  assert.not.equal(of(1), of(2));
  for (const { posterior } of predictions) assert.ok((posterior[0] ?? 0) >= 0.25);
});

test('shuffled labels are its own training on permuted labels', async () => {
  // Tells the class of a clip it was trained on from the mean of its class.
  const body = `
    const level = ({ data }) => data.reduce((a, b) => a + b, 0) / data.length;
    const centres = labels.map((_, k) => { const own = clips.filter(({ label }) => label === k).map(level); return own.reduce((a, b) => a + b, 0) / own.length; });
    return (clip) => { const far = centres.map((c) => Math.abs(c - level(clip))); const sum = far[0] + far[1]; return [far[1] / sum, far[0] / sum]; };`;
  using project = rig(
    training(body),
    '{ split: { scheme: leave-one-speaker-out }, controls: [shuffled_labels] }',
  );
  const done = finished(await project.run('x.yaml'));
  const { predictions, controls } = readModels(done.artifact('model', 'models')!);
  const right = (rows: typeof predictions): number =>
    rows.filter((row) => row.label === row.predicted).length;
  assert.is(right(predictions), 12, 'loud and soft are far apart');
  assert.ok(right(controls['shuffled_labels'] ?? []) < 12);
});

const refused: Readonly<Record<string, readonly [body: string, before: string, words: RegExp]>> = {
  'a model that goes on learning from what it scores': [
    `const heard = [];
     return ({ data }) => { heard.push(data[0]); const p = 1 / (1 + Math.exp(heard.reduce((a, b) => a + b, 0) / heard.length - data[0])); return [p, 1 - p]; };`,
    '',
    /the posterior of .* is another one when clips come in another order/,
  ],
  'a model that counts what it is asked': [
    'return () => { asked++; return [1 / asked, 1 - 1 / asked]; };',
    'let asked = 0;',
    /is another one when clips come in another order/,
  ],
  'random numbers in predictions': [
    'return () => { const p = random.next(); return [p, 1 - p]; };',
    '',
    /is another one when clips come in another order/,
  ],
  'probabilities that do not sum to 1': ['return () => [0.5, 0.4];', '', /is \[0\.5, 0\.4\]/],
  'a probability too many': ['return () => [0.5, 0.5, 0];', '', /is \[0\.5, 0\.5, 0\]/],
  'no number': ['return () => [NaN, 1];', '', /is \[NaN, 1\]/],
  'no function': ['return labels;', '', /train gives no function that predicts/],
};

for (const [name, [body, before, words]] of Object.entries(refused)) {
  test(`refuses ${name}`, async () => {
    using project = rig(
      training(body, { before }),
      '{ split: { scheme: stratified-k-fold, folds: 2 }, controls: [] }',
    );
    const done = finished(await project.run('x.yaml'));
    const [failure] = failuresOf(done);
    assert.match(JSON.stringify(failure), words, JSON.stringify(failure));
    assert.match(JSON.stringify(failure), /task-error/);
  });
}

test('nothing is left of the clips of other folds', async () => {
  // Knows a clip by its bytes, if any fold of this process was trained on it.
  const body = `
    for (const { data, label } of clips) known.set(data.join(), label);
    return ({ data }) => { const label = known.get(data.join()); return labels.map((_, k) => (label === undefined ? 1 / labels.length : Number(k === label))); };`;
  using project = rig(
    training(body, { before: 'const known = new Map();' }),
    '{ split: { scheme: leave-one-speaker-out }, controls: [] }',
  );
  const done = finished(
    await project.run('x.yaml', { host: project.host({ local: true, jobs: 1 }) }),
  );
  assert.equal(done.failures, []);
  const { predictions } = readModels(done.artifact('model', 'models')!);
  for (const { posterior } of predictions) assert.equal(posterior, [0.5, 0.5]);
});

test('a fold reruns when the code of the training changes, and not for a comment', async () => {
  using project = rig(
    training(shares),
    '{ split: { scheme: stratified-k-fold, folds: 2 }, controls: [] }',
  );
  await project.run('x.yaml');
  project.write({ 'mine.ts': training(`/* a word */ ${shares}`) });
  assert.is((await project.run('x.yaml')).state, 'nothing-to-do');
  project.write({
    'mine.ts': training(`params; ${shares.replace('counts.map', '[...counts].map')}`),
  });
  const ran = computed(await project.run('x.yaml'));
  assert.equal(ran.filter((address) => address.startsWith('model[')).sort(), [
    'model[fold=1,seed=1]',
    'model[fold=2,seed=1]',
  ]);
});

test('params of the folds are not its own', async () => {
  const more = 'params: Type.Object({ split: Type.Number({ default: 1, description: "" }) }),';
  using project = rig(training(shares, { more }));
  const found = await project.load('x.yaml').catch((error: Error) => error.message);
  assert.match(String(found), /the param split of the training mine is one of the folds/);
});

test('one without random numbers has no seeds', async () => {
  using project = rig(training(shares), '{ seeds: 2 }');
  const found = await project.load('x.yaml').catch((error: Error) => error.message);
  assert.match(String(found), /seeds/);
});

test('a search varies its params, and the audit finds the whole clean', async () => {
  const more =
    "params: Type.Object({ p: Type.Number({ minimum: 0, maximum: 1, default: 0.5, description: 'Of the first label.' }) }),";
  using project = rig(
    training('return () => [params.p, 1 - params.p];', { more }),
    bySpeaker,
    `  search: { uses: tune, in: { target: model }, with: { space: { model.p: [0.2, 0.8] }, trials: 2, sampler: grid, inner_folds: 2 } }
  scores: { uses: evaluate, in: { models: search } }`,
  );
  const done = finished(await project.run('x.yaml'));
  assert.equal(done.failures, []);
  const paths = new CachePaths(project.cache);
  const report = auditRun(
    { id: 'test', tasks: done.tasks, outputs: readOutputs(done.folder) },
    { paths, records: new Records(paths), kinds: new Set(Object.keys(stageKinds)), gone: 'gone' },
  );
  const seen = report.findings.map((f) => `${f.severity} ${f.address}: ${f.message}`).join('\n');
  assert.is(report.verdict, 'clean', seen);
});

test.run();
