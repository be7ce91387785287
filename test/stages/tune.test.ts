import { readFileSync, rmSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readMetrics } from '../../src/artifacts/evaluation.ts';
import { readModels } from '../../src/artifacts/models.ts';
import { formatAudit } from '../../src/cli/audit-text.ts';
import { type Done, finished } from '../util/project.ts';
import { tinyNetwork } from '../util/tiny-corpus.ts';
import { audit, type Finished, models, recordsOf, rig, space, specOf, study } from './tune-rig.ts';

const test = suite('tune');

const made = ({ events }: Done): readonly string[] =>
  events.flatMap((event) => (event.type === 'task-done' ? [event.address] : []));

test('nested: no task of the search of an outer fold opens a clip that the fold scores', async () => {
  using project = rig(specOf(`{ trials: 6, inner_folds: 2, ${space} }`));
  const done = finished(await project.run('x.yaml'));
  assert.is(done.state, 'done');
  const { predictions, description } = models(done);
  assert.is(description.selection, 'nested');
  const tasks = recordsOf(project, done);
  for (const outer of [1, 2, 3]) {
    const scored = new Set(predictions.filter(({ fold }) => fold === outer).map(({ id }) => id));
    assert.is(scored.size, 4);
    const own = tasks.filter(({ address }) => new RegExp(`\\[outer=${outer},trial=`).test(address));
    assert.ok(own.length >= 6 * 3);
    const opened = own.flatMap(({ record }) =>
      record.consumed.filter(({ role }) => role !== 'apply').flatMap(({ ids }) => ids),
    );
    assert.ok(opened.length > 0);
    assert.equal(
      opened.filter((id) => scored.has(id)),
      [],
    );
  }
  const { verdict, findings } = audit(project, done);
  assert.is(verdict, 'clean', JSON.stringify(findings));
  const { sets, headline } = readMetrics(done.artifact('scores', 'evaluation')!);
  assert.match(sets[0]?.protocol.sentence ?? '', 'params by nested search');
  assert.is(headline?.set, 'search');
});

test('a search of models that adapt to speakers tells how many clips were heard in any fold', async () => {
  const net = JSON.stringify({ ...tinyNetwork, controls: [], enrolment: { clips: 2, draws: 1 } });
  const search = '{ trials: 1, selection: shared, space: { mel.n_mels: [8, 4] } }';
  using project = rig(specOf(search).replace('architecture: logreg', net.slice(1, -1)));
  // Speaker 1 has one clip less, and half of three stays to be scored.
  const labels = project.read('labels.csv').trimEnd().split('\n');
  const rest = labels.filter(
    (line) => !line.startsWith('1-anger-1') && !line.includes('1-anger-1.'),
  );
  assert.is(rest.length, labels.length - 1);
  rmSync(project.path('wav/1-anger-1.wav'));
  project.write({ 'labels.csv': `${rest.join('\n')}\n` });
  const done = finished(await project.run('x.yaml'));
  assert.is(done.state, 'done', JSON.stringify(done.failures));
  const { sets } = readMetrics(done.artifact('scores', 'evaluation')!);
  assert.match(sets[0]?.protocol.sentence ?? '', 'enrolled (k=1–2)');
});

test('the models are those that train-kfold makes of the chosen params by itself', async () => {
  using project = rig(specOf(`{ trials: 5, inner_folds: 2, ${space} }`));
  const done = finished(await project.run('x.yaml'));
  const { predictions } = models(done);
  for (const { outer, set, winner } of study(done).study.searches) {
    const overrides = Object.entries(set).map(([path, value]) => `${path}=${value}`);
    assert.ok(winner >= 0 && overrides.length === 2);
    const plain = await project.run('x.yaml', { overrides, selection: { until: ['model'] } });
    const own = readModels(plain.artifact('model', 'models')!).predictions;
    assert.equal(
      predictions.filter(({ fold }) => fold === outer),
      own.filter(({ fold }) => fold === outer),
    );
  }
});

test('the objective is the value that evaluate gives for the same folds, and the best trial wins', async () => {
  using project = rig(specOf(`{ trials: 6, selection: shared, ${space} }`));
  const done = finished(await project.run('x.yaml'));
  const { study: info, trials } = study(done);
  const [search] = info.searches;
  const values = trials.map(({ value }) => value ?? -1);
  assert.is(search?.value, Math.max(...values));
  assert.is(search?.winner, values.indexOf(Math.max(...values)));
  // Chosen on the scored clips: the value of the winner is the number, and is stamped.
  const { sets } = readMetrics(done.artifact('scores', 'evaluation')!);
  assert.ok(Math.abs((sets[0]?.values['uar']?.value ?? 0) - (search?.value ?? 1)) < 1e-12);
  assert.ok(sets[0]?.protocol.stamps.includes('optimistic'));
  const report = audit(project, done);
  assert.is(report.verdict, 'clean');
  assert.is(report.sets[0]?.optimistic, true);
  assert.match(
    formatAudit(report, { name: 'x' }, false),
    /those of search were chosen on the clips/,
  );
  // Trial 0 is the spec itself.
  assert.equal(trials[0]?.set, { 'model.c': 1, 'mel.n_mels': 8 });
  const shares = Object.values(search?.importance ?? {});
  assert.ok(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-9);
});

test('development speakers choose, train and are never scored', async () => {
  const search = `{ trials: 4, selection: development, development_speakers: [s1, s3], ${space} }`;
  using project = rig(specOf(search));
  const done = finished(await project.run('x.yaml'));
  const { predictions, description } = models(done);
  assert.equal([...new Set(predictions.map(({ speaker }) => speaker))], ['s2']);
  assert.is(description.folds, 1);
  const trained = recordsOf(project, done).filter(({ address }) => /^search\[trial=/.test(address));
  const ids = new Set(
    trained.flatMap(({ record }) =>
      record.consumed.filter(({ role }) => role !== 'apply').flatMap((one) => one.ids),
    ),
  );
  assert.equal(
    [...ids].filter((id) => id.startsWith('2-')),
    [],
  );
  const { protocol } = readMetrics(done.artifact('scores', 'evaluation')!).sets[0]!;
  assert.match(protocol.sentence, 'params chosen on speakers s1 + s3, not scored');
  assert.equal(protocol.stamps, []);
  assert.is(audit(project, done).verdict, 'clean');
});

test('the same trials at any job count, and more trials repeat none', async () => {
  const text = (trials: number): string =>
    specOf(`{ trials: ${trials}, parallel: 2, inner_folds: 2, ${space} }`);
  using one = rig(text(6));
  using four = rig(text(6));
  const serial = finished(await one.run('x.yaml', { host: one.host({ jobs: 1 }) }));
  const parallel = finished(await four.run('x.yaml', { host: four.host({ jobs: 4 }) }));
  const outputs = (done: Finished) =>
    JSON.parse(readFileSync(`${done.folder}/outputs.json`, 'utf8'));
  assert.equal(outputs(serial), outputs(parallel));
  assert.is((await one.run('x.yaml')).state, 'nothing-to-do');

  one.write({ 'x.yaml': text(9) });
  const more = finished(await one.run('x.yaml'));
  const repeated = made(more).filter((address) => /trial=[0-5][,\]]/.test(address));
  assert.equal(repeated, []);
  const first = study(serial).trials;
  assert.equal(
    study(more).trials.filter(({ trial }) => trial < 6),
    first,
  );
});

test('what one trial changes is made once for all that ask for it', async () => {
  using project = rig(
    specOf(`{ trials: 8, inner_folds: 2, sampler: grid, space: { mel.n_mels: [2, 4, 8] } }`),
  );
  const done = finished(await project.run('x.yaml'));
  const mels = made(done).filter(
    (address) => address.startsWith('mel') && address.endsWith('combine'),
  );
  assert.equal([...mels].sort(), [
    'mel/combine',
    'mel[mel.n_mels=2]/combine',
    'mel[mel.n_mels=4]/combine',
  ]);
  // The grid is used up: the spec itself and its three points.
  const { trials } = study(done);
  assert.is(trials.filter(({ outer }) => outer === 1).length, 4);
});

test('a trial that is impossible is an answer: listed, kept, and limited', async () => {
  // The clips have 8 kHz, so nothing lies above 4 kHz.
  const bad = 'space: { mel.fmax: [4000, 6000], model.c: { float: [1.0e-4, 10], log: true } }';
  const text = (most: number): string =>
    specOf(`{ trials: 6, inner_folds: 2, sampler: random, max_failed: ${most}, ${bad} }`);
  using project = rig(text(6));
  const done = finished(await project.run('x.yaml'));
  assert.is(done.state, 'done');
  const { trials } = study(done);
  const failed = trials.filter(({ state }) => state === 'failed');
  assert.ok(failed.length > 0 && failed.length < trials.length);
  for (const { set, error, value } of trials) {
    assert.is(set['mel.fmax'] === 6000, value === null);
    if (value === null) assert.match(error ?? '', /too low for fmax 6000 Hz/);
  }
  const refused = done.events.filter(({ type }) => type === 'task-refused');
  assert.ok(refused.length > 0);
  assert.is((await project.run('x.yaml')).state, 'nothing-to-do');
  assert.is(audit(project, done).verdict, 'clean');

  project.write({ 'x.yaml': text(1) });
  // All is known already, so it is refused before work, at the stage.
  const [limited] = await project.refused('x.yaml');
  assert.is(limited?.location?.line, 8);
  assert.match(
    limited?.message ?? '',
    /^\d trials of outer fold \d cannot be trained, and max_failed is 1:\n {2}trial/,
  );
});

test('what a search takes as an answer stays a failure elsewhere', async () => {
  const bad = 'space: { mel.fmax: [4000, 6000] }';
  using project = rig(specOf(`{ trials: 3, inner_folds: 2, sampler: grid, ${bad} }`));
  assert.is(finished(await project.run('x.yaml')).state, 'done');
  const request = { overrides: ['mel.fmax=6000'], selection: { until: ['mel'] } };
  const plain = finished(await project.run('x.yaml', request));
  assert.is(plain.state, 'failed');
});

test('the procedure and the plain model are compared on the clips that both score', async () => {
  using project = rig(
    specOf(`{ trials: 3, inner_folds: 2, ${space} }`).replace(
      'models: search',
      'models: [search, model]',
    ),
  );
  const done = finished(await project.run('x.yaml'));
  const { rankings, comparisons } = readMetrics(done.artifact('scores', 'evaluation')!);
  assert.is(rankings.length, 1);
  assert.equal(
    comparisons.map(({ a, b }) => [a, b]),
    [['model', 'search']],
  );
});

test('folds of a split stage are the outer folds, and both must read them', async () => {
  const split = '  parts: { uses: split, in: speech, with: { scheme: leave-one-speaker-out } }';
  using project = rig(specOf(`{ trials: 3, inner_folds: 2, ${space} }`, { split }));
  const done = finished(await project.run('x.yaml'));
  assert.is(done.state, 'done');
  assert.equal(models(done).description.protocol.held_out, ['s1', 's2', 's3']);
});

test.run();
