import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openFeatures } from '../../src/artifacts/features.ts';
import { parsePredictions } from '../../src/artifacts/predictions.ts';
import type { InputArtifact } from '../../src/engine/artifact.ts';
import { eachRecord } from '../../src/engine/cache/inventory.ts';
import { CachePaths } from '../../src/engine/cache/paths.ts';
import { decodeSafetensors } from '../../src/model/safetensors.ts';
import { linkedBytes } from '../engine/faults/kill-trials.ts';
import { Bench, kill } from '../engine/faults/launch.ts';
import { createEngineProject, failuresOf, finished } from '../util/project.ts';
import { tinyNetwork, writeTinyCorpus } from '../util/tiny-corpus.ts';

const test = suite('train-network');

type Given = Readonly<Record<string, unknown>>;

const spec = (given: Given = {}): string => `name: net
seed: 3
stages:
  speech: { uses: fetch, with: { files: wav/*.wav, table: labels.csv } }
  mel: { uses: melspec, in: speech, with: { sample_rate: native, n_fft: 256, win_length: 200, hop_length: 80, n_mels: 8, fmax: 4000 } }
  net: { uses: train-kfold, in: mel, with: ${JSON.stringify({ ...tinyNetwork, split: { scheme: 'leave-one-speaker-out' }, controls: [], ...given })} }
  scores: { uses: evaluate, in: { models: net, corpus: speech } }
`;

/** The same with numbers per clip beside it. */
const withVoice = (given: Given): string =>
  spec(given)
    .replace('in: mel,', 'in: { features: mel, functionals: voice },')
    .replace('  mel:', '  voice: { uses: functionals, in: speech }\n  mel:');

async function failure(given: Given) {
  using project = createEngineProject();
  writeTinyCorpus(project);
  project.write({ 'x.yaml': spec(given) });
  const [first] = failuresOf(await project.run('x.yaml'));
  return first;
}

test('learns, from the same weights in every fold and from others in every seed', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  project.write({ 'x.yaml': spec({ epochs: 20, seeds: 2, controls: ['shuffled_labels'] }) });
  const models = finished(await project.run('x.yaml')).artifact('net', 'models');
  assert.ok(models);
  const text = (file: string): string => readFileSync(models.path(file), 'utf8');
  const losses = text('fold-1-seed-1/history.csv')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => Number(line.split(',')[3]));
  assert.is(losses.length, 20);
  assert.ok((losses.at(-1) ?? 1) < (losses[0] ?? 0), `${losses[0]} … ${losses.at(-1)}`);
  assert.is.not(text('fold-1-seed-1/history.csv'), text('fold-1-seed-2/history.csv'));
  assert.is(JSON.parse(text('model.json')).parameters, 4 * 9 + 8 + (2 * 4 * 8 + 1) * 2);
  assert.match(
    text('controls/shuffled_labels/predictions.csv'),
    /^id,speaker,fold,seed,role,label/,
  );
});

test('stops early on validation speakers, and scores them', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  const split = { scheme: 'leave-one-speaker-out', validation_speakers: 1 };
  project.write({
    'x.yaml': spec({ ...{ split, epochs: 30, batch_size: 2 }, early_stopping: { patience: 2 } }),
  });
  const models = finished(await project.run('x.yaml')).artifact('net', 'models');
  const history = readFileSync(models?.path('fold-1-seed-1/history.csv') ?? '', 'utf8');
  const rows = history.trim().split('\n').slice(1);
  assert.ok(rows.length < 30, `${rows.length} epochs`);
  assert.ok(rows.every((row) => !row.endsWith(',')));
  assert.match(readFileSync(models?.path('predictions.csv') ?? '', 'utf8'), /,validate,/);
});

test('what cannot be trained is said with fold, cause and next step', async () => {
  const diverged = await failure({ learning_rate: 1e38, schedule: { kind: 'constant' } });
  assert.is(diverged?.reason, 'task-error');
  assert.match(diverged?.address ?? '', /^net\[fold=\d,seed=1\]$/);
  assert.match(
    JSON.stringify(diverged),
    /the loss became (NaN|Infinity) in epoch 1, step \d.*Lower learning_rate/,
  );
  const few = await failure({ batch_size: 9 });
  assert.match(
    JSON.stringify(few),
    /8 training clips, fewer than batch_size 9.*Set batch_size to 8/,
  );
  const alone = await failure({
    ...{ enrolment: { clips: 1 }, split: { scheme: 'hold-out', test_fraction: 0.6 } },
  });
  assert.match(JSON.stringify(alone), /at least two training speakers, and fold 1 has one/);
  const early = await failure({ early_stopping: { patience: 3 } });
  assert.match(JSON.stringify(early), /early_stopping needs validation clips, and fold 1 has none/);
  const device = await failure({ device: 'cuda' });
  // Where the provider is installed there is nothing to refuse.
  if (device !== undefined) {
    assert.match(JSON.stringify(device), /cannot use the device cuda.*Use device: cpu/);
  }
  const bands = await failure({
    architecture: [
      { pool: [4, 1] },
      { pool: [4, 1] },
      { frequency: 'mean' },
      { pool_time: 'mean' },
    ],
  });
  assert.match(JSON.stringify(bands), /the architecture does not fit features of 8 bands/);
});

test('enrolled clips are not scored, and all that stands beside is scored on the same ones', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  const controls = ['majority', 'logreg', 'shuffled_labels'];
  project.write({ 'x.yaml': spec({ enrolment: { clips: 1, draws: 3 }, seeds: 2, controls }) });
  const done = finished(await project.run('x.yaml'));
  const models = done.artifact('net', 'models');
  const text = (file: string): string => readFileSync(models?.path(file) ?? '', 'utf8');
  const rows = (file: string): string[] =>
    text(file)
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => {
        const [id, , fold, seed] = line.split(',');
        return `${seed} ${fold} ${id}`;
      });
  const scored = rows('predictions.csv');
  // Of each of three speakers four clips: one is enrolled, in every draw of both seeds.
  assert.is(scored.length, 2 * 3 * 3 * 3);
  assert.equal(rows('controls/plain/predictions.csv'), scored);
  const of = (seed: number): string[] =>
    scored.filter((row) => row.startsWith(`${seed} `)).map((row) => row.slice(2));
  assert.equal(of(1), of(4), 'the same draw for another seed');
  // A control is made once: it has a row for what each draw of the first seed scored.
  const ofFirstSeed = scored.filter((row) => Number(row[0]) <= 3);
  for (const name of controls) {
    assert.equal(rows(`controls/${name}/predictions.csv`), ofFirstSeed, name);
  }
  assert.is.not(of(1).join(), of(2).join(), 'another draw');
  assert.equal(JSON.parse(text('model.json')).enrolment, { clips: 1, draws: 3 });
  const { sets, headline } = JSON.parse(
    readFileSync(done.artifact('scores', 'evaluation')?.path('metrics.json') ?? '', 'utf8'),
  );
  assert.is(headline, null);
  assert.match(sets[0].protocol.sentence, /2 seeds × 3 draws, enrolled \(k=1\)$/);
  assert.type(sets[0].controls.plain.uar, 'number');
});

test('scores windows of the length of crops; a window that holds a whole clip is the clip', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  const posteriors = async (given: Given): Promise<readonly (readonly number[])[]> => {
    project.write({ 'x.yaml': spec(given) });
    const models = finished(await project.run('x.yaml')).artifact('net', 'models');
    const text = readFileSync(models?.path('predictions.csv') ?? '', 'utf8');
    return parsePredictions(text, ['anger', 'calm']).predictions.map(({ posterior }) => posterior);
  };
  // Clips have 26 frames.
  const longest = { crop_frames: 26, controls: [] };
  const whole = await posteriors(longest);
  assert.equal(await posteriors({ ...longest, windows: {} }), whole);
  const [plain, cut] = [await posteriors({}), await posteriors({ windows: { overlap: 0.25 } })];
  assert.not.equal(cut, plain);
  assert.ok(cut.every((row) => Math.abs(row.reduce((a, b) => a + b, 0) - 1) < 1e-6));
});

/** What model.onnx of a fold says of clips, from features as they are stored. */
async function saidByFile(
  done: ReturnType<typeof finished>,
  fold: number,
  ids: readonly string[],
): Promise<readonly (readonly number[])[]> {
  const open = (stage: string) => {
    const { files, path } = done.artifact(stage, 'features')!;
    const input = { files, path, consume: () => undefined } as unknown as InputArtifact;
    return openFeatures(input);
  };
  const [mel, voice] = [open('mel'), open('voice')];
  const session = await InferenceSession.create(
    readFileSync(done.artifact('net', 'models')!.path(`fold-${fold}-seed-1/model.onnx`)),
    { intraOpNumThreads: 1 },
  );
  const said: (readonly number[])[] = [];
  for (const id of ids) {
    const { data, frames, bands } = mel.load('test', [id]).get(id)!;
    const numbers = voice.load('test', [id]).get(id)!.data;
    const { posteriors } = await session.run({
      features: new Tensor('float32', data, [1, frames, bands]),
      ...(session.inputNames.includes('functionals') && {
        functionals: new Tensor('float32', numbers, [1, numbers.length]),
      }),
    });
    said.push([...(posteriors!.data as Float32Array)]);
  }
  await session.release();
  return said;
}

test('model.onnx of each fold says what predictions.csv says of the clips that were kept from it', async () => {
  const learners: readonly Given[] = [
    { epochs: 8 },
    { epochs: 2, architecture: 'cnn4', level: 'band' },
    { architecture: 'logreg' },
  ];
  for (const given of learners) {
    using project = createEngineProject();
    writeTinyCorpus(project);
    project.write({ 'x.yaml': withVoice(given) });
    const done = finished(await project.run('x.yaml'));
    const path = done.artifact('net', 'models')!.path('predictions.csv');
    const { predictions } = parsePredictions(readFileSync(path, 'utf8'), ['anger', 'calm']);
    for (const fold of [1, 2, 3]) {
      const rows = predictions.filter((row) => row.fold === fold);
      const said = await saidByFile(
        done,
        fold,
        rows.map(({ id }) => id),
      );
      for (const [i, { posterior }] of rows.entries()) {
        for (const [k, p] of posterior.entries()) {
          // Level and normaliser are float32 in the file and float64 in training.
          assert.ok(Math.abs(p - said[i]![k]!) < 1e-5, `${p}, not ${said[i]![k]}`);
        }
      }
    }
  }
});

test('who is enrolled is recorded as heard without labels, beside who is scored', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  const enrolment = { clips: 1, draws: 2 };
  project.write({ 'x.yaml': withVoice({ enrolment }), 'plain.yaml': withVoice({}) });
  finished(await project.run('plain.yaml'));
  finished(await project.run('x.yaml'));
  const folds = [...eachRecord(new CachePaths(project.cache))].filter(
    ({ record }) => record.kind === 'train-network',
  );
  assert.is(folds.length, 6, 'three folds with and three without');
  for (const { record } of folds) {
    const ids = (port: string, role: string): readonly string[] =>
      record.consumed.find((one) => one.port === port && one.role === role)?.ids ?? [];
    const speakers = record.params['speakers'] as Readonly<Record<string, string>> | undefined;
    for (const port of ['features', 'functionals']) {
      const [heard, tested] = [ids(port, 'apply'), ids(port, 'test')];
      assert.is(tested.length, 4);
      assert.is(heard.length > 0, record.params['enrolment'] !== undefined, port);
      assert.ok(heard.every((id) => tested.includes(id)));
      assert.equal(heard, ids('features', 'apply'), 'both inputs speak of the same clips');
      const known = new Set(ids(port, 'fit').map((id) => speakers?.[id] ?? id));
      assert.not.ok(
        heard.some((id) => known.has(speakers?.[id] ?? id)),
        'of new speakers alone',
      );
    }
  }
});

test('numbers per clip join the pooled vector, with and without enrolment', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  project.write({
    'x.yaml': withVoice({}),
    'enrolled.yaml': withVoice({ enrolment: { clips: 1, draws: 2 } }),
  });
  const models = finished(await project.run('x.yaml')).artifact('net', 'models');
  const { parameters } = JSON.parse(readFileSync(models?.path('model.json') ?? '', 'utf8'));
  assert.is(parameters, 4 * 9 + 8 + (2 * 4 * 8 + 15 + 1) * 2);
  const tensors = decodeSafetensors(
    readFileSync(models?.path('fold-1-seed-1/weights.safetensors') ?? ''),
  );
  assert.equal(tensors['functionals.mean']?.shape, [15]);
  assert.equal(failuresOf(await project.run('enrolled.yaml')), []);
});

test('a side input of several rows is refused', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  const text = spec().replace('in: mel,', 'in: { features: mel, functionals: mel },');
  project.write({ 'x.yaml': text });
  const [first] = failuresOf(await project.run('x.yaml'));
  assert.match(JSON.stringify(first), /have \d+ rows, not one.*uses: functionals/);
});

test('statistics of all clips of a speaker are called transductive', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  project.write({ 'x.yaml': spec({ enrolment: { clips: 'all' } }) });
  const done = finished(await project.run('x.yaml'));
  const path = done.artifact('scores', 'evaluation')?.path('metrics.json') ?? '';
  const { sets, headline } = JSON.parse(readFileSync(path, 'utf8'));
  assert.is(headline, null);
  assert.match(sets[0].protocol.sentence, /1 seed, transductive$/);
  assert.is(sets[0].n.utterances, 12);
});

test('killed while it trains: goes on from the last epoch and ends in the same bytes, with one job or two', async () => {
  using bench = new Bench();
  using project = createEngineProject();
  writeTinyCorpus(project);
  project.write({ 'x.yaml': spec({ epochs: 40 }) });
  const args = ['run', project.path('x.yaml'), '--json', '-j'];
  const { code, err } = await bench.run('clean', [...args, '2']);
  assert.is(code, 0, err);

  const victim = bench.start('killed', [...args, '1'], { group: true });
  await victim.event(
    (event) =>
      event.type === 'task-progress' &&
      event.address.startsWith('net[') &&
      event.done >= 5 &&
      event.done < 39,
  );
  kill(-victim.pid, 'SIGKILL');
  await victim.ended;
  const resumed = bench.start('killed', [...args, '1']);
  assert.is((await resumed.ended).code, 0);
  const continued = resumed.events.some(
    (event) => event.type === 'task-log' && /^goes on after epoch \d+$/.test(event.line),
  );
  assert.ok(continued, 'a checkpoint was adopted');

  const [clean = '', killed = ''] = ['clean', 'killed'].map((state) => bench.runs(state)[0] ?? '');
  const outputs = (run: string): string => readFileSync(join(run, 'outputs.json'), 'utf8');
  assert.is(outputs(killed), outputs(clean));
  assert.equal(linkedBytes(killed), linkedBytes(clean));
});

test.run();
