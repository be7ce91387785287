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
} from '../../util/optuna-vectors.ts';
import { runPython } from '../../util/run-python.ts';

const test = suite('search against Optuna as installed');

/** The largest relative difference of numbers at the same places; infinite where anything else differs. */
function apart(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') {
    return Math.abs(a - b) / Math.max(1, Math.abs(b));
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return a === b ? 0 : Number.POSITIVE_INFINITY;
  }
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  if (left.length !== right.size) return Number.POSITIVE_INFINITY;
  return left.reduce((most, [key, value]) => Math.max(most, apart(value, right.get(key))), 0);
}

test('is what the stored vectors say, and what ours gives', () => {
  const printed = runPython(join(import.meta.dirname, 'reference.py'));
  const fresh = JSON.parse(printed) as OptunaVectors;
  assert.is(fresh.made_by['optuna'], '5.0.0');
  const path = join(import.meta.dirname, '../../golden/optuna/optuna.json');
  const stored = JSON.parse(readFileSync(path, 'utf8')) as OptunaVectors;
  const { made_by: _fresh, ...ours } = fresh;
  const { made_by: _stored, ...theirs } = stored;
  const difference = apart(ours, theirs);
  assert.ok(difference <= 1e-9, `stored vectors differ by ${difference}`);
  compareNumbers(fresh);
  compareSearch(fresh);
  compareImportance(fresh);
  comparePruning(fresh);
  compareSignedRank(fresh);
});

test.run();
