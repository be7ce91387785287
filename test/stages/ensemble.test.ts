import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readModels } from '../../src/artifacts/models.ts';
import { parsePredictions } from '../../src/artifacts/predictions.ts';
import { createEngineProject, type Done, failuresOf, finished } from '../util/project.ts';
import { tinyNetwork, writeTinyCorpus } from '../util/tiny-corpus.ts';

const test = suite('ensemble');

const labels = ['anger', 'calm'];
const loso = { split: { scheme: 'leave-one-speaker-out' }, controls: [] };

const spec = (members: Readonly<Record<string, object>>, given: object, wired: string): string =>
  `name: x
seed: 1
stages:
  speech: { uses: fetch, with: { files: wav/*.wav, table: labels.csv } }
  mel: { uses: melspec, in: speech, with: { sample_rate: native, n_fft: 256, win_length: 200, hop_length: 80, n_mels: 8, fmax: 4000 } }
${Object.entries(members)
  .map(([name, own]) => `  ${name}: { uses: train-kfold, in: mel, with: ${JSON.stringify(own)} }\n`)
  .join('')}  both: { uses: ensemble, in: { models: ${wired} }, with: ${JSON.stringify(given)} }
  scores: { uses: evaluate, in: { models: both, corpus: speech } }
`;

async function run(text: string): Promise<Done & { readonly project: Disposable }> {
  const project = createEngineProject();
  writeTinyCorpus(project);
  project.write({ 'x.yaml': text });
  return Object.assign(await project.run('x.yaml'), { project });
}

function predictionsOf(done: Done, stage: string) {
  const artifact = finished(done).artifact(stage, 'models');
  const text = readFileSync(artifact?.path('predictions.csv') ?? '', 'utf8');
  return parsePredictions(text, labels).predictions;
}

const logreg = (c: number): object => ({ architecture: 'logreg', c, ...loso });

test('averages members clip by clip', async () => {
  const done = await run(spec({ a: logreg(1), b: logreg(0.001) }, {}, '[a, b]'));
  using _ = done.project;
  const [a, b, both] = ['a', 'b', 'both'].map((stage) => predictionsOf(done, stage));
  assert.is(both?.length, 12);
  for (const [i, row] of both!.entries()) {
    const mean = row.posterior.map((_, k) => (a![i]!.posterior[k]! + b![i]!.posterior[k]!) / 2);
    assert.equal(row.posterior, mean);
    assert.is(row.predicted, labels[mean[1]! > mean[0]! ? 1 : 0]);
    assert.is(row.id, a![i]!.id);
  }
});

test('averages the seeds of one training', async () => {
  const one = { ...tinyNetwork, ...loso, seeds: 3 };
  const done = await run(spec({ net: one }, { seeds: 'average' }, 'net'));
  using _ = done.project;
  const each = predictionsOf(done, 'net');
  const both = predictionsOf(done, 'both');
  assert.is(both.length, 12);
  for (const row of both) {
    assert.is(row.seed, 1);
    const own = each.filter(({ id }) => id === row.id).map(({ posterior }) => posterior[0]!);
    assert.is(own.length, 3);
    assert.ok(Math.abs(row.posterior[0]! - (own[0]! + own[1]! + own[2]!) / 3) < 1e-15);
  }
});

test('the mean over seeds of one training is that training', async () => {
  const done = await run(spec({ a: logreg(1) }, { seeds: 'average' }, 'a'));
  using _ = done.project;
  assert.equal(predictionsOf(done, 'both'), predictionsOf(done, 'a'));
  const metrics = finished(done).artifact('scores', 'evaluation')?.path('metrics.json') ?? '';
  const { sets } = JSON.parse(readFileSync(metrics, 'utf8'));
  assert.match(sets[0].protocol.sentence, ', 1 seed');
});

test('has the controls that its members share, and averages those that are the model itself', async () => {
  const one = { ...tinyNetwork, split: loso.split };
  const done = await run(
    spec(
      {
        a: { ...one, controls: ['logreg', 'majority', 'shuffled_labels'] },
        b: { ...one, c: 0.01, level: 'band', controls: ['logreg', 'majority', 'shuffled_labels'] },
      },
      {},
      '[a, b]',
    ),
  );
  using _ = done.project;
  const [a, b, both] = ['a', 'b', 'both'].map(
    (stage) => readModels(finished(done).artifact(stage, 'models')!).controls,
  );
  assert.equal(Object.keys(both!), ['majority', 'shuffled_labels'], 'not the logreg of one');
  assert.equal(both!['majority'], a!['majority']);
  for (const [i, { posterior }] of both!['shuffled_labels']!.entries()) {
    const own = [a!, b!].map((set) => set['shuffled_labels']![i]!.posterior[0]!);
    assert.is(posterior[0], (own[0]! + own[1]!) / 2);
  }
});

test('keeps what is stamped on its members, and averages the draws of none', async () => {
  const one = { ...tinyNetwork, ...loso, seeds: 2, enrolment: { clips: 1, draws: 2 } };
  const done = await run(
    spec({ a: one, b: { ...one, level: 'band' } }, { seeds: 'average' }, '[a, b]'),
  );
  using _ = done.project;
  const each = ['a', 'b'].map((stage) => predictionsOf(done, stage));
  const both = predictionsOf(done, 'both');
  // Of three speakers each four clips, one of which is enrolled, in two draws.
  assert.is(both.length, 2 * 3 * 3);
  for (const row of both) {
    // Draws 1 and 2 of the first seed are seeds 1 and 2, those of the second 3 and 4.
    const own = each.flatMap((rows) =>
      rows.filter(({ id, seed }) => id === row.id && (seed - row.seed) % 2 === 0),
    );
    assert.is(own.length, 4);
    const mean = own.reduce((sum, { posterior }) => sum + posterior[0]! / 4, 0);
    assert.ok(Math.abs(row.posterior[0]! - mean) < 1e-15);
  }
  const metrics = finished(done).artifact('scores', 'evaluation')?.path('metrics.json') ?? '';
  const { headline, sets } = JSON.parse(readFileSync(metrics, 'utf8'));
  assert.is(headline, null);
  assert.match(sets[0].protocol.sentence, /4 models averaged × 2 draws, enrolled \(k=1\)$/);
  assert.type(sets[0].controls.plain.uar, 'number');
});

test('a number tells how many clips were heard, not how many were asked for', async () => {
  const one = { ...tinyNetwork, ...loso, seeds: 2, enrolment: { clips: 10, draws: 2 } };
  const done = await run(spec({ net: one }, { seeds: 'average' }, 'net'));
  using _ = done.project;
  const metrics = finished(done).artifact('scores', 'evaluation')?.path('metrics.json') ?? '';
  // Each speaker has four clips, half of which stay to be scored.
  const { sets } = JSON.parse(readFileSync(metrics, 'utf8'));
  assert.match(sets[0].protocol.sentence, 'enrolled (k=2)');
});

test('refuses what was not trained alike, and what is no ensemble', async () => {
  const text = { scheme: 'stratified-k-fold', folds: 2 };
  const cases: readonly (readonly [string, RegExp])[] = [
    [
      spec({ a: logreg(1), b: { ...logreg(1), split: text } }, {}, '[a, b]'),
      /same folds and seeds.*one split stage/,
    ],
    [
      spec({ a: logreg(1), b: { ...logreg(1), max_folds: 2 } }, {}, '[a, b]'),
      /a was trained on 3 folds and b on 2.*same max_folds/,
    ],
    [
      spec(
        {
          a: { ...tinyNetwork, ...loso },
          b: { ...tinyNetwork, ...loso, enrolment: { clips: 'all' } },
        },
        {},
        '[a, b]',
      ),
      /a and b do not adapt to new speakers alike/,
    ],
    [spec({ a: logreg(1) }, {}, 'a'), /nothing to average: one set of models/],
  ];
  for (const [given, message] of cases) {
    const done = await run(given);
    using _ = done.project;
    const [failure] = failuresOf(done);
    assert.is(failure?.reason, 'task-error');
    assert.match(JSON.stringify(failure), message);
  }
});

test.run();
