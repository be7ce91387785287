import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nearest } from '../../src/util/suggest.ts';

const test = suite('the nearest name');

const cases: readonly [
  word: string,
  candidates: readonly string[],
  expected: string | undefined,
][] = [
  ['n_mel', ['sample_rate', 'n_mels', 'fmin'], 'n_mels'],
  ['nMels', ['n_mels'], 'n_mels'],
  ['learning-rate', ['learning_rate'], 'learning_rate'],
  ['claen', ['clean', 'class'], 'clean'],
  ['melspek', ['melspec', 'fetch'], 'melspec'],
  ['train', ['train-kfold', 'evaluate'], 'train-kfold'],
  ['fetch', ['evaluate', 'split'], undefined],
  ['x', ['y', 'z'], undefined],
  ['ab', ['ac', 'ad'], 'ac'],
  ['', ['a'], undefined],
  ['mel', [], undefined],
];

for (const [word, candidates, expected] of cases) {
  test(`"${word}" among ${candidates.join(', ') || 'nothing'}`, () => {
    assert.is(nearest(word, candidates), expected);
  });
}

test.run();
