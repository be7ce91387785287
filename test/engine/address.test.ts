import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type Address,
  formatAddress,
  matchAddress,
  parseAddress,
  parseGlob,
  taskSelectors,
} from '../../src/engine/address.ts';
import { createRandom } from '../../src/util/random.ts';

const test = suite('addresses');

function address(text: string): Address {
  const parsed = parseAddress(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

test('the forms of the contract', () => {
  assert.equal(address('cnn[fold=3,seed=1]'), [
    {
      name: 'cnn',
      select: [
        { key: 'fold', value: '3' },
        { key: 'seed', value: '1' },
      ],
    },
  ]);
  assert.equal(address('mel[mel.n_mels=80]')[0]?.select, [{ key: 'mel.n_mels', value: '80' }]);
  assert.equal(
    address('search[trial=17]/cnn[fold=3]').map((segment) => segment.name),
    ['search', 'cnn'],
  );
  assert.equal(address('mel[lr=3e-4,x=+1.5_a]')[0]?.select[1]?.value, '+1.5_a');
});

test('a value in quotes may hold anything', () => {
  const text = 'mel[front="a, b]=\\"/c\\""]/x';
  const parsed = address(text);
  assert.is(parsed[0]?.select[0]?.value, 'a, b]="/c"');
  assert.is(parsed[1]?.name, 'x');
  assert.is(formatAddress(parsed), text);
});

test('printed order is axes, outer, trial, fold, seed, epochs, chunk, whatever comes in', () => {
  const mixed = address('cnn[chunk=0a,epochs=4,seed=1,b=2,fold=3,trial=4,outer=5,a=6]');
  assert.is(
    formatAddress(mixed, ['a', 'b']),
    'cnn[a=6,b=2,outer=5,trial=4,fold=3,seed=1,epochs=4,chunk=0a]',
  );
  assert.is(formatAddress(mixed), 'cnn[b=2,a=6,outer=5,trial=4,fold=3,seed=1,epochs=4,chunk=0a]');
});

const wrong: readonly [text: string, column: number, fragment: string][] = [
  ['', 1, 'empty'],
  ['Cnn', 1, '"Cnn" is not a stage name'],
  ['cnn/', 5, 'a stage name is missing'],
  ['/cnn', 1, 'a stage name is missing'],
  ['cnn[', 5, 'a selector is missing'],
  ['cnn[]', 5, 'a selector is missing'],
  ['cnn[fold]', 5, '"fold" needs a value'],
  ['cnn[fold=]', 10, 'a value is missing'],
  ['cnn[fold=1', 4, '"[" is never closed'],
  ['cnn[fold=1,fold=2]', 12, '"fold" is given twice'],
  ['cnn[fold=1]x', 12, '"x" does not belong here'],
  ['cnn[fold=1;2]', 11, '";" does not belong here'],
  ['cnn[Fold=1]', 5, '"Fold" is not a selector'],
  ['cnn[a="x]', 7, 'not a JSON string'],
  ['cnn[*]', 5, '"*" picks several'],
  ['c*n', 1, '"c*n" is not a stage name'],
  ['cnn fold', 4, '" " does not belong here'],
];

for (const [text, column, fragment] of wrong) {
  test(`"${text}" is wrong at column ${column}`, () => {
    const parsed = parseAddress(text);
    assert.not.ok(parsed.ok);
    if (parsed.ok) return;
    assert.is(parsed.error.column, column);
    assert.ok(parsed.error.message.includes(fragment), parsed.error.message);
  });
}

test('what is printed is read back as it was: 2,000 random addresses', () => {
  const random = createRandom(7);
  const pick = <T>(values: readonly T[]): T => values[random.integer(values.length)] as T;
  const text = (alphabet: string, max: number): string =>
    Array.from({ length: 1 + random.integer(max) }, () => pick([...alphabet])).join('');
  for (let i = 0; i < 2000; i++) {
    const axes = ['front', 'mel.n_mels', 'a-b_c'].slice(0, random.integer(4));
    const original: Address = Array.from({ length: 1 + random.integer(3) }, () => {
      const keys = random.shuffle([...axes, ...taskSelectors]).slice(0, random.integer(5));
      return {
        name: `s${text('abc09_-', 6)}`,
        select: keys.map((key) => ({ key, value: text('aZ09_.+-"\\,]=/ é\n', 5) })),
      };
    });
    const printed = formatAddress(original, axes);
    const back = address(printed);
    assert.is(formatAddress(back, axes), printed);
    const plain = (one: Address): unknown =>
      one.map(({ name, select }) => [
        name,
        Object.fromEntries(select.map((s) => [s.key, s.value])),
      ]);
    assert.equal(plain(back), plain(original));
  }
});

const covers: readonly [glob: string, yes: readonly string[], no: readonly string[]][] = [
  ['cnn', ['cnn', 'cnn[fold=1]', 'cnn[front=a]/split'], ['cnn2', 'search/cnn']],
  ['cnn[*]', ['cnn', 'cnn[front=a]', 'cnn[fold=1]'], ['mel']],
  ['cnn[fold=3]', ['cnn[fold=3]', 'cnn[fold=3,seed=1]'], ['cnn', 'cnn[fold=33]']],
  ['c*', ['cnn', 'c', 'cnn[fold=1]'], ['mel']],
  ['mel[front=mel*]', ['mel[front=mel128]', 'mel[front=mel]'], ['mel[front=pcen]', 'mel']],
  ['*', ['mel', 'search[trial=1]/cnn'], []],
  ['**/cnn', ['cnn', 'search/cnn', 'a/b/cnn[fold=1]'], ['search', 'cnn2']],
  ['search/**', ['search', 'search/a', 'search/a/b'], ['a/search']],
  ['search/*/x', ['search/a/x', 'search/a/x/y'], ['search/x', 'search/a']],
  ['a/**/b', ['a/b', 'a/x/y/b'], ['a/x', 'b']],
  ['*a*b*', ['ab', 'xaxbx', 'aab'], ['ba']],
  ['ab*ba', ['abba', 'abxba'], ['aba']],
];

for (const [glob, yes, no] of covers) {
  test(`glob ${glob}`, () => {
    const parsed = parseGlob(glob);
    assert.ok(parsed.ok);
    if (!parsed.ok) return;
    for (const text of yes) assert.ok(matchAddress(parsed.value, address(text)), `covers ${text}`);
    for (const text of no) assert.not.ok(matchAddress(parsed.value, address(text)), `not ${text}`);
  });
}

test.run();
