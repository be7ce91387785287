import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  compareImportance,
  compareNumbers,
  comparePruning,
  compareSearch,
  compareSignedRank,
  type OptunaVectors,
} from '../util/optuna-vectors.ts';

const test = suite('search against Optuna 5');

const path = join(import.meta.dirname, '../golden/optuna/optuna.json');
const vectors = JSON.parse(readFileSync(path, 'utf8')) as OptunaVectors;

test('weights, masses and the Halton sequence', () => {
  compareNumbers(vectors);
});

test('split, groups and densities of studies with every state and ties', () => {
  compareSearch(vectors);
});

test('importance by PED-ANOVA, also of conditional parameters', () => {
  compareImportance(vectors);
});

test('decisions of all rules for pruning, both directions, ties and NaN', () => {
  const { decisions, ended } = comparePruning(vectors);
  assert.ok(decisions > 3000 && ended > 150, `${decisions} decisions, ${ended} of them to end`);
});

test('the signed-rank test', () => {
  compareSignedRank(vectors);
});

test.run();
