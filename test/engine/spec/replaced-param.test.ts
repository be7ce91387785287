import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { artifactTypes } from '../../../src/artifacts/index.ts';
import { stageKinds } from '../../../src/kinds.ts';
import { expectWrong } from './expect-wrong.ts';
import { readRight, readWrong } from './read.ts';

const test = suite('a port and a param that say the same');

const tables = { kinds: stageKinds, artifacts: artifactTypes };

const spec = (model: string, matrix = ''): string => `${matrix}stages:
  speech: { uses: fetch, with: { dataset: demo } }
  mel: { uses: melspec, in: speech }
  folds: { uses: split, in: speech, with: { scheme: leave-one-speaker-out } }
  net: ${model}
  scores: { uses: evaluate, in: net }
`;

const wired = '{ uses: train-kfold, in: { features: mel, split: folds } }';

test('a wired split and a split block are refused, with both places', async () => {
  const both = spec(wired.replace(' } }', ' }, with: { split: { scheme: stratified-k-fold } } }'));
  await expectWrong(
    both,
    [
      [
        '5:74',
        '"split" of "net" is given twice: by this param, and by "folds" on the port "split"',
      ],
    ],
    tables,
  );
  const [problem] = await readWrong(both, tables);
  assert.is(problem?.related?.[0]?.location.column, 57);
  assert.match(problem?.hint ?? '', /Remove the param, or split: folds under in/);
});

test('so are an override and an axis of the matrix', async () => {
  await expectWrong(spec(wired), [['command line:1:5', '"split" of "net" is given twice']], {
    ...tables,
    overrides: ['net.split.validation_speakers=1'],
  });
  await expectWrong(
    spec(wired, 'matrix: { net.split.scheme: [leave-one-speaker-out, leave-one-text-out] }\n'),
    [['1:15', '"split" of "net" is given twice']],
    tables,
  );
});

test('either of them alone is right', async () => {
  await readRight(spec(wired), tables);
  await readRight(
    spec('{ uses: train-kfold, in: mel, with: { split: { scheme: stratified-k-fold } } }').replace(
      /\n {2}folds.*/,
      '',
    ),
    tables,
  );
});

test.run();
