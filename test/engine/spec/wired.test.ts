import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { artifactTypes as artifacts } from '../../../src/artifacts/index.ts';
import { stageKinds as kinds } from '../../../src/kinds.ts';
import { expectWrong } from './expect-wrong.ts';
import { readRight, readWrong } from './read.ts';

const test = suite('params that name what is wired');
const real = { kinds, artifacts };

function specOf(input: string, run: string): string {
  return `stages:
  speech: { uses: fetch, with: { dataset: demo } }
  my-mel: { uses: melspec, in: speech }
  own: { uses: command, in: ${input}, with: {
    run: ${run} } }
`;
}

test('placeholders of a command that stand for nothing, each in its word', async () => {
  const words = '[cp, "{inputs.mle}", "{outputs.ot}/x", "{params.n}", "{mel}", "{inputs.mel}"]';
  const spec = specOf('{ mel: my-mel }', words);
  const wrong = [
    ['5:15', 'there is no {inputs.mle}'],
    ['5:31', 'there is no {outputs.ot}'],
    ['5:49', 'there is no {params.n}'],
  ] as const;
  await expectWrong(spec, wrong, real);
  const hints = (await readWrong(spec, real)).map(({ hint }) => hint);
  assert.equal(hints, [
    'Write {inputs.mel}, or name mle under in.',
    'Write {outputs.out}, or name ot under with.outputs.',
    'Name n under with.params, or leave it out.',
  ]);
});

test('one is told once in a text, and beside what is wrong elsewhere', () =>
  expectWrong(
    `${specOf('[my-mel, speech]', '"{inputs.mel} {inputs.mel}"')}  low: { uses: melspec, in: speech, with: { fmx: 3 } }\n`,
    [
      ['5:10', 'there is no {inputs.mel}'],
      ['6:45', 'unknown param "fmx"', 'fmax'],
    ],
    real,
  ));

test('a stage without a port is wired to one of its name', async () => {
  await readRight(specOf('my-mel', '"ls {inputs.my_mel} > {outputs.out}/x"'), real);
});

test('a placeholder for what the matrix sets stands for something', async () => {
  for (const axis of ['own.params.n: [1, 2]', 'which: { one: { own.params: { n: 1 } } }'])
    await readRight(
      `matrix: { ${axis} }\n${specOf('my-mel', '"echo {params.n} > {outputs.out}/x"')}`,
      real,
    );
});

test('what a variant says is checked as well, where it says it', async () => {
  const base = specOf('{ mel: my-mel }', '"ls {inputs.mel} > {outputs.out}/x"');
  await expectWrong(
    `matrix: { own.run: ["ls {inputs.mle} > {outputs.out}/x", "ls {inputs.mel}/x"] }\n${base}`,
    [['1:21', 'there is no {inputs.mle}']],
    real,
  );
  await expectWrong(
    `matrix: { cnn.architecture: [cnn4, mlp], scores.reference: [lineal, linear] }\n${compared('linear').split('\n').slice(1).join('\n')}`,
    [['1:61', 'reference "lineal" names none of the stages that are compared', 'linear']],
    real,
  );
});

const compared = (reference: string): string => `matrix: { cnn.architecture: [cnn4, mlp] }
stages:
  speech: { uses: fetch, with: { dataset: demo } }
  mel: { uses: melspec, in: speech }
  cnn: { uses: train-kfold, in: mel }
  linear: { uses: train-kfold, in: mel }
  scores: { uses: evaluate, in: { models: ["cnn[*]", linear] }, with: { reference: ${reference} } }
`;

const noReference = (written: string, name: string, nearest?: string) =>
  expectWrong(
    compared(written),
    [['7:84', `reference "${name}" names none of the stages that are compared`, nearest]],
    real,
  );

test('a reference that names no stage that is compared, with the nearest', async () => {
  await noReference('lineal', 'lineal', 'linear');
  await noReference('"cmn[arch=mlp]"', 'cmn[arch=mlp]', 'cnn');
  await noReference('mel', 'mel');
});

test('a reference may be a stage, a variant of one or a pattern', async () => {
  for (const one of ['linear', '"cnn[cnn.architecture=mlp]"', '"lin*"', '"**"'])
    await readRight(compared(one), real);
});

test.run();
