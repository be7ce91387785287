import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readSpace } from '../../src/search/read-space.ts';

const test = suite('reading a space');

const messages = (declared: Readonly<Record<string, unknown>>): readonly string[] =>
  readSpace(declared).problems.map(({ path, message }) => `${path.join(' ')}: ${message}`);

test('ranges, choices and conditions', () => {
  const { space, problems } = readSpace({
    'cnn.width': { int: [8, 30], step: 8, when: { 'cnn.net': 'wide' } },
    'cnn.learning_rate': { float: [1e-4, 1e-2], log: true },
    'cnn.net': ['plain', 'wide'],
  });
  assert.equal(problems, []);
  // What `cnn.width` depends on comes before it; its last step within the range is 24.
  assert.equal(space, [
    { name: 'cnn.net', dimension: { kind: 'choice', choices: ['plain', 'wide'] } },
    {
      name: 'cnn.width',
      dimension: { kind: 'int', low: 8, high: 24, log: false, step: 8 },
      when: { 'cnn.net': ['wide'] },
    },
    {
      name: 'cnn.learning_rate',
      dimension: { kind: 'float', low: 1e-4, high: 1e-2, log: true, step: 0 },
    },
  ]);
});

test('a step that the range holds a whole number of times keeps the high end', () => {
  const { space } = readSpace({ x: { float: [0, 0.3], step: 0.1 } });
  const dimension = space[0]?.dimension;
  assert.ok(dimension?.kind === 'float' && Math.abs(dimension.high - 0.3) < 1e-12);
});

test('everything wrong is said at once, with the keys that lead there', () => {
  assert.equal(
    messages({
      'mel.n_mels': { int: [128, 40] },
      'cnn.learning_rate': { float: [0, 0.1], log: true },
      'cnn.batch_size': { int: [0, 8], log: true },
      'cnn.dropout': { float: [0, 1], steps: 4 },
      'cnn.epochs': { int: [1, 2.5] },
      'cnn.ema': 0.9,
      'cnn.net': [],
      'cnn.level': ['a', 'a'],
      'cnn.decay': { float: [0, 1], step: 2 },
      'cnn.warmup': { float: ['0', 1] },
      'cnn.clip': { float: [0, 1], int: [0, 1] },
      'cnn.a': { choices: [1], when: { 'cnn.levels': 'a' } },
      'cnn.b': { choices: [1], when: { 'cnn.level': 'z' } },
      'cnn.c': { choices: [1, 2], when: { 'cnn.d': 1 } },
      'cnn.d': { choices: [1, 2], when: { 'cnn.c': 1 } },
    }),
    [
      'mel.n_mels int: is empty: 128 is greater than 40',
      'cnn.learning_rate float 0: has no logarithm to search: with log the low end must be above 0',
      'cnn.batch_size int 0: has no logarithm to search: with log the low end must be at least 1',
      'cnn.dropout steps: "steps" is not known here',
      'cnn.epochs int: must be whole numbers',
      'cnn.ema: is neither a list of choices nor a range',
      'cnn.net: is an empty list: there is nothing to choose from',
      'cnn.level 1: "a" is listed twice',
      'cnn.decay step: is wider than the range: only 0 would be left',
      'cnn.warmup float: must be two numbers: [low, high]',
      'cnn.clip: needs exactly one of float, int and choices',
      'cnn.a when cnn.levels: "cnn.levels" is not in the space',
      'cnn.b when cnn.level: "z" is not a value of cnn.level',
      'cnn.c when: depends on itself',
      'cnn.d when: depends on itself',
    ],
  );
});

test.run();
