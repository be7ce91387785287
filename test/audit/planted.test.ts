import { chmodSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { auditRun } from '../../src/audit/audit.ts';
import type { AuditReport, Verdict } from '../../src/audit/types.ts';
import { CachePaths } from '../../src/engine/cache/paths.ts';
import { Records } from '../../src/engine/cache/records.ts';
import { readOutputs, readTasks } from '../../src/engine/record/runs.ts';
import { stageKinds } from '../../src/kinds.ts';
import { createEngineProject, type EngineProject, finished } from '../util/project.ts';
import { writeTinyCorpus } from '../util/tiny-corpus.ts';
import { stageFiles } from './stages.ts';

const test = suite('audit: planted leaks and clean look-alikes');

const speech =
  'speech: { uses: fetch, with: { files: wav/*.wav, table: labels.csv, columns: { text: text } } }';
const melOf = (from: string): string =>
  `mel: { uses: melspec, in: ${from}, with: { sample_rate: native, n_fft: 256, win_length: 200, hop_length: 80, n_mels: 8, fmax: 4000 } }`;
const own = (name: string, from: string, as = name): string =>
  `${as}: { uses: ./stages/${name}.ts, in: ${from} }`;
const kfold = (features: string, corpus = 'speech', split = ''): string =>
  `model: { uses: train-kfold, in: { features: ${features}, corpus: ${corpus}${split && `, split: ${split}`} }, with: { architecture: logreg, controls: [] } }`;
const scores = (models = 'model', corpus = 'speech'): string =>
  `scores: { uses: evaluate, in: { models: ${models}, corpus: ${corpus} } }`;

/** A features stage between mel and the training. */
const between = (name: string): readonly string[] => [
  speech,
  melOf('speech'),
  own(name, '{ features: mel, corpus: speech }'),
  kfold(`${name}.features`),
  scores(),
];

/** A corpus stage before everything, with a split of its own where one is named. */
const before = (name: string, split = ''): readonly string[] => [
  speech,
  own(name, '{ corpus: speech }'),
  melOf(`${name}.corpus`),
  ...(split === '' ? [] : [own(split, `{ corpus: ${name}.corpus }`)]),
  kfold('mel', `${name}.corpus`, split && `${split}.split`),
  scores('model', `${name}.corpus`),
];

/** A training of its own on one fold. */
const training = (name: string): readonly string[] => [
  speech,
  melOf('speech'),
  own('part-once', '{ corpus: speech }'),
  own(name, '{ features: mel, corpus: speech, split: part-once.split }'),
  scores(`${name}.models`),
];

interface Case {
  readonly stages: readonly string[];
  readonly verdict: Verdict;
  /** Address and words of the finding that must be there. */
  readonly finding?: readonly [address: string, words: RegExp];
}

const cases: Readonly<Record<string, Case>> = {
  'a normaliser fitted before the split': {
    stages: between('fit-on-all'),
    verdict: 'leak',
    finding: ['fit-on-all', /was fitted on 4 of the 4 clips that model\[fold=1/],
  },
  'bands chosen on all clips': {
    stages: between('choose-on-all'),
    verdict: 'leak',
    finding: ['choose-on-all', /chose by 4 of the 4 clips/],
  },
  'clips mixed in one task': {
    stages: between('mix-clips'),
    verdict: 'unverifiable',
    finding: ['mix-clips', /made new content from all clips in one task/],
  },
  'files read by hand': {
    stages: between('raw-files'),
    verdict: 'unverifiable',
    finding: ['raw-files', /read files itself/],
  },
  'files read by hand, and nothing said of it': {
    stages: between('quiet-files'),
    verdict: 'unverifiable',
    finding: ['quiet-files', /read files itself/],
  },
  'an each stage that mixes clips when it joins them': {
    stages: [
      speech,
      own('per-clip-mixed', '{ corpus: speech }'),
      kfold('per-clip-mixed.features'),
      scores(),
    ],
    verdict: 'unverifiable',
    finding: ['per-clip-mixed/combine', /made new content from all clips in one task/],
  },
  'a clip under two ids and two speakers': {
    stages: before('double-other-speaker', 'part-well'),
    verdict: 'leak',
    finding: ['model[fold=1,seed=1]', /trained on "zz", which is the same sound as/],
  },
  'a copy on the other side': {
    stages: before('copy-other-speaker', 'part-well'),
    verdict: 'leak',
    finding: ['model[fold=1,seed=1]', /is a copy of the same recording/],
  },
  'half of a speaker under another name': {
    stages: before('rename-speaker'),
    verdict: 'leak',
    finding: [
      'model[fold=1,seed=1]',
      /no speaker is on both sides, but "s1" is trained on and scored/,
    ],
  },
  'a split that repeats a speaker and denies it': {
    stages: [
      speech,
      melOf('speech'),
      own('part-badly', '{ corpus: speech }'),
      kfold('mel', 'speech', 'part-badly.split'),
      scores(),
    ],
    verdict: 'leak',
    finding: ['model[fold=1,seed=1]', /"s1" is trained on and scored/],
  },
  'the epoch chosen on the scored clips': {
    stages: training('train-epoch-on-test'),
    verdict: 'leak',
    finding: ['train-epoch-on-test', /chose its model by 4 of the 4 clips that it scored/],
  },
  'trained on what it scores': {
    stages: training('train-on-test'),
    verdict: 'leak',
    finding: ['train-on-test', /trained on 4 of the 4 clips that it scored/],
  },
  'adapted to the scored speaker without a stamp': {
    stages: training('train-adapted'),
    verdict: 'leak',
    finding: ['train-adapted', /adapted to 4 of the clips that it scored/],
  },
  'a training that reads files by hand': {
    stages: training('train-raw'),
    verdict: 'unverifiable',
    finding: ['train-raw', /read files itself/],
  },
  'hard clips dropped after looking at predictions': {
    stages: [
      speech,
      melOf('speech'),
      `first: { uses: train-kfold, in: { features: mel, corpus: speech }, with: { architecture: logreg, controls: [] } }`,
      own('drop-hard', '{ corpus: speech, models: first }'),
      kfold('mel', 'drop-hard.corpus'),
      scores('model', 'drop-hard.corpus'),
    ],
    verdict: 'leak',
    finding: ['drop-hard', /predictions in sight/],
  },
  'predictions put right': {
    stages: [
      speech,
      melOf('speech'),
      kfold('mel'),
      own('all-right', '{ models: model }'),
      scores('all-right.models'),
    ],
    verdict: 'unverifiable',
    finding: ['all-right', /trained 3 folds in one task/],
  },
  'a number that the predictions do not give': {
    stages: [
      speech,
      melOf('speech'),
      kfold('mel'),
      scores(),
      own('flatter', '{ evaluation: scores, models: [model] }'),
    ],
    verdict: 'wrong',
    finding: ['flatter', /uar of model is stated as 0.99/],
  },

  'every clip given the features of a typical one of its class': {
    stages: between('swap-index'),
    verdict: 'leak',
    finding: ['swap-index', /gives 10 clips the features of other clips/],
  },
  'a second training on what a first one said of all clips': {
    stages: [
      speech,
      melOf('speech'),
      `first: { uses: train-kfold, in: { features: mel, corpus: speech }, with: { architecture: logreg, controls: [] } }`,
      own('part-once', '{ corpus: speech }'),
      own(
        'train-stacked',
        '{ features: mel, corpus: speech, split: part-once.split, first: first }',
      ),
      scores('train-stacked.models'),
    ],
    verdict: 'leak',
    finding: ['train-stacked', /builds on first.*, which was trained on 4 of the 4 clips/],
  },
  'labels changed clip by clip': {
    stages: before('bend-labels'),
    verdict: 'unverifiable',
    finding: ['bend-labels', /changed the label of 2 clips of anger one by one/],
  },
  'labels changed clip by clip, under other ids': {
    stages: before('bend-renamed'),
    verdict: 'unverifiable',
    finding: ['bend-renamed', /changed the label of 2 clips of anger one by one/],
  },
  'the sounds of two clips exchanged': {
    stages: before('swap-sounds'),
    verdict: 'unverifiable',
    finding: ['swap-sounds', /changed the label of 1 clips of (anger|calm) one by one/],
  },
  'a hard clip that no fold scores': {
    stages: [
      speech,
      melOf('speech'),
      own('part-easy', '{ corpus: speech }'),
      kfold('mel', 'speech', 'part-easy.split'),
      scores(),
    ],
    verdict: 'wrong',
    finding: ['model', /1 clips of the corpus are scored in no fold \("1-anger-1\.wav"\)/],
  },

  'clean: an index written again as it was': {
    stages: [
      speech,
      melOf('speech'),
      own('same-index', '{ features: mel }'),
      kfold('same-index.features'),
      scores(),
    ],
    verdict: 'clean',
  },
  'clean: clips under other ids': { stages: before('rename-ids'), verdict: 'clean' },
  'clean: labels renamed by a rule': { stages: before('rename-labels'), verdict: 'clean' },
  'clean: features of each clip by itself': {
    stages: [speech, own('per-clip', '{ corpus: speech }'), kfold('per-clip.features'), scores()],
    verdict: 'clean',
  },
  'clean: features passed on unchanged': {
    stages: [
      speech,
      melOf('speech'),
      own('link-only', '{ features: mel }'),
      kfold('link-only.features'),
      scores(),
    ],
    verdict: 'clean',
  },
  'clean: statistics of all clips that nobody trains on': {
    stages: [
      speech,
      melOf('speech'),
      own('look-at-all', '{ features: mel }'),
      kfold('mel'),
      scores(),
      'sum: { uses: command, in: { table: look-at-all.table }, with: { run: [cp, "{inputs.table}/table.csv", "{outputs.out}"] } }',
    ],
    verdict: 'clean',
  },
  'clean: a clip twice, on one side': { stages: before('double-same-speaker'), verdict: 'clean' },
  'clean: a split of its own that keeps its word': {
    stages: [
      speech,
      melOf('speech'),
      own('part-well', '{ corpus: speech }'),
      kfold('mel', 'speech', 'part-well.split'),
      scores(),
    ],
    verdict: 'clean',
  },
  'clean: a training of its own that keeps the sides apart': {
    stages: training('train-well'),
    verdict: 'clean',
    finding: ['train-well', /code of its own/],
  },
  'clean: speakers known, and the protocol says so': {
    stages: [
      speech,
      melOf('speech'),
      `model: { uses: train-kfold, in: { features: mel, corpus: speech }, with: { architecture: logreg, controls: [], split: { scheme: stratified-k-fold, folds: 2 } } }`,
      scores(),
    ],
    verdict: 'clean',
    finding: ['model[fold=1,seed=1]', /speaker "s1", "s2" and 1 more/],
  },
};

/** One cache for all cases: what they share is made once. */
const project: EngineProject = createEngineProject();
process.on('exit', () => project[Symbol.dispose]());
writeTinyCorpus(project);
project.write(stageFiles());

async function audited(stages: readonly string[]): Promise<AuditReport> {
  project.write({
    'x.yaml': `name: x\nseed: 1\nstages:\n${stages.map((s) => `  ${s}\n`).join('')}`,
  });
  const done = finished(await project.run('x.yaml'));
  assert.equal(done.failures, [], 'the run is whole');
  return audit(done.folder);
}

function audit(folder: string): AuditReport {
  const paths = new CachePaths(project.cache);
  return auditRun(
    { id: 'test', tasks: readTasks(folder), outputs: readOutputs(folder) },
    { paths, records: new Records(paths), kinds: new Set(Object.keys(stageKinds)) },
  );
}

for (const [name, { stages, verdict, finding }] of Object.entries(cases)) {
  test(name, async () => {
    const report = await audited(stages);
    const seen = report.findings.map((f) => `${f.severity} ${f.address}: ${f.message}`).join('\n');
    assert.is(report.verdict, verdict, seen);
    if (finding === undefined) return;
    const [address, words] = finding;
    assert.ok(
      report.findings.some((one) => one.address === address && words.test(one.message)),
      `${address} ${words} is not in\n${seen}`,
    );
  });
}

test('bytes that changed after they were recorded', async () => {
  project.write({
    'x.yaml': `name: x\nseed: 1\nstages:\n  ${[speech, melOf('speech'), kfold('mel'), scores()].join('\n  ')}\n`,
  });
  const done = finished(await project.run('x.yaml'));
  const path = done.artifact('model', 'models')?.path('predictions.csv') ?? '';
  chmodSync(path, 0o644);
  writeFileSync(path, 'id\n');
  const report = audit(done.folder);
  assert.is(report.verdict, 'damaged');
  assert.match(report.findings[0]?.message ?? '', /predictions.csv/);
});

test.run();
