import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Protocol } from '../../../src/artifacts/split.ts';
import { controlLines } from '../../../src/cli/control-lines.ts';
import { evaluate } from '../../../src/stages/evaluate/evaluate.ts';
import { corpusOf } from '../../util/speech.ts';
import { runStage, Store } from '../../util/stage-context.ts';
import { clips, labels, modelsOf, rows, score, wrong } from './scored.ts';

const near = (a: number | null | undefined, b: number): void =>
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

test('the sentence names what a scheme alone does not tell', async () => {
  const sentenceOf = async (own: Partial<Protocol>): Promise<string> =>
    (await score(rows(clips, wrong), { own })).set.protocol.sentence;
  const by = (...groups: string[]) => ({ groups, held_out: [null, null] });
  const grouped = { scheme: 'stratified-group-k-fold', ...by('text', 'audio') };
  assert.match(await sentenceOf(grouped), ', stratified-group-k-fold by text (2), ');
  const holdOut = { scheme: 'hold-out', ...by('speaker', 'audio') };
  const drawn = await sentenceOf({ ...holdOut, test_fraction: 0.25 });
  assert.match(drawn, ', hold-out by speaker of 25 % (2), ');
  assert.match(await sentenceOf({ ...holdOut, held_out: ['03'] }), ', hold-out of 03 (2), ');
  assert.match(await sentenceOf({ scheme: 'hold-out', ...by() }), ', hold-out (2), ', 'own splits');
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

test('a merged corpus has a row for each of its parts, and folds say what they leave out', async () => {
  const named = (id: string): string => `${id.startsWith('1') ? 'one' : 'two'}:${id}`;
  const given = clips.map((clip) => ({ ...clip, id: named(clip.id) }));
  const part = { title: 'x', manifest: 'a'.repeat(64), pinned: true };
  const parts = ['one', 'two'].map((name) => ({ name, ...part }));
  const missed = new Set([...wrong].map(named));
  const { set, store, artifact, metrics } = await score(rows(given, missed), {
    ...{ given, info: { parts } },
    own: { held_out: ['one', null] },
  });
  near(set.per_corpus?.['one']?.uar, 5 / 6);
  near(set.per_corpus?.['two']?.uar, 1 / 2);
  assert.equal(set.confusion.per_corpus?.['two'], [
    [1, 1],
    [1, 1],
  ]);
  assert.match(store.text(artifact, 'per_corpus.csv'), /^set,corpus,n,.*\nmodels,one,5,/);
  assert.match(
    store.text(artifact, 'per_fold.csv'),
    /^set,fold,held_out,.*\nmodels,1,one,5,.*\nmodels,2,,4,/,
  );
  assert.match(controlLines(metrics)[0] ?? '', 'UAR by corpus: one 83.3 %, two 50.0 %');
  const { set: single } = await score();
  assert.equal(single.per_corpus, {});
  assert.equal(
    single.per_fold.map(({ held_out }) => held_out),
    ['1', '2'],
  );
});

test('a speaker without a class: UAR over what there is, no macro interval over speakers', async () => {
  const given = clips.filter((one) => one.speaker === '1' || one.emotion === 'anger');
  const { set } = await score(rows(given, wrong), { given });
  assert.is(set.per_speaker['2']?.classes, 1);
  near(set.per_speaker['2']?.uar, 0.5);
  assert.ok(set.values['uar']?.new_speakers);
  assert.is(set.values['macro_f1']?.new_speakers, null);
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
  assert.is(set.values['uar']?.these_speakers?.resamples, 200);
});

test('posteriors, groups and confusions: areas under curves, the worst speaker, matrices of each', async () => {
  const { set } = await score();
  // Of anger 3 of 5 and of joy 1 of 4 have 0.75 for anger, the others 0.25: pairs right, ties half.
  near(set.per_class['anger']?.roc_auc, (3 * 3 + (3 * 1 + 2 * 3) / 2) / 20);
  near(set.values['roc_auc']?.value, 13.5 / 20);
  near(set.values['kappa']?.value, (6 * 9 - (5 * 4 + 4 * 5)) / (81 - 40));
  near(set.values['uar']?.pooled, 0.675);
  near(set.worst.speaker?.uar, 0.5);
  assert.is(set.worst.speaker?.name, '2');
  assert.is(set.worst.sex, null);
  assert.equal(set.confusion.per_speaker['2'], [
    [1, 1],
    [1, 1],
  ]);
  assert.equal(set.confusion.per_fold['2'], set.confusion.per_speaker['2']);
  near(set.confusion.shares[0]?.[0], 3 / 5);
  assert.match(set.calibration.scaled_refused ?? '', 'no fold has validation clips');
});

test('one class only: areas and kappa are null, with their intervals', async () => {
  const given = clips.filter(({ emotion }) => emotion === 'anger');
  const { set } = await score(rows(given, new Set()), { given });
  for (const name of ['roc_auc', 'kappa']) {
    const { value, pooled, these_speakers, new_speakers } = set.values[name] ?? {};
    assert.equal([value, pooled, these_speakers, new_speakers], [null, null, null, null], name);
  }
  assert.is(set.values['uar']?.value, 1);
  assert.is(set.per_class['joy']?.roc_auc, null);
  assert.is(set.per_class['joy']?.average_precision, null);
});

test('validation clips give a temperature, and count as validated', async () => {
  const validation = rows(clips, wrong).map((row) => ({
    ...row,
    role: 'validate' as const,
    fold: 3 - row.fold,
  }));
  const { set, consumed } = await score([...rows(clips, wrong), ...validation]);
  assert.equal(
    consumed.map(({ role, ids }) => [role, ids.length]),
    [
      ['test', 9],
      ['validate', 9],
    ],
  );
  // Fold 1 is validated on speaker 2, half of whose clips are right, fold 2 on speaker 1: 4 of 5.
  const [first, second] = set.calibration.scaled?.temperatures ?? [];
  assert.equal([first?.clips, first?.at_bound, first?.temperature], [4, true, 20]);
  near(second?.temperature, Math.log(3) / Math.log(4));
  const p = 3 ** (1 / 20) / (1 + 3 ** (1 / 20));
  const loss = 4 * Math.log(p) + Math.log(1 - p) + 2 * Math.log(0.8) + 2 * Math.log(0.2);
  near(set.calibration.scaled?.log_loss, -loss / 9);
});

test('role: validate scores validation clips alone, as test clips would be, and stands aside', async () => {
  const flipped = rows(clips, wrong).map((row) => ({
    ...row,
    role: 'validate' as const,
    fold: 3 - row.fold,
  }));
  const others = rows(clips, new Set());
  const { set: asTest } = await score();
  const { set, metrics, consumed } = await score([...flipped, ...others], {
    params: { role: 'validate' },
  });
  assert.equal(set.values, asTest.values);
  assert.is(metrics.headline, null);
  assert.match(set.protocol.sentence, 'validation clips: to choose by');
  assert.equal([...new Set(consumed.map(({ role }) => role))], ['validate']);
  // The same clips by two folds: two draws, of which the mean is stated.
  const again = rows(clips, new Set()).map((row) => ({ ...row, role: 'validate' as const }));
  const twice = await score([...flipped, ...again, ...others], { params: { role: 'validate' } });
  assert.is(twice.set.values['uar']?.per_seed.length, 2);
  near(twice.set.values['uar']?.value, (0.675 + 1) / 2);
  // Some clips by two folds: those of the first alone, or a seed would speak of some clips.
  const some = again.slice(0, 3);
  const unequal = await score([...flipped, ...some, ...others], { params: { role: 'validate' } });
  const [first] = unequal.set.values['uar']?.per_seed ?? [];
  assert.equal(unequal.set.values['uar']?.per_seed, [first]);
  assert.is(unequal.set.n.utterances, clips.length);
});

test('the same input gives the same bytes; the seed moves the bootstrap', async () => {
  const [a, b, c] = await Promise.all([score(), score(), score(undefined, { seed: 6 })]);
  assert.is(a?.artifact.digest, b?.artifact.digest);
  assert.is.not(a?.artifact.digest, c?.artifact.digest);
});

test.run();
