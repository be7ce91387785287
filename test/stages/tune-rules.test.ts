import Type from 'typebox';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readCorpus } from '../../src/artifacts/corpus.ts';
import { readMetrics } from '../../src/artifacts/evaluation.ts';
import { writeModels } from '../../src/artifacts/models.ts';
import { readSplit } from '../../src/artifacts/split.ts';
import { defineStage } from '../../src/engine/stage.ts';
import { finished } from '../util/project.ts';
import { tinyNetwork } from '../util/tiny-corpus.ts';
import { audit, rig, specOf, study } from './tune-rig.ts';

const test = suite('tune: rules that end trials');

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

test.run();
