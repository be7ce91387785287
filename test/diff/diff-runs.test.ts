import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readMetrics } from '../../src/artifacts/evaluation.ts';
import { formatDiff } from '../../src/cli/diff-text.ts';
import { stageOf } from '../../src/cli/stage-of.ts';
import { diffRuns } from '../../src/diff/diff-runs.ts';
import { type RecordedRun, readRecordedRun } from '../../src/diff/recorded-run.ts';
import type { RunDiff } from '../../src/diff/types.ts';
import { choicesApart, whyApart } from '../../src/diff/why-apart.ts';
import { CachePaths } from '../../src/engine/cache/paths.ts';
import { Records } from '../../src/engine/cache/records.ts';
import { renderDiff } from '../../src/report/diff-page.ts';
import { createEngineProject, type EngineProject, finished } from '../util/project.ts';
import { tinyNetwork, writeTinyCorpus } from '../util/tiny-corpus.ts';

const test = suite('diff of runs');

const project: EngineProject = createEngineProject('diff');
process.on('exit', () => project[Symbol.dispose]());
writeTinyCorpus(project);

const head = `name: x
seed: 3
stages:
  speech: { uses: fetch, with: { files: wav/*.wav, table: labels.csv, columns: { text: text } } }
  mel: { uses: melspec, in: speech, with: { sample_rate: native, n_fft: 256, win_length: 200, hop_length: 80, n_mels: 8, fmax: 4000 } }
`;

const network = (more: object): string => JSON.stringify({ ...tinyNetwork, controls: [], ...more });

async function recorded(stages: string) {
  project.write({ 'x.yaml': head + stages });
  const done = finished(await project.run('x.yaml', { selection: { force: ['scores'] } }));
  assert.equal(done.failures, []);
  const paths = new CachePaths(project.cache);
  const cache = { paths, records: new Records(paths) };
  const { folder, info } = done;
  const run = readRecordedRun({ folder, info }, cache);
  return { run, metrics: readMetrics(done.artifact('scores', 'evaluation')!) };
}

const differ = (a: RecordedRun, b: RecordedRun): RunDiff => diffRuns(a, b, stageOf);
const text = (diff: RunDiff): string => formatDiff(diff, ['x', 'x'], false);
const page = (diff: RunDiff): string => renderDiff(diff, ['x', 'x'], () => undefined);

test('the winner of several sets is stamped, on the screen and on the page', async () => {
  const { run, metrics } = await recorded(`
  good: { uses: train-kfold, in: mel, with: { architecture: logreg, controls: [] } }
  poor: { uses: train-kfold, in: mel, with: ${network({ epochs: 1, learning_rate: 1e-6 })} }
  scores: { uses: evaluate, in: { models: [good, poor] } }
`);
  const winner = metrics.rankings[0]?.best;
  assert.is(winner?.stamp, 'best of 2', 'two sets of one protocol, and no tie');
  const diff = differ(run, run);
  for (const { a, stated } of diff.sets) {
    assert.is(/best of 2/.test(stated.a), a.name === winner?.set, stated.a);
    assert.is(stated.b, stated.a);
  }
  assert.match(text(diff), /best of 2/);
  assert.match(page(diff), /best of 2/);
});

test('one that adapts to speakers has the plain model beside it, and is set against no plain one', async () => {
  const spec = (more: object): string => `
  model: { uses: train-kfold, in: mel, with: ${network(more)} }
  scores: { uses: evaluate, in: model }
`;
  const plain = await recorded(spec({}));
  const adapted = await recorded(spec({ enrolment: { clips: 'all' } }));
  const beside = adapted.metrics.sets[0]?.controls['plain']?.['uar'];
  assert.type(beside, 'number');
  const diff = differ(plain.run, adapted.run);
  const [set] = diff.sets;
  const words = `without enrolment: ${(100 * Number(beside)).toFixed(1)} %`;
  assert.ok(set?.stated.b.includes(words), set?.stated.b);
  assert.not.ok(set?.stated.a.includes('without enrolment'));
  assert.is(set?.comparison, null);
  assert.is(whyApart(set!), 'the protocols differ in stamps: none in A, transductive in B');
  for (const shown of [text(diff), page(diff)]) {
    assert.ok(shown.includes(words));
    assert.match(shown, /transductive in B/);
  }
  assert.is(whyApart(differ(plain.run, plain.run).sets[0]!), null);
});

test('a search on the scored clips is not set against one that never saw them', async () => {
  const spec = (selection: string): string => `
  model: { uses: train-kfold, in: mel, with: { architecture: logreg, controls: [] } }
  search: { uses: tune, in: { target: model }, with: { space: { model.c: [0.001, 10] }, trials: 2, sampler: grid, inner_folds: 2, selection: ${selection} } }
  scores: { uses: evaluate, in: { models: search } }
`;
  const nested = await recorded(spec('nested'));
  const shared = await recorded(spec('shared'));
  const diff = differ(nested.run, shared.run);
  const [set] = diff.sets;
  assert.is(set?.comparison, null);
  assert.match(
    String(whyApart(set!)),
    /^the params of B were chosen on the very clips that score it, those of A were not/,
  );
  assert.equal(choicesApart(set!), {
    a: 'searched in each outer fold, inside the clips that it trains on',
    b: 'searched on the very clips that are scored',
  });
  for (const shown of [text(diff), page(diff)]) {
    assert.match(shown, /inside the clips that it trains on/);
    assert.match(shown, /B would win by that alone/);
  }
  assert.match(String(whyApart(differ(shared.run, nested.run).sets[0]!)), /^the params of A/);
});

test('clips that only one of two scored are counted', async () => {
  const whole = await recorded(`
  model: { uses: train-kfold, in: mel, with: { architecture: logreg, controls: [] } }
  scores: { uses: evaluate, in: model }
`);
  const part = await recorded(`
  some: { uses: select, in: speech, with: { keep: { speaker: [s1, s2] } } }
  model: { uses: train-kfold, in: { features: mel, corpus: some }, with: { architecture: logreg, controls: [] } }
  scores: { uses: evaluate, in: { models: model, corpus: some } }
`);
  const apart = differ(whole.run, part.run);
  const [set] = apart.sets;
  assert.is(whyApart(set!), 'A alone scored 4 clips, B alone 0');
  for (const shown of [text(apart), page(apart)]) {
    assert.match(shown, /A alone scored 4 clips/);
    assert.not.match(shown, /recall/i, 'recalls of other clips differ by the clips');
  }
  assert.match(text(differ(whole.run, whole.run)), /\n {2}recall\n {4}anger /);
  assert.match(page(differ(whole.run, whole.run)), /Recall, %/);
});

test.run();
