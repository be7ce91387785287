import { Type } from 'typebox';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { evaluation, readMetrics } from '../../src/artifacts/evaluation.ts';
import { models, writeModels } from '../../src/artifacts/models.ts';
import type { Prediction } from '../../src/artifacts/predictions.ts';
import type { Protocol } from '../../src/artifacts/split.ts';
import type { Artifact } from '../../src/engine/artifact.ts';
import { defineStage } from '../../src/engine/stage.ts';
import { evaluate } from '../../src/stages/evaluate/evaluate.ts';
import { corpusOf, type TestClip } from '../util/speech.ts';
import { runStage, type StageRun, Store } from '../util/stage-context.ts';

const labels = ['anger', 'joy'];

/** Two speakers; speaker 1 of five clips is right in four, speaker 2 of four in two. */
const clips: readonly TestClip[] = [
  ...['a', 'b', 'c'].map((id) => ({ id: `1${id}`, emotion: 'anger', speaker: '1' })),
  ...['d', 'e'].map((id) => ({ id: `1${id}`, emotion: 'joy', speaker: '1' })),
  ...['a', 'b'].map((id) => ({ id: `2${id}`, emotion: 'anger', speaker: '2' })),
  ...['c', 'd'].map((id) => ({ id: `2${id}`, emotion: 'joy', speaker: '2' })),
];

const wrong = new Set(['1a', '2b', '2c']);

function rows(given: readonly TestClip[], missed: ReadonlySet<string>, seed = 1): Prediction[] {
  return given.map((clip) => {
    const right = labels.indexOf(clip.emotion);
    const predicted = missed.has(clip.id) ? 1 - right : right;
    return {
      id: clip.id,
      speaker: clip.speaker,
      fold: Number(clip.speaker),
      seed,
      role: 'test',
      label: clip.emotion,
      predicted: labels[predicted] ?? '',
      posterior: predicted === 0 ? [0.75, 0.25] : [0.25, 0.75],
    };
  });
}

const protocol: Protocol = {
  format: 'affekt.protocol/1',
  scheme: 'leave-one-speaker-out',
  groups: ['speaker'],
  folds: 2,
  validation_speakers: 0,
  shuffle: false,
  test_fraction: null,
  seed: null,
  held_out: ['1', '2'],
  disjoint: ['speaker', 'audio', 'source'],
  shared: ['text'],
  unknown: [],
  validation: null,
  warnings: [],
};

async function modelsOf(
  store: Store,
  predictions: readonly Prediction[],
  own: Partial<Protocol> = {},
  names = labels,
): Promise<Artifact> {
  const write = defineStage({
    kind: 'write-models',
    version: 1,
    summary: 'Writes what the test made up.',
    params: Type.Object({}),
    inputs: {},
    outputs: { models: { type: 'models', summary: '' } },
    tier: 'inline',
    run: (context) =>
      writeModels(context.output('models'), {
        description: {
          format: 'affekt.models/1',
          parameters: 0,
          enrolment: null,
          architecture: 'logreg',
          labels: names,
          params: {},
          protocol: { ...protocol, ...own },
          folds: 2,
          seeds: new Set(predictions.map((row) => row.seed)).size,
          controls: ['majority'],
          selection: 'none',
        },
        predictions,
        controls: {
          majority: predictions
            .filter((row) => row.seed === 1)
            .map((row) => ({ ...row, predicted: 'anger', posterior: [0.5, 0.5] })),
        },
      }),
  });
  const { outputs } = await runStage(store, write, { types: [models] });
  return outputs['models'] as Artifact;
}

async function score(
  predictions: readonly Prediction[] = rows(clips, wrong),
  {
    given = clips,
    own = {},
    pinned = true,
    ...options
  }: Partial<StageRun> & {
    given?: readonly TestClip[];
    own?: Partial<Protocol>;
    pinned?: boolean;
  } = {},
) {
  const store = new Store();
  const result = await runStage(store, evaluate, {
    types: [evaluation],
    seed: 5,
    inputs: {
      models: [await modelsOf(store, predictions, own)],
      corpus: corpusOf(store, given, labels, pinned),
    },
    ...options,
  });
  const artifact = result.outputs['evaluation'] as Artifact;
  const metrics = readMetrics(store.open(artifact));
  const [set] = metrics.sets;
  if (set === undefined) throw new Error('no set');
  return { ...result, store, artifact, metrics, set };
}

const near = (a: number | undefined, b: number): void =>
  assert.ok(Math.abs((a ?? Number.NaN) - b) < 1e-12, `${a} is not ${b}`);

const test = suite('evaluate');

test('states pooled values, folds, speakers and confusion', async () => {
  const { metrics, set } = await score();
  // anger: 3 of 5, joy: 3 of 4.
  near(set.values['uar']?.value, (3 / 5 + 3 / 4) / 2);
  near(set.values['accuracy']?.value, 6 / 9);
  assert.equal(metrics.headline, { set: 'models', metric: 'uar', value: set.values['uar']?.value });
  assert.equal(set.confusion.counts, [
    [3, 2],
    [1, 3],
  ]);
  assert.equal(set.n, { utterances: 9, speakers: 2, folds: 2, seeds: 1 });
  const first = set.per_speaker['1'];
  assert.equal([first?.n, first?.classes], [5, 2]);
  near(first?.uar, (2 / 3 + 1) / 2);
  near(set.per_fold[1]?.uar, 0.5);
  assert.is(set.per_class['joy']?.support, 4);
  near(set.per_class['joy']?.precision, 3 / 5);
  near(set.calibration.brier, (6 * 2 * 0.0625 + 3 * 2 * 0.5625) / 9);
});

test('the interval over speakers has its own mean and G − 1 degrees of freedom', async () => {
  const { set } = await score();
  const interval = set.values['uar']?.new_speakers;
  const perSpeaker = [5 / 6, 1 / 2];
  near(interval?.mean, (perSpeaker[0]! + perSpeaker[1]!) / 2);
  assert.is(interval?.df, 1);
  // t(.975, 1) = 12.706204736432095 (scipy); sd / √2 of two values is half their distance.
  assert.ok(Math.abs((interval?.high ?? 0) - (2 / 3 + 12.706204736432095 / 6)) < 1e-9);
});

test('speakers that are also trained on are not new ones: no such interval', async () => {
  const { set } = await score(rows(clips, wrong), {
    own: { disjoint: ['audio'], shared: ['speaker', 'text'] },
  });
  assert.is(set.values['uar']?.new_speakers, null);
  assert.match(set.protocol.sentence, 'speaker and text shared');
});

test('the sentence carries number, interval, corpus, scheme, seeds, what is shared and stamps', async () => {
  const { set, log } = await score(rows(clips, wrong), { pinned: false });
  const { low = 0, high = 0 } = set.values['uar']?.these_speakers ?? {};
  const bounds = `[${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`;
  const expected = `UAR 67.5 % ${bounds} these speakers, MADEUP, leave-one-speaker-out (2), 1 seed, text shared, unpinned`;
  assert.is(set.protocol.sentence, expected);
  assert.ok(log.includes(expected));
  assert.ok(low < 0.675 && high > 0.675);
});

test('several seeds: means of pooled values, spread, and matrices of each', async () => {
  const { set } = await score([...rows(clips, wrong), ...rows(clips, new Set(), 2)]);
  const uar = set.values['uar'];
  near(uar?.value, (0.675 + 1) / 2);
  assert.equal(uar?.per_seed, [0.675, 1]);
  near(uar?.sd_seeds ?? 0, 0.325 / Math.SQRT2);
  assert.is(set.confusion.per_seed.length, 2);
  assert.is(set.n.utterances, 9);
  assert.is(set.per_class['anger']?.support, 5);
  near(set.per_speaker['2']?.accuracy, 3 / 4);
});

test('chance is 1 / K, majority is what its predictions give', async () => {
  const { set } = await score();
  assert.is(set.controls['chance']?.['uar'], 0.5);
  assert.is(set.controls['majority']?.['uar'], 0.5);
  near(set.controls['majority']?.['accuracy'], 5 / 9);
});

test('tables per sex appear where the corpus states it for all, else the log says why', async () => {
  const none = await score();
  assert.equal(none.set.per_sex, {});
  assert.ok(none.log.some((line) => line.startsWith('no table per sex')));
  assert.is(none.artifact.files['per_sex.csv'], undefined);
  const given = clips.map((one) => ({ ...one, sex: one.speaker === '1' ? 'female' : 'male' }));
  const known = await score(rows(clips, wrong), { given });
  near(known.set.per_sex['female']?.uar, 5 / 6);
  assert.is(known.store.text(known.artifact, 'per_sex.csv').split('\n').length, 4);
});

test('a speaker without a class: UAR over what there is, no macro interval over speakers', async () => {
  const given = clips.filter((one) => one.speaker === '1' || one.emotion === 'anger');
  const { set } = await score(rows(given, wrong), { given });
  assert.is(set.per_speaker['2']?.classes, 1);
  near(set.per_speaker['2']?.uar, 0.5);
  assert.ok(set.values['uar']?.new_speakers);
  assert.is(set.values['macro_f1']?.new_speakers, null);
});

test('several sets are named by architecture and counted; one name means one set', async () => {
  const store = new Store();
  const inputs = {
    models: [
      await modelsOf(store, rows(clips, wrong)),
      await modelsOf(store, rows(clips, new Set())),
    ],
    corpus: corpusOf(store, clips, labels),
  };
  const { outputs, consumed } = await runStage(store, evaluate, { inputs, types: [evaluation] });
  const metrics = readMetrics(store.open(outputs['evaluation'] as Artifact));
  assert.equal(
    metrics.sets.map((set) => set.name),
    ['models-1', 'models-2'],
  );
  assert.is(metrics.headline?.set, 'models-1');
  assert.equal(
    consumed.map((one) => [one.role, one.ids.length]),
    [
      ['test', 9],
      ['test', 9],
    ],
  );
});

test('refuses models of another corpus, and sets with other classes', async () => {
  const other = clips.map((one, n) => (n === 0 ? { ...one, emotion: 'joy' } : one));
  try {
    await score(rows(clips, wrong), { given: other });
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, '"1a" is anger by speaker 1 for the models, but joy');
  }
  const store = new Store();
  const renamed = rows(clips, wrong).map((row) => ({
    ...row,
    posterior: [...row.posterior].reverse(),
  }));
  const inputs = {
    models: [
      await modelsOf(store, rows(clips, wrong)),
      await modelsOf(store, renamed, {}, ['joy', 'anger']),
    ],
    corpus: corpusOf(store, clips, labels),
  };
  try {
    await runStage(store, evaluate, { inputs });
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, 'different classes');
  }
});

test('another headline metric, level and number of draws', async () => {
  const { metrics, set } = await score(rows(clips, wrong), {
    params: { metric: 'accuracy', level: 0.9, resamples: 200 },
  });
  assert.is(metrics.headline?.metric, 'accuracy');
  assert.match(set.protocol.sentence, /^accuracy 66\.7 % \[.*\] \(90\.0 % level\) these speakers/);
  assert.is(set.values['uar']?.these_speakers.resamples, 200);
});

test('the same input gives the same bytes; the seed moves the bootstrap', async () => {
  const [a, b, c] = await Promise.all([score(), score(), score(undefined, { seed: 6 })]);
  assert.is(a?.artifact.digest, b?.artifact.digest);
  assert.is.not(a?.artifact.digest, c?.artifact.digest);
});

test.run();
