import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseCsv } from '../../src/util/csv.ts';
import { createProject, type Project } from '../util/cli.ts';
import { tinyNetwork, writeTinyCorpus } from '../util/tiny-corpus.ts';

const test = suite('predict');

/** One fold, so one model, whose posteriors of the held-out speaker the run has written down. */
const spec = (model: object, more = ''): string => `name: net
seed: 3
stages:
  speech: { uses: fetch, with: { files: wav/*.wav, table: labels.csv } }
  clean: { uses: denoise, in: speech, with: { method: none, loudness: -23 } }
  some: { uses: select, in: clean, with: { balance: [emotion] } }
  mel: { uses: melspec, in: some, with: { sample_rate: native, n_fft: 256, win_length: 200, hop_length: 80, n_mels: 8, fmax: 4000 } }
  noisy: { uses: augment, in: mel, with: { time_mask: 2 } }
  voice: { uses: functionals, in: some }
  net: { uses: train-kfold, in: { features: noisy, functionals: voice, corpus: speech }, with: ${JSON.stringify({ ...model, max_folds: 1, controls: [], split: { scheme: 'leave-one-speaker-out' } })} }
${more}
  scores: { uses: evaluate, in: { models: net, corpus: speech } }
`;

async function rig(text: string): Promise<Project> {
  const project = createProject();
  writeTinyCorpus(project);
  project.write({ 'x.yaml': text, 'affekt.config.yaml': '' });
  const { code, out, err } = await project.affekt(['run', 'x.yaml']);
  assert.is(code, 0, out + err);
  return project;
}

/** Posteriors of the held-out clips, from the table beside the models. */
function recorded(project: Project): ReadonlyMap<string, readonly number[]> {
  const [run = ''] = project.list('runs').filter((name) => name.includes('-net-'));
  const { header, rows } = parseCsv(project.read(`runs/${run}/stages/net/models/predictions.csv`));
  const [id, role] = ['id', 'role'].map((name) => header.indexOf(name));
  const columns = ['p_anger', 'p_calm'].map((name) => header.indexOf(name));
  return new Map(
    rows
      .filter((row) => role === -1 || row[role ?? 0] === 'test')
      .map((row) => [row[id ?? 0] ?? '', columns.map((column) => Number(row[column]))]),
  );
}

test('other files with the sound of held-out clips get the posteriors of the run', async () => {
  using project = await rig(spec(tinyNetwork));
  const known = recorded(project);
  assert.is(known.size, 4);
  mkdirSync(project.path('new recordings'));
  const ids = [...known.keys()];
  for (const [i, id] of ids.entries())
    copyFileSync(project.path(`wav/${id}`), project.path(`new recordings/é [${i}].WAV`));
  const told = await project.affekt(['predict', 'latest', 'new recordings', '--csv']);
  assert.is(told.code, 0, told.err);
  const { header, rows } = parseCsv(told.out);
  assert.equal(header, ['file', 'emotion', 'probability', 'agree', 'models', 'p_anger', 'p_calm']);
  assert.is(rows.length, 4);
  for (const [i, id] of ids.entries()) {
    const row = rows.find(([file]) => file === `new recordings/é [${i}].WAV`) ?? [];
    // One network in two programs of float32: training's own, and model.onnx.
    const far = (known.get(id) ?? []).map((p, k) => Math.abs(p - Number(row[5 + k])));
    assert.ok(Math.max(...far) < 1e-5, `${id}: ${far}`);
    assert.is(row[1], Number(row[5]) > 0.5 ? 'anger' : 'calm');
    assert.equal(row.slice(3, 5), ['1', '1']);
  }
  // What was looked at is no run, and leaves nothing.
  assert.is(project.list('runs').filter((one) => /^\d/.test(one)).length, 1);
  assert.equal(
    project.list('cache').filter((one) => one.startsWith('reproduce')),
    [],
  );
});

test('what cannot be told is said, and the rest is told', async () => {
  const more = `  other: { uses: train-kfold, in: { features: mel, corpus: speech }, with: { architecture: logreg } }
  more: { uses: evaluate, in: { models: other, corpus: speech } }`;
  using project = await rig(spec(tinyNetwork, more));
  project.write({ 'notes.wav': 'this is no sound' });
  const ask = (...args: readonly string[]) => project.affekt(['predict', 'latest', ...args]);
  const several = await ask('wav/1-anger-1.wav');
  assert.is(several.code, 2);
  assert.match(several.err, /several sets of models[\s\S]*--models: net, other/);
  const some = await ask(
    '--models',
    'other',
    'wav/1-anger-1.wav',
    'notes.wav',
    'wav/1-anger-1.wav',
  );
  assert.is(some.code, 1);
  assert.not.match(some.err, /predict +run/, 'a run that nobody can show');
  assert.match(some.err, /notes\.wav: it is a text file/);
  assert.match(
    some.out,
    /^wav\/1-anger-1\.wav +(anger|calm) +\d+\.\d % +\d of 3 agree\n\n3 models, averaged: other of run/,
  );
  const absent = await ask('--models', 'other', 'nowhere.wav');
  assert.equal([absent.code, absent.err], [2, 'error: there is no file nowhere.wav\n']);
  const wrong = await ask('--models', 'net2', 'wav/1-anger-1.wav');
  assert.match(wrong.err, /no models of "net2"[\s\S]*net, other/);
  await project.affekt(['cache', 'gc', '--max-size', '0']);
  const evicted = await ask('--models', 'net', 'wav/1-anger-1.wav');
  assert.is(evicted.code, 2);
  assert.match(
    evicted.err,
    'models of net were evicted from the cache\n  affekt run x.yaml makes it',
  );
});

/** An own front end, in two versions that differ by a number alone. */
const scaled = (
  factor: number,
): string => `import { defineStage, mapFeatures, openFeatures, Type } from 'affekt';
export default defineStage({
  kind: 'scaled',
  version: 1,
  summary: 'Other numbers.',
  params: Type.Object({}),
  inputs: { features: { type: 'features', summary: 'Some' } },
  outputs: { features: { type: 'features', summary: 'Others' } },
  run(context) {
    const input = context.input('features');
    const { definition } = openFeatures(input);
    mapFeatures(input, context.output('features'), definition, (_, { data }) =>
      data.map((value) => ${factor} * value),
    );
  },
});
`;

test('folders that lead back are walked once; what is cut short or no sound is named', async () => {
  using project = await rig(spec(tinyNetwork));
  mkdirSync(project.path('given/inner'), { recursive: true });
  copyFileSync(project.path('wav/1-anger-1.wav'), project.path('given/inner/a.wav'));
  symlinkSync('.', project.path('given/loop'));
  symlinkSync('gone', project.path('given/dead.wav'));
  symlinkSync('self.wav', project.path('given/self.wav'));
  const told = await project.affekt(['predict', 'latest', 'given', '--csv']);
  assert.is(told.code, 0, told.err);
  assert.equal(
    parseCsv(told.out).rows.map(([file]) => file),
    ['given/inner/a.wav'],
  );
  const whole = readFileSync(project.path('wav/1-anger-1.wav'));
  writeFileSync(project.path('half.wav'), whole.subarray(0, Math.floor(whole.length / 2)));
  const cut = await project.affekt(['predict', 'latest', 'half.wav']);
  assert.match(cut.err, 'half.wav: cut short');
  const none = await project.affekt(['predict', 'latest', 'x.yaml']);
  assert.is(none.code, 1, none.out);
  assert.match(none.err, 'x.yaml: it is a text file');
});

test('features of code that has changed since the training are refused', async () => {
  using project = createProject();
  writeTinyCorpus(project);
  const own = spec(tinyNetwork, '  own: { uses: ./scaled.ts, in: { features: mel } }');
  project.write({
    'x.yaml': own.replace('augment, in: mel,', 'augment, in: own,'),
    'scaled.ts': scaled(2),
    'affekt.config.yaml': '',
  });
  const { code, out, err } = await project.affekt(['run', 'x.yaml']);
  assert.is(code, 0, out + err);
  const told = await project.affekt(['predict', 'latest', 'wav/1-anger-1.wav']);
  assert.is(told.code, 0, told.err);
  project.write({ 'scaled.ts': scaled(3) });
  const refused = await project.affekt(['predict', 'latest', 'wav/1-anger-1.wav']);
  assert.is(refused.code, 2, refused.out);
  assert.match(
    refused.err,
    /own is not what it was when the models were trained: code \w{8} → \w{8}/,
  );
});

test('models that need more than a recording are refused', async () => {
  for (const [given, expected] of [
    [{ windows: { overlap: 0.5 } }, /score windows of a clip/],
    [{ enrolment: { clips: 1, draws: 1 } }, /adapt to a speaker/],
  ] as const) {
    using project = await rig(spec({ ...tinyNetwork, ...given }));
    const { code, err } = await project.affekt(['predict', 'latest', 'wav/1-anger-1.wav']);
    assert.is(code, 2);
    assert.match(err, expected);
  }
});

test.run();
