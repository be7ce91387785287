import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { evaluation } from '../../src/artifacts/evaluation.ts';
import { fold } from '../../src/artifacts/fold.ts';
import { models } from '../../src/artifacts/models.ts';
import { split } from '../../src/artifacts/split.ts';
import type { Artifact, ArtifactType } from '../../src/engine/artifact.ts';
import { evaluate } from '../../src/stages/evaluate/evaluate.ts';
import { trainKfold } from '../../src/stages/train-kfold/train-kfold.ts';
import { corpusOf, crossed, featuresOf } from '../util/speech.ts';
import { runStage, Store } from '../util/stage-context.ts';

/** One real artifact of each type, to be broken in one place at a time. */
const store = new Store();
const clips = crossed(['1', '2', '3'], ['anger', 'joy'], 3);
const corpus = corpusOf(store, clips);
const trained = await runStage(store, trainKfold, {
  inputs: { corpus, features: featuresOf(store, clips) },
  params: { architecture: 'logreg', controls: ['majority'] },
});
const found = (kind: string): Artifact => {
  const call = trained.calls.find((one) => one.kind === kind);
  return Object.values(call?.outputs ?? {})[0] as Artifact;
};
const good = {
  split: found('split'),
  fold: found('train-logreg'),
  models: trained.outputs['models'] as Artifact,
  evaluation: (
    await runStage(store, evaluate, {
      inputs: { corpus, models: [trained.outputs['models'] as Artifact] },
    })
  ).outputs['evaluation'] as Artifact,
};
const types: Readonly<Record<keyof typeof good, ArtifactType>> = {
  split,
  fold,
  models,
  evaluation,
};

/** What the validator says when one file is edited, or is gone. */
async function problems(
  name: keyof typeof good,
  file: string,
  edit: (text: string) => string | undefined,
): Promise<string> {
  const artifact = good[name];
  const text = edit(store.text(artifact, file));
  const { [file]: _, ...rest } = artifact.files;
  const files = text === undefined ? rest : { ...rest, [file]: store.put(text) };
  return (await types[name].validate(store.open({ ...artifact, files }))).join('; ');
}

const replace = (from: string | RegExp, to: string) => (text: string) => {
  const edited = text.replace(from, to);
  assert.is.not(edited, text, 'the edit changes something');
  return edited;
};

const test = suite('validators of results');

for (const name of Object.keys(good) as (keyof typeof good)[]) {
  test(`${name}: accepts what the stages write, refuses a missing or broken file`, async () => {
    assert.equal(await types[name].validate(store.open(good[name])), []);
    const [file = ''] = Object.keys(good[name].files).filter((one) => one.endsWith('.json'));
    assert.match(await problems(name, file, () => undefined), `${file} is missing`);
    assert.match(await problems(name, file, () => '{'), `${file}`);
    assert.match(await problems(name, file, () => '[]'), `${file}`);
    assert.match(await problems(name, file, replace('affekt.', 'other.')), 'format must be');
  });
}

test('split: order, roles, folds and both sides', async () => {
  const edit = (from: string | RegExp, to: string) =>
    problems('split', 'split.csv', replace(from, to));
  assert.match(await edit(',test', ',score'), 'role must be');
  assert.match(await edit(',1,', ',9,'), 'fold must be 1 … 3');
  assert.match(await edit('id,fold', 'clip,fold'), 'columns must be id,fold,role');
  assert.match(await edit(/(anger-1-t0.*\n)/, '$1$1'), 'occurs twice');
  assert.match(await edit(/,1,test/g, ',1,fit'), 'fold 1 has no clip with the role test');
});

test('fold: posteriors are probabilities, in order, of scored clips', async () => {
  const edit = (from: string | RegExp, to: string) =>
    problems('fold', 'posteriors.csv', replace(from, to));
  assert.match(await edit(/test,[^,]+/, 'test,0.99999'), 'do not sum to 1');
  assert.match(await edit(/test,[^,]+/, 'test,'), 'do not sum to 1');
  assert.match(await edit(/,test/g, ',validate'), 'no clip with the role test');
  assert.match(await edit(/\n(anger.*\n)/, '\n$1$1'), 'occurs twice');
});

test('models: rows agree with the labels, the posteriors, the folds and the seeds', async () => {
  const edit = (from: string | RegExp, to: string) =>
    problems('models', 'predictions.csv', replace(from, to));
  assert.match(await edit(',test,anger', ',test,rage'), 'label "rage" is not one of anger, joy');
  assert.match(await edit(/1,1,test,(\w+),(\w+)/, '1,1,test,$1,rage'), 'is not the most probable');
  assert.match(await edit(/\n[^\n]*\n$/, '\nx,1,4,1,test,joy,joy,0,1\n'), 'beyond the 3 folds');
  assert.match(await edit(/.*,3,1,test.*\n/g, ''), 'fold 3, seed 1 scores no clip');
  assert.match(
    await problems('models', 'controls/majority/predictions.csv', () => undefined),
    'controls/majority/predictions.csv is missing',
  );
  assert.match(
    await problems(
      'models',
      'model.json',
      replace('"folds": 3,\n  "seeds"', '"folds": 0,\n  "seeds"'),
    ),
    'folds',
  );
  assert.match(
    await problems('models', 'model.json', replace('"seeds": 1', '"seeds": 2')),
    'fold 1, seed 2 scores no clip',
  );
});

test('evaluation: fractions, a headline that names a set, a square matrix', async () => {
  const edit = (from: string | RegExp, to: string) =>
    problems('evaluation', 'metrics.json', replace(from, to));
  assert.match(await edit(/"uar": \{\s*"value": [^,]+/, '"uar": { "value": 61.2'), 'fraction');
  assert.match(await edit('"set": "models"', '"set": "cnn"'), 'headline names no set');
  assert.match(await edit(/"labels": \[\s*"anger",/, '"labels": ["fear", "anger",'), 'confusion');
  assert.match(await edit('"sentence"', '"phrase"'), 'no protocol');
  assert.match(
    await edit(/"kappa": \{\s*"value": [^,]+/, '"kappa": { "value": -2'),
    'within −1 and 1',
  );
  assert.match(await edit(/"uar": \{\s*"value": [^,]+/, '"uar": { "value": null'), 'fraction');
  assert.match(await edit('"rankings"', '"ranks"'), 'must be lists');
  const row = (own: string): string => `"comparisons": [{ "a": "models", "b": "models", ${own} }]`;
  assert.match(await edit('"comparisons": []', row('"b": "x"')), 'names no two sets');
  const both = '"p": 0.01, "refused": "too few"';
  assert.match(await edit('"comparisons": []', row(both)), 'a refused test has a p');
});

test.run();
