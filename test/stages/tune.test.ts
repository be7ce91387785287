import { readFileSync } from 'node:fs';
import Type from 'typebox';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readCorpus } from '../../src/artifacts/corpus.ts';
import { readMetrics } from '../../src/artifacts/evaluation.ts';
import { readModels, writeModels } from '../../src/artifacts/models.ts';
import { readSplit } from '../../src/artifacts/split.ts';
import { readStudy } from '../../src/artifacts/study.ts';
import { auditRun } from '../../src/audit/audit.ts';
import { formatAudit } from '../../src/cli/audit-text.ts';
import { CachePaths } from '../../src/engine/cache/paths.ts';
import { Records } from '../../src/engine/cache/records.ts';
import { readOutputs } from '../../src/engine/record/runs.ts';
import { defineStage } from '../../src/engine/stage.ts';
import { stageKinds } from '../../src/kinds.ts';
import { createEngineProject, type Done, type EngineProject, finished } from '../util/project.ts';
import { tinyNetwork, writeTinyCorpus } from '../util/tiny-corpus.ts';

const test = suite('tune');

/** Logistic regression on three speakers; the search is two lines of the spec. */
const specOf = (
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

const space = 'space: { model.c: { float: [1.0e-4, 10], log: true }, mel.n_mels: [2, 4, 8] }';

function rig(spec: string): EngineProject {
  const project = createEngineProject('tune');
  writeTinyCorpus(project);
  project.write({ 'x.yaml': spec });
  return project;
}

type Finished = ReturnType<typeof finished>;

const study = (done: Finished) => readStudy(done.artifact('search', 'study')!);
const models = (done: Finished) => readModels(done.artifact('search', 'models')!);
const made = ({ events }: Done): readonly string[] =>
  events.flatMap((event) => (event.type === 'task-done' ? [event.address] : []));

/** The record of every task that a run used, by address. */
function recordsOf(project: EngineProject, done: Finished) {
  const records = new Records(new CachePaths(project.cache));
  return done.tasks.map(({ address, key }) => ({ address, record: records.read(key)! }));
}

function audit(project: EngineProject, done: Finished) {
  const paths = new CachePaths(project.cache);
  return auditRun(
    { id: 'test', tasks: done.tasks, outputs: readOutputs(done.folder) },
    { paths, records: new Records(paths), kinds: new Set(Object.keys(stageKinds)) },
  );
}

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

/** Names the right emotion for as many clips as its skill says; it learns nothing. */
const guess = defineStage({
  kind: 'guess',
  version: 1,
  summary: 'Guesses with a given skill.',
  params: Type.Object({ skill: Type.Number({ description: 'Share of right guesses.' }) }),
  inputs: {
    corpus: { type: 'corpus', summary: 'Labels' },
    split: { type: 'split', summary: 'Folds', optional: true },
  },
  outputs: { models: { type: 'models', summary: 'Predictions' } },
  tier: 'inline',
  run(context) {
    const { info, utterances } = readCorpus(context.input('corpus'));
    const { protocol, folds } = readSplit(context.input('split'));
    const predictions = folds.flatMap(({ test: ids }, index) =>
      ids.map((id, n) => {
        const { emotion, speaker } = utterances.find((one) => one.id === id)!;
        const right = (n + 0.5) / ids.length < context.params.skill;
        const other = info.labels.find((label) => label !== emotion)!;
        const predicted = right ? emotion : other;
        const posterior = info.labels.map((label) => Number(label === predicted));
        const role = 'test' as const;
        return {
          id,
          speaker,
          fold: index + 1,
          seed: 1,
          role,
          label: emotion,
          predicted,
          posterior,
        };
      }),
    );
    writeModels(context.output('models'), {
      description: {
        ...{ format: 'affekt.models/1', architecture: 'guess', parameters: 0, params: {} },
        ...{ labels: info.labels, protocol, folds: folds.length, seeds: 1 },
        ...{ enrolment: null, controls: [], selection: 'none' },
      },
      predictions,
      controls: {},
    });
  },
});

const networkParams = JSON.stringify({ ...tinyNetwork, epochs: 9, controls: [] }).slice(1, -1);

test('rules end trials between folds, and a replay decides the same', async () => {
  const search = `{ trials: 12, inner_folds: 2, sampler: random, parallel: 1, max_folds: 2,
      prune: { rule: median, startup: 2 }, space: { model.skill: { float: [0.1, 0.9] } } }`;
  using project = rig(`name: x
stages:
  speech: { uses: fetch, with: { files: wav/*.wav, table: labels.csv, columns: { text: text } } }
  parts: { uses: split, in: speech }
  model: { uses: guess, in: { corpus: speech, split: parts }, with: { skill: 0.5 } }
  search: { uses: tune, in: { target: model, split: parts }, with: ${search} }
  scores: { uses: evaluate, in: { models: search } }
`);
  const host = project.host({ kinds: { guess } });
  const done = finished(await project.run('x.yaml', { host }));
  const { trials, study: info } = study(done);
  const pruned = trials.filter(({ state }) => state === 'pruned');
  assert.ok(pruned.length > 2);
  for (const { outer, trial, folds_done, pruned_after, value, set } of pruned) {
    assert.equal([folds_done, pruned_after, value], [1, 'fold 1', null]);
    const second = done.tasks.filter(({ address }) =>
      address.startsWith(`search[outer=${outer},trial=${trial},fold=2]`),
    );
    assert.equal(second, []);
    // Worse than the median of the complete trials before it.
    const before = trials.filter(
      (one) => one.outer === outer && one.trial < trial && one.state === 'complete',
    );
    const values = before.map((one) => one.value ?? 0).sort((a, b) => a - b);
    const median = values[Math.floor(values.length / 2)] ?? 0;
    assert.ok(Number(set['model.skill']) < median + 0.25);
  }
  for (const { outer, winner, value } of info.searches) {
    const own = trials.filter((one) => one.outer === outer).map((one) => one.value ?? -1);
    assert.equal([own.indexOf(Math.max(...own)), Math.max(...own)], [winner, value]);
  }
  assert.is((await project.run('x.yaml', { host })).state, 'nothing-to-do');
  const { protocol } = readMetrics(done.artifact('scores', 'evaluation')!).sets[0]!;
  assert.ok(protocol.stamps.includes('quick: not a result'));
});

for (const rule of ['halving', 'hyperband']) {
  test(`${rule} ends trials between epochs, and who goes on ends as if never stopped`, async () => {
    const search = `{ trials: 9, inner_folds: 2, sampler: random, parallel: 1, max_folds: 1,
      prune: { rule: ${rule}, least: 1, eta: 3 },
      space: { model.learning_rate: { float: [1.0e-4, 0.3], log: true } } }`;
    const text = specOf(search).replace('architecture: logreg', networkParams);
    using project = rig(text);
    const done = finished(await project.run('x.yaml'));
    assert.is(done.state, 'done');
    const { trials } = study(done);
    const pruned = trials.filter(({ state }) => state === 'pruned');
    const complete = trials.filter(({ state }) => state === 'complete');
    assert.ok(pruned.length > 0 && complete.length > 1, JSON.stringify(trials));
    const reached = (trial: number): readonly string[] =>
      done.tasks.flatMap(({ address }) => {
        const start = `search[outer=1,trial=${trial},fold=1`;
        if (!address.startsWith(start) || !address.endsWith('/model[fold=1,seed=1]')) return [];
        return [/epochs=(\d+)/.exec(address)?.[1] ?? 'all'];
      });
    for (const { trial, pruned_after: after, folds_done: folds } of pruned) {
      assert.is(folds, 2);
      const [last] = reached(trial).slice(-1);
      assert.is(after, `epoch ${last}`);
    }
    for (const { trial } of complete) assert.equal(reached(trial), ['1', '3', 'all']);
    assert.is((await project.run('x.yaml')).state, 'nothing-to-do');
    assert.is(audit(project, done).verdict, 'clean');

    // The same trials without a rule: a value that was reached over rungs is that of one training.
    project.write({ 'x.yaml': text.replace(`prune: { rule: ${rule}, least: 1, eta: 3 },`, '') });
    const free = study(finished(await project.run('x.yaml'))).trials;
    for (const { trial, value, set } of complete) {
      const same = free.find((one) => one.trial === trial);
      assert.equal([same?.value, same?.set], [value, set]);
    }
    // Two searches without and with a rule choose trial 0 and the random ones alike.
    assert.is(free.length, trials.length);
  });
}

test('a rule that could end no trial is refused, with what would help', async () => {
  const message = async (prune: string, model: string, extra = ''): Promise<string> => {
    const search = `{ trials: 3, inner_folds: 2, prune: ${prune}, space: { mel.n_mels: [4, 8]${extra} } }`;
    using project = rig(specOf(search).replace('architecture: logreg', model));
    await project.run('x.yaml', { selection: { until: ['mel'] } });
    const plan = await project.plan('x.yaml');
    return plan.stages.find(({ address }) => address === 'search')?.message ?? '';
  };
  assert.match(
    await message('{ rule: halving, least: 9 }', networkParams),
    /compares them after 9 epochs at first, and a training has 9/,
  );
  assert.match(
    await message('{ rule: hyperband, least: 1 }', networkParams, ', model.epochs: [5, 9]'),
    /hyperband compares trials between the epochs of "model"/,
  );
});

test('wrong spaces are refused before work, each at its place', async () => {
  const wrong = `{ trials: 5, space: {
      modle.c: [1, 2],
      model.c: { float: [10, 1] },
      mel.fmin: { float: [0, 50], log: true },
      mel.n_mels: [8, "16"],
      mel.hop_length: { float: [80, 160] },
      scores.level: [0.9, 0.95] } }`;
  const messages = async (text: string): Promise<readonly string[]> => {
    using project = rig(specOf(text));
    const loaded = await project.load('x.yaml').then(
      () => [],
      (error: Error) => JSON.parse(error.message.replace(/^x.yaml was refused: /, '')),
    );
    return (loaded as { message: string; location: { line: number; column: number } }[]).map(
      ({ message, location }) => `${location.line}: ${message}`,
    );
  };
  assert.equal(await messages('{ trials: 5, space: {} }'), [
    '11: the space is empty: there is nothing to search',
  ]);
  assert.equal(await messages(wrong), [
    '13: "model.c" is empty: 10 is greater than 1',
    '14: "mel.fmin" has no logarithm to search: with log the low end must be above 0',
  ]);
  const right = wrong.replace('[10, 1]', '[1, 10]').replace('[0, 50]', '[1, 50]');
  const found = await messages(right);
  assert.is(found.length, 4, found.join('\n'));
  assert.match(found[0] ?? '', /^12: unknown stage "modle"/);
  assert.match(found[1] ?? '', /^15: "n_mels" must be an integer/);
  assert.match(found[2] ?? '', /^16: "hop_length" must be an integer/);
  assert.match(found[3] ?? '', /^17: "model" reads nothing of "scores"/);
});

test('what the number is measured by is not searched', async () => {
  using project = rig(specOf('{ trials: 3, space: { model.split.validation_speakers: [0, 1] } }'));
  await project.run('x.yaml', { selection: { until: ['mel'] } });
  const plan = await project.plan('x.yaml');
  const { message } = plan.stages.find(({ address }) => address === 'search')!;
  assert.match(message ?? '', /part of the protocol/);
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
