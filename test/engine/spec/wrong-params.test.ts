import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { artifactTypes } from '../../../src/artifacts/index.ts';
import { formatDiagnostics } from '../../../src/engine/diagnostic-text.ts';
import { ok } from '../../../src/engine/result.ts';
import { stageKinds } from '../../../src/kinds.ts';
import { expectWrong } from './expect-wrong.ts';
import { kinds } from './kinds.ts';
import { readRight, readWrong } from './read.ts';

const test = suite('keys, kinds and params that are wrong');

/** A right spec with one line for the stage under test. */
const withMel = (line: string): string => `stages:
  speech: { uses: fetch, with: { dataset: demo } }
  mel: ${line}
  cnn: { uses: train, in: mel, with: { architecture: cnn4 } }
  scores: { uses: evaluate, in: cnn }
`;

const withCnn = (params: string): string => `stages:
  speech: { uses: fetch, with: { dataset: demo } }
  mel: { uses: melspec, in: speech }
  cnn:
    uses: train
    in: mel
    with:
      architecture: cnn4
      ${params}
  scores: { uses: evaluate, in: cnn }
`;

test('an unknown top key', () =>
  expectWrong('stage: {}\nstages: { speech: { uses: fetch } }\n', [
    ['1:1', 'unknown key "stage"', 'stages'],
  ]));

test('a stage beside "stages"', () =>
  expectWrong('mel: { uses: melspec }\nstages: { speech: { uses: fetch } }\n', [
    ['1:1', 'unknown key "mel"'],
  ]));

test('no stages', () => expectWrong('name: x\n', [['1:1', 'the spec has no stages']]));

test('stages that are a list', () =>
  expectWrong('stages:\n  - uses: fetch\n', [['2:3', '"stages" is a map of stages, not a list']]));

test('a stage that is a text', () =>
  expectWrong('stages:\n  speech: fetch\n', [['2:11', 'not the text "fetch"']]));

test('a stage name in capitals', () =>
  expectWrong('stages:\n  My Speech: { uses: fetch }\n', [
    ['2:3', '"My Speech" is not a name of a stage', 'my-speech'],
  ]));

test('a stage named vars', () =>
  expectWrong('stages:\n  vars: { uses: fetch }\n', [['2:3', 'cannot be named "vars"']]));

test('an unknown key of a stage, a synonym', () =>
  expectWrong(withMel('{ uses: melspec, inputs: speech }'), [
    ['3:3', 'stage "mel" has no corpus for its port "corpus"'],
    ['3:25', 'unknown key "inputs" of a stage', 'in'],
  ]));

test('a param beside "with"', async () => {
  const spec = withMel('{ uses: melspec, in: speech, n_mels: 64 }');
  await expectWrong(spec, [['3:37', 'unknown key "n_mels" of a stage']]);
  const [problem] = await readWrong(spec);
  assert.match(problem?.hint ?? '', /with: \{ n_mels/);
});

test('an unknown kind', () =>
  expectWrong(withMel('{ uses: melspek, in: speech }'), [
    ['3:16', 'unknown kind "melspek"', 'melspec'],
  ]));

test('no kind, and no kind of that name', () =>
  expectWrong('stages:\n  fetc: {}\n', [['2:3', 'stage "fetc" says no "uses"', 'fetch']]));

test('a stage of the base that is misspelt where it is changed', () =>
  expectWrong(
    {
      '/project/base.yaml':
        'stages:\n  speech: { uses: fetch }\n  voices: { uses: melspec, in: speech }\n',
      '/project/spec.yaml': 'extends: ./base.yaml\nstages:\n  vioces: { with: { n_mels: 80 } }\n',
    },
    [['3:3', 'stage "vioces" says no "uses"', 'voices']],
  ));

test('an internal kind', () =>
  expectWrong('stages:\n  one: { uses: fold }\n', [['2:16', 'kind "fold" is internal']]));

test('a module without "./"', () =>
  expectWrong('stages:\n  one: { uses: stages/pitch.ts }\n', [
    ['2:16', 'unknown kind "stages/pitch.ts"', './stages/pitch.ts'],
  ]));

test('a module that does not load', () =>
  expectWrong('stages:\n  one: { uses: ./pitch.ts }\n', [
    ['2:16', 'cannot load the stage ./pitch.ts: there is no such file'],
  ]));

test('an unknown param', () =>
  expectWrong(withMel('{ uses: melspec, in: speech, with: { n_mel: 64 } }'), [
    ['3:45', 'unknown param "n_mel" of melspec', 'n_mels'],
  ]));

test('a text for an integer', () =>
  expectWrong(withMel('{ uses: melspec, in: speech, with: { n_mels: sixty } }'), [
    ['3:53', '"n_mels" must be an integer from 1 to 512, not the text "sixty"'],
  ]));

test('a quoted number', async () => {
  const spec = withMel('{ uses: melspec, in: speech, with: { sample_rate: "16000" } }');
  await expectWrong(spec, [
    ['3:58', '"sample_rate" must be an integer ≥ 1000, not the text "16000"'],
  ]);
  assert.match((await readWrong(spec))[0]?.hint ?? '', /quotes/);
});

test('a number out of range', () =>
  expectWrong(withMel('{ uses: melspec, in: speech, with: { n_mels: 0 } }'), [
    ['3:53', '"n_mels" must be an integer from 1 to 512, not 0'],
  ]));

test('a fraction for an integer', () =>
  expectWrong(withMel('{ uses: melspec, in: speech, with: { n_mels: 64.5 } }'), [
    ['3:53', 'not 64.5'],
  ]));

test('16000.0 is an integer', async () => {
  await readRight(withMel('{ uses: melspec, in: speech, with: { sample_rate: 16000.0 } }'));
});

test('one of several names, misspelt', () =>
  expectWrong(withMel('{ uses: melspec, in: speech, with: { scale: dB2 } }'), [
    ['3:52', '"scale" must be one of db, ln, pcen, not the text "dB2"', 'db'],
  ]));

test('a number or null, out of range', () =>
  expectWrong(withMel('{ uses: melspec, in: speech, with: { trim_db: -3 } }'), [
    ['3:54', '"trim_db" must be a number > 0, or null, not -3'],
  ]));

test('an empty value is underlined at its key', () =>
  expectWrong(withCnn('epochs:'), [['9:7', '"epochs" must be an integer ≥ 1, not empty']]));

test('yes is no boolean in YAML 1.2', () =>
  expectWrong(withMel('{ uses: melspec, in: speech, with: { htk: yes } }'), [
    ['3:50', '"htk" must be true or false, not the text "yes"'],
  ]));

test('a missing param, at "with"', () =>
  expectWrong(
    'stages:\n  speech: { uses: fetch }\n  mel: { uses: melspec, in: speech }\n  cnn: { uses: train, in: mel, with: { epochs: 3 } }\n',
    [['4:32', 'train needs the param "architecture"']],
  ));

test('a missing param, without "with"', () =>
  expectWrong(
    'stages:\n  speech: { uses: fetch }\n  mel: { uses: melspec, in: speech }\n  cnn: { uses: train, in: mel }\n',
    [['4:3', 'train needs the param "architecture"']],
  ));

test('"with" that is a list', () =>
  expectWrong(withMel('{ uses: melspec, in: speech, with: [64] }'), [
    ['3:43', '"with" is a map of params, not a list'],
  ]));

test('a list of the wrong length', () =>
  expectWrong(withCnn('betas: [0.9]'), [
    ['9:14', '"betas" must be a list of 2, each a number, not a list of 1'],
  ]));

test('an item of a list', () =>
  expectWrong(withCnn('betas: [0.9, high]'), [
    ['9:20', '"betas.1" must be a number, not the text "high"'],
  ]));

test('a tagged map with an unknown tag', () =>
  expectWrong(withCnn('split: { scheme: leave-one-speeker-out }'), [
    [
      '9:24',
      '"split.scheme" must be one of leave-one-speaker-out, stratified-k-fold',
      'leave-one-speaker-out',
    ],
  ]));

test('a tagged map with a key of another tag', () =>
  expectWrong(withCnn('split: { scheme: stratified-k-fold, validation_speakers: 1 }'), [
    ['9:43', 'unknown param "validation_speakers" in "split" of train'],
  ]));

test('a tagged map without its tag', () =>
  expectWrong(withCnn('split: { folds: 5 }'), [['9:7', 'train needs the param "split.scheme"']]));

test('a value inside a tagged map', () =>
  expectWrong(withCnn('split: { scheme: stratified-k-fold, folds: 1 }'), [
    ['9:50', '"split.folds" must be an integer ≥ 2, not 1'],
  ]));

test('what the kind itself checks', () =>
  expectWrong('stages: { a: { uses: fetch, with: { dataset: demo, files: x } } }\n', [
    ['1:59', 'files has no effect with dataset'],
  ]));

test('an own stage whose check throws, whose params are no schema, whose types are unknown', async () => {
  const own = (change: object) => ({
    loadModule: async () => ok({ ...kinds['fetch'], kind: 'own', ...change } as never),
  });
  const text = 'stages: { a: { uses: ./own.ts } }\n';
  const check = (): never => {
    throw new Error('oops');
  };
  await expectWrong(text, [['1:11', 'the check of kind "own" failed: oops']], own({ check }));
  const params = { type: 'object', properties: { a: { type: 'nothing' } } };
  await expectWrong(
    text,
    [['1:22', 'the params of kind "own" are no sound JSON Schema']],
    own({ params }),
  );
  const outputs = { out: { type: 'corpsu', summary: '' } };
  await expectWrong(
    text,
    [['1:22', 'the unknown artifact type "corpsu"', 'corpus']],
    own({ outputs }),
  );
});

test('a secret written out is named, and not shown', async () => {
  const spec = 'stages: { a: { uses: fetch, with: { token: hunter2 } } }\n';
  await expectWrong(spec, [['1:44', '"token" is a secret and takes only { secret: NAME }']]);
  assert.not.match(formatDiagnostics(await readWrong(spec)), /hunter2/);
});

test('a secret on the command line is not shown', async () => {
  const spec = 'stages: { a: { uses: fetch } }\n';
  const text = formatDiagnostics(await readWrong(spec, { overrides: ['a.token=hunter2'] }));
  assert.not.match(text, /hunter2/);
  assert.match(text, /takes only \{ secret: NAME \}/);
});

test('a secret is not interpolated', () =>
  expectWrong(
    'stages: { a: { uses: fetch, with: { token: { secret: "${env:TOKEN}" } } } }\n',
    [['1:44', 'references are not replaced in secrets']],
    { env: { TOKEN: 'HUNTER' } },
  ));

test('the name of a secret is kept, its value never looked up', async () => {
  const { spec, env } = await readRight(
    'stages: { a: { uses: fetch, with: { token: { secret: TOKEN } } } }\n',
    { env: { TOKEN: 'hunter2' } },
  );
  assert.equal(spec.stages[0]?.with, { token: { secret: 'TOKEN' } });
  assert.equal(env, []);
});

test('seed, name, tags and description of a wrong type', () =>
  expectWrong(
    'seed: -1\nname: two words\ntags: [a]\ndescription: { a: 1 }\nstages: { a: { uses: fetch } }\n',
    [
      ['1:7', '"seed" must be an integer ≥ 0, not -1'],
      ['2:7', '"name" must be letters', 'two-words'],
      ['3:7', '"tags" is a map of texts, not a list'],
      ['4:14', '"description" must be a text, not a map'],
    ],
  ));

test('the name of the file stands in for a missing name', async () => {
  const { spec } = await readRight('stages: { a: { uses: fetch } }\n');
  assert.is(spec.name, 'spec');
});

test('words for true and false, and values that need quotes, come with what to write', async () => {
  const hint = async (text: string) =>
    (await readWrong(text.replace('STAGES', 'stages:\n  speech: { uses: fetch }\n')))[0]?.hint;
  assert.is(
    await hint('STAGES  mel: { uses: melspec, in: speech, with: { htk: on } }\n'),
    'Write true.',
  );
  assert.is(await hint('name: x\ntags: [a]\nSTAGES'), 'Write tags: { project: thesis }.');
});

test('a text that YAML takes for a number is quoted as it is written', async () => {
  const hint = async (given: string) => {
    const spec = `vars: { one: 03 }\nstages:\n  speech: { uses: fetch, with: { dataset: demo } }
  parts: { uses: split, in: speech, with: { scheme: hold-out, test_speakers: ${given} } }\n`;
    return (await readWrong(spec, { kinds: stageKinds, artifacts: artifactTypes }))[0]?.hint;
  };
  assert.is(await hint('[03]'), 'Write it in quotes: "03".');
  assert.is(await hint('["10", 1e1]'), 'Write it in quotes: "1e1".');
  assert.is(await hint('["${vars.one}"]'), 'Write it in quotes: "3".');
  assert.is(await hint('"03"'), 'Write ["03"].');
  assert.is(await hint('03'), 'Write ["03"].');
  assert.is(await hint('{ a: 03 }'), undefined);
});

test.run();
