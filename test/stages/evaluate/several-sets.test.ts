import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { evaluation, readMetrics } from '../../../src/artifacts/evaluation.ts';
import type { Artifact } from '../../../src/engine/artifact.ts';
import { evaluate } from '../../../src/stages/evaluate/evaluate.ts';
import type { JsonObject } from '../../../src/util/json.ts';
import { corpusOf } from '../../util/speech.ts';
import { runStage, Store } from '../../util/stage-context.ts';
import { clips, labels, modelsOf, rows, wrong } from './scored.ts';

const test = suite('evaluate, several sets');

/** Two sets: three errors, and none. */
async function two(params: JsonObject = {}) {
  const store = new Store();
  const inputs = {
    models: [
      await modelsOf(store, rows(clips, wrong)),
      await modelsOf(store, rows(clips, new Set())),
    ],
    corpus: corpusOf(store, clips, labels),
  };
  const { outputs, ...result } = await runStage(store, evaluate, {
    ...{ inputs, params, types: [evaluation] },
  });
  const artifact = outputs['evaluation'] as Artifact;
  return { ...result, store, artifact, metrics: readMetrics(store.open(artifact)) };
}

test('are named by their addresses; the first one that is wired is headline and reference', async () => {
  const { metrics, consumed } = await two();
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
  const [ranking] = metrics.rankings;
  assert.is(ranking?.reference, 'models-1');
  assert.equal(ranking?.best, { set: 'models-2', stamp: 'best of 2' });
});

test('are tested by speakers unless asked otherwise, and refused where two speakers cannot show it', async () => {
  const { metrics, log } = await two();
  const [row] = metrics.comparisons;
  assert.equal([row?.a, row?.b, row?.test], ['models-2', 'models-1', 'permutation']);
  assert.is(row?.refused, '2 speakers reach p = 0.5 at best, > 0.05');
  assert.ok(log.includes(`models-2 and models-1, permutation refused: ${row?.refused}`));
  assert.ok(log.some((line) => line.startsWith('best of 2 by uar on the scored clips')));
});

test('by utterance, at another level, against another reference', async () => {
  const { metrics } = await two({ unit: 'utterance', level: 0.7, reference: 'models-2' });
  const [row] = metrics.comparisons;
  assert.equal([row?.a, row?.b, row?.n, row?.level], ['models-1', 'models-2', 9, 0.7]);
  // Three clips differ, all in favour of one set: 2 / 2^3.
  assert.equal([row?.p, row?.p_holm, row?.draws, row?.refused], [0.25, 0.25, null, null]);
  assert.ok((row?.difference ?? 0) < 0);
});

test('tables of comparisons and errors lie beside metrics.json', async () => {
  const { store, artifact } = await two();
  assert.match(store.text(artifact, 'comparisons.csv'), 'models-2,models-1,uar,');
  assert.equal(store.text(artifact, 'errors.csv').trimEnd().split('\n'), [
    'set,id,speaker,fold,truth,predicted,confidence,p_true,seeds,seeds_wrong',
    'models-1,1a,1,1,anger,joy,0.75,0.25,1,1',
    'models-1,2b,2,2,anger,joy,0.75,0.25,1,1',
    'models-1,2c,2,2,joy,anger,0.75,0.25,1,1',
  ]);
  for (const file of ['table.csv', 'table.md', 'table.tex', 'values.csv']) {
    assert.match(store.text(artifact, file), 'models-2', file);
  }
});

test('a reference that is no set is named beside those that are', async () => {
  try {
    await two({ reference: 'cnn' });
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, 'reference "cnn" names no set of models');
    assert.match(String((error as { hint?: string }).hint), 'models-1, models-2');
  }
});

test.run();
