import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fold } from '../../src/artifacts/fold.ts';
import { models, readModels } from '../../src/artifacts/models.ts';
import { split as splitType } from '../../src/artifacts/split.ts';
import type { Consumed } from '../../src/engine/artifact.ts';
import { fillDefaults } from '../../src/engine/spec/defaults.ts';
import { decodeSafetensors } from '../../src/model/safetensors.ts';
import { split } from '../../src/stages/split.ts';
import { trainKfold } from '../../src/stages/train-kfold/train-kfold.ts';
import type { JsonObject } from '../../src/util/json.ts';
import { createRandom } from '../../src/util/random.ts';
import { createEngineProject, finished } from '../util/project.ts';
import { corpusOf, crossed, featuresOf, type TestClip, worldFile } from '../util/speech.ts';
import { runStage, type StageResult, type StageRun, Store } from '../util/stage-context.ts';
import { writeTinyCorpus } from '../util/tiny-corpus.ts';

const types = [fold, models, splitType];
const clips = crossed(['1', '2', '3'], ['anger', 'joy', 'sadness'], 4);

async function train(
  store: Store,
  params: JsonObject = {},
  {
    given = clips,
    features = given,
    ...options
  }: Partial<StageRun> & { given?: readonly TestClip[]; features?: readonly TestClip[] } = {},
  change: Readonly<Record<string, number>> = {},
): Promise<StageResult> {
  const inputs = {
    corpus: corpusOf(store, given),
    features: featuresOf(store, features, { change }),
    ...options.inputs,
  };
  return runStage(store, trainKfold, {
    params: { architecture: 'logreg', ...params },
    types,
    seed: 7,
    ...options,
    inputs,
  });
}

const weights = (store: Store, result: StageResult, n: number): Buffer =>
  store.bytes(result.outputs['models'] as never, `fold-${n}-seed-1/weights.safetensors`);

const test = suite('train-kfold');

test('predicts every clip once, by a model that was not trained on its speaker', async () => {
  const store = new Store();
  const result = await train(store);
  const { description, predictions, controls } = readModels(
    store.open(result.outputs['models'] as never),
  );
  assert.equal(predictions.map((row) => row.id).sort(), clips.map((clip) => clip.id).sort());
  assert.is(description.folds, 3);
  assert.equal(description.controls, ['logreg', 'majority']);
  assert.equal(controls['logreg'], predictions);
  assert.equal(description.protocol.disjoint, ['speaker', 'audio', 'source']);
  assert.equal(description.protocol.shared, ['text']);
  const right = predictions.filter((row) => row.label === row.predicted).length;
  assert.ok(right / predictions.length > 0.5, `${right} of ${predictions.length}`);
});

test('records who was fitted and who was scored, fold by fold, with no clip in both', async () => {
  const store = new Store();
  const { calls } = await train(store, { split: { validation_speakers: 1 } });
  const folds = calls.filter((call) => call.kind === 'train-logreg');
  assert.is(folds.length, 6);
  const idsOf = (consumed: readonly Consumed[], role: string): readonly string[] =>
    consumed.filter((one) => one.role === role).flatMap((one) => one.ids);
  for (const { consumed } of folds) {
    const sides = ['fit', 'validate', 'test'].map((role) => idsOf(consumed, role));
    assert.equal(
      sides.map((ids) => ids.length),
      [12, 12, 12],
    );
    assert.is(new Set(sides.flat()).size, 36);
    assert.is(consumed.at(-1)?.role, 'test', 'scored clips are opened last');
    assert.is(consumed.filter((one) => one.role === 'test').length, 1);
  }
});

test('a scored clip cannot touch the weights or the normaliser; a training clip does', async () => {
  const store = new Store();
  const before = await train(store);
  const [first] = clips;
  const after = await train(store, {}, {}, { [first?.id ?? '']: 1000 });
  // Fold n leaves speaker n out; the changed clip is speaker 1's.
  assert.is(first?.speaker, '1');
  assert.equal(weights(store, before, 1), weights(store, after, 1));
  assert.not.equal(weights(store, before, 2), weights(store, after, 2));
  const normaliser = decodeSafetensors(weights(store, before, 1))['normaliser.mean'];
  assert.is(normaliser?.data.length, 4);
});

test("a fold's task is asked for with its own clips only", async () => {
  const store = new Store();
  const paramsOf = async (given: readonly TestClip[]): Promise<readonly JsonObject[]> => {
    const { calls } = await train(store, { controls: [] }, { given, features: clips });
    return calls.filter((call) => call.kind === 'train-logreg').map((call) => call.params);
  };
  const before = await paramsOf(clips);
  // A corrected label of speaker 1 is none of fold 1's business: it scores that speaker, unlabelled.
  const after = await paramsOf(
    clips.map((clip, n) => (n === 0 ? { ...clip, emotion: 'joy' } : clip)),
  );
  assert.equal(after[0], before[0]);
  assert.not.equal(after[1], before[1]);
});

test('the same input gives the same bytes', async () => {
  const [a, b] = await Promise.all([train(new Store()), train(new Store())]);
  assert.equal(a?.outputs, b?.outputs);
});

test('asks the same calls and gives the same output whatever settles first', async () => {
  const expected = await train(new Store());
  const names = (result: StageResult) => result.calls.map(({ consumed: _, ...call }) => call);
  for (const seed of [1, 2, 3]) {
    const result = await train(new Store(), {}, { settle: createRandom(seed) });
    assert.equal(names(result), names(expected));
    assert.equal(result.outputs, expected.outputs);
  }
});

test('the model and its control of the same architecture are one task', async () => {
  const { calls } = await train(new Store());
  const folds = calls.filter((call) => call.kind === 'train-logreg');
  const [model, control] = [folds[0], folds[3]];
  assert.is(control?.name, 'logreg');
  assert.equal(control?.params, model?.params);
  assert.equal(control?.inputs, model?.inputs);
});

test('logistic regression has no randomness: it is trained once whatever seeds says', async () => {
  const store = new Store();
  const { outputs } = await train(store, { seeds: 3, controls: [] });
  const { description } = readModels(store.open(outputs['models'] as never));
  assert.is(description.seeds, 1);
  assert.equal(description.controls, []);
});

test('takes a split made by a stage of its own', async () => {
  const store = new Store();
  const made = await runStage(store, split, {
    params: { scheme: 'stratified-k-fold', folds: 2 },
    inputs: { corpus: corpusOf(store, clips) },
    types,
    seed: 3,
  });
  const result = await train(store, {}, { inputs: made.outputs });
  assert.not.ok(result.calls.some((call) => call.kind === 'split'));
  const { description } = readModels(store.open(result.outputs['models'] as never));
  assert.is(description.protocol.scheme, 'stratified-k-fold');
  assert.is(description.folds, 2);
});

test('takes a file of folds in its own block', async () => {
  const store = new Store();
  const rows = clips.map((clip) => `${clip.id},${clip.speaker === '3' ? 'test' : 'fit'}`);
  const file = worldFile(store, 'folds.csv', ['id,role', ...rows].join('\n'));
  const block = { split: { scheme: 'file', file: 'folds.csv' } };
  const { outputs } = await train(store, block, { sources: { file } });
  const { predictions } = readModels(store.open(outputs['models'] as never));
  assert.equal([...new Set(predictions.map((row) => row.speaker))], ['3']);
});

test('problems of the split block are placed in it', () => {
  const given = fillDefaults(trainKfold.params, { split: { folds: 3 } });
  const problems = trainKfold.check?.(given as never) ?? [];
  assert.equal(
    problems.map((one) => one.path),
    [['split', 'folds']],
  );
});

test('params that do nothing, and crops that are too short, are named before anything runs', () => {
  const told = (given: object): readonly string[] =>
    (trainKfold.check?.(fillDefaults(trainKfold.params, given as JsonObject) as never) ?? []).map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
  assert.equal(told({}), []);
  assert.equal(told({ optimiser: 'sgd', momentum: 0.5, nesterov: false, ema: null, swa: 0.5 }), []);
  assert.equal(told({ momentum: 0.5 }), ['momentum: momentum has no effect with optimiser adamw']);
  assert.equal(told({ optimiser: 'sgd', betas: [0.5, 0.9] }), [
    'betas: betas has no effect with optimiser sgd',
  ]);
  assert.equal(told({ schedule: { kind: 'cosine', warmup: 0.2 } }), [
    'schedule.warmup: warmup has no effect with schedule cosine',
  ]);
  assert.equal(told({ ema: 0.9, swa: 0.5 }), [
    'ema: ema has no effect with swa, which predicts instead',
  ]);
  assert.equal(told({ enrolment: { clips: 'all', draws: 2 } }), [
    'enrolment.draws: draws has no effect with clips: all, which leaves nothing to draw',
  ]);
  assert.equal(told({ windows: { overlap: 0.5 } }), []);
  assert.equal(told({ windows: { overlap: 0.99 } }), [
    'windows.overlap: windows of 96 frames that overlap by 0.99 do not move on',
  ]);
  assert.equal(told({ architecture: 'light-sernet', crop_frames: 31 }), [
    'crop_frames: the architecture needs 32 frames, and crops have 31',
  ]);
});

test('the majority control says the class frequencies; of equal classes the first', async () => {
  const store = new Store();
  const { outputs } = await train(store, { controls: ['majority'] });
  const { controls } = readModels(store.open(outputs['models'] as never));
  const rows = controls['majority'] ?? [];
  assert.is(rows.length, clips.length);
  assert.ok(rows.every((row) => row.predicted === 'anger'));
  assert.ok(rows.every((row) => row.posterior.every((p) => Math.abs(p - 1 / 3) < 1e-12)));
});

test('a label of the corpus that no clip has is not a class', async () => {
  const store = new Store();
  const corpus = corpusOf(store, clips, ['anger', 'boredom', 'joy', 'sadness']);
  const { outputs } = await train(store, {}, { inputs: { corpus } });
  const { description } = readModels(store.open(outputs['models'] as never));
  assert.equal(description.labels, ['anger', 'joy', 'sadness']);
});

test('refuses clips without features, in words', async () => {
  try {
    await train(new Store(), {}, { features: clips.slice(1) });
    assert.unreachable();
  } catch (error) {
    assert.is((error as Error).name, 'TaskError');
    assert.match((error as Error).message, 'there are no features of the clip "anger-1-t0-0"');
  }
});

test('refuses features that are not finite, naming the clip', async () => {
  try {
    await train(new Store(), {}, {}, { 'joy-2-t1-0': Number.NaN });
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, 'the features of "joy-2-t1-0" hold values');
  }
});

test('a file of folds that is not there is told where the spec names it', async () => {
  using p = createEngineProject();
  writeTinyCorpus(p);
  p.write({
    'x.yaml': `name: x
stages:
  speech: { uses: fetch, with: { files: wav/*.wav, table: labels.csv } }
  mel: { uses: melspec, in: speech, with: { sample_rate: native, n_fft: 256, win_length: 200, fmax: 4000 } }
  lin:
    uses: train-kfold
    in: mel
    with: { architecture: logreg, split: { scheme: file, file: nope.csv } }
`,
  });
  const { failures } = finished(await p.run('x.yaml', { selection: { until: ['mel'] } }));
  assert.equal(failures, []);
  const [problem, ...others] = await p.refused('x.yaml');
  assert.equal(others, []);
  assert.is(problem?.message, 'there is no file nope.csv');
  assert.equal([problem?.location?.line, problem?.location?.column], [8, 64]);
});

test.run();
