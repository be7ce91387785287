import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Roles, shuffled } from '../../src/stages/train-kfold/roles.ts';

const test = suite('permuted labels');

const ids = Array.from({ length: 40 }, (_, i) => `c${String(i).padStart(2, '0')}`);
const fold = (test: readonly string[]): Roles => ({
  ...{ labels: ['a', 'b'], validate: {}, test: [...test] },
  fit: { a: ids.slice(0, 20), b: ids.slice(20) },
});
const labelsOf = ({ fit }: Roles): readonly string[] =>
  ids.map((id) => (fit['a']!.includes(id) ? 'a' : 'b'));

test('keeps class counts, and hangs on the seed and on what the fold scores alone', () => {
  const [one, same, other, seeded] = [
    shuffled(fold(['t1']), 7),
    shuffled(fold(['t1']), 7),
    // As the only fold of a split, as a search trains it: it has no other number.
    shuffled(fold(['t2']), 7),
    shuffled(fold(['t1']), 8),
  ];
  assert.is(one!.fit['a']!.length, 20);
  assert.equal(same, one);
  for (const another of [other!, seeded!]) {
    const [a, b] = [labelsOf(one!), labelsOf(another)];
    const alike = a.filter((label, i) => label === b[i]).length;
    // Independent permutations agree on 20 of 40 with a deviation of 3.2: four of them.
    assert.ok(alike > 7 && alike < 33, `${alike} of 40`);
  }
});

test.run();
