import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { formatDiagnostics } from '../../../src/engine/diagnostic-text.ts';
import { expectWrong } from './expect-wrong.ts';
import { readWrong } from './read.ts';

const test = suite('references, bases, overrides and axes that are wrong');

const spec = `vars: { rate: 16000, inner: { bands: 64 } }
stages:
  speech: { uses: fetch }
  mel: { uses: melspec, in: speech, with: { n_mels: 64 } }
  cnn: { uses: train, in: mel, with: { architecture: a } }
  scores: { uses: evaluate, in: cnn }
`;

/** The spec above with another value of n_mels, which starts at 4:53. */
const bands = (value: string): string => spec.replace('n_mels: 64', `n_mels: ${value}`);

test('an unknown var', () =>
  expectWrong(bands('"${vars.rat}"'), [['4:54', 'unknown var "rat"', 'rate']]));

test('an unknown key of a var', () =>
  expectWrong(bands('"${vars.inner.band}"'), [['4:54', '"vars.inner" has no "band"', 'bands']]));

test('a reference without "vars."', () =>
  expectWrong(bands('"${rate}"'), [['4:54', 'unknown reference "rate"', '${vars.rate}']]));

test('a reference that is never closed', () =>
  expectWrong(bands('"${vars.rate"'), [['4:54', 'a reference is never closed']]));

test('a map inside a text', () =>
  expectWrong(bands('"x${vars.inner}"'), [['4:55', '${vars.inner} is a map']]));

test('a reference of a wrong type is underlined where it is used', () =>
  expectWrong(
    spec.replace('rate: 16000', 'rate: fast').replace('n_mels: 64', 'n_mels: "${vars.rate}"'),
    [['4:53', '"n_mels" must be an integer from 1 to 512, not the text "fast"']],
  ));

test('a reference in a key', () =>
  expectWrong(spec.replace('n_mels: 64', '"${vars.rate}": 64'), [
    ['4:45', 'references are replaced in values, not in keys'],
    ['4:45', 'unknown param "${vars.rate}" of melspec'],
  ]));

test('vars in a circle', () =>
  expectWrong('vars:\n  a: "${vars.b}"\n  b: "${vars.a}"\nstages: { s: { uses: fetch } }\n', [
    ['3:7', 'vars refer to each other: vars.a → vars.b → vars.a'],
  ]));

test('vars that are a list', () =>
  expectWrong('vars: [1]\nstages: { s: { uses: fetch } }\n', [['1:7', '"vars" is a map']]));

test('an unset environment variable', async () => {
  await expectWrong(bands('"${env:BANDS}"'), [['4:54', 'environment variable BANDS is not set']]);
  assert.match(
    (await readWrong(bands('"${env:BANDS}"')))[0]?.hint ?? '',
    /\$\{env:BANDS:-default\}/,
  );
});

test('a default of an environment variable keeps its type, and is checked', () =>
  expectWrong(bands('"${env:BANDS:-0}"'), [
    ['4:53', '"n_mels" must be an integer from 1 to 512, not 0'],
  ]));

test('a base that is not there', () =>
  expectWrong({ '/project/spec.yaml': 'extends: ./bas.yaml\n', '/project/base.yaml': spec }, [
    ['1:10', 'there is no such file: bas.yaml', 'base.yaml'],
  ]));

test('bases in a circle', () =>
  expectWrong(
    { '/project/spec.yaml': 'extends: [b.yaml]\n', '/project/b.yaml': 'extends: spec.yaml\n' },
    [['b.yaml:1:10', 'extends goes in a circle: spec.yaml → b.yaml → spec.yaml']],
  ));

test('"extends" that is a map', () =>
  expectWrong('extends: { a: 1 }\nstages: { s: { uses: fetch } }\n', [['1:10', 'not a map']]));

test('a problem of a base is shown in the base', () =>
  expectWrong(
    {
      '/project/spec.yaml': 'extends: ../base.yaml\nname: child\n',
      '/base.yaml': 'stages:\n  speech: { uses: fetch, with: { datset: demo } }\n',
    },
    [['/base.yaml:2:34', 'unknown param "datset" of fetch', 'dataset']],
  ));

test('a wrong value of a child, on a stage of the base', () =>
  expectWrong(
    {
      '/project/spec.yaml': 'extends: base.yaml\nstages:\n  mel: { with: { n_mels: 0 } }\n',
      '/project/base.yaml': spec,
    },
    [['3:26', '"n_mels" must be an integer']],
  ));

const override = (arg: string): { readonly overrides: readonly string[] } => ({ overrides: [arg] });

test('an override of an unknown stage', () =>
  expectWrong(
    spec,
    [['command line:1:1', 'unknown stage "mle"', 'mel']],
    override('mle.n_mels=3'),
  ));

test('an override of an unknown param', () =>
  expectWrong(
    spec,
    [['command line:1:5', 'unknown param "n_mel"', 'n_mels']],
    override('mel.n_mel=3'),
  ));

test('an override with "with" in its path', async () => {
  const problems = await readWrong(spec, override('mel.with.n_mels=3'));
  assert.is(problems[0]?.location?.column, 5);
  assert.match(problems[0]?.hint ?? '', /Leave "with" out/);
});

test('an override with a wrong value', () =>
  expectWrong(
    spec,
    [['command line:1:12', '"n_mels" must be an integer']],
    override('mel.n_mels=lots'),
  ));

test('an override below a plain value', () =>
  expectWrong(
    spec,
    [['command line:1:5', '"n_mels" must be an integer from 1 to 512, not a map']],
    override('mel.n_mels.x=3'),
  ));

test('an argument that is no override', () =>
  expectWrong(spec, [['command line:1:1', '"mel" is not an override']], override('mel')));

test('an override without a value', () =>
  expectWrong(spec, [['command line:1:1', 'no value after "="']], override('mel.n_mels=')));

test('an override of a top key that is none', () =>
  expectWrong(spec, [['command line:1:1', '"sed" names no param', 'seed']], override('sed=3')));

test('an override of an unknown var', () =>
  expectWrong(spec, [['command line:1:6', 'unknown var "rat"', 'rate']], override('vars.rat=3')));

test('an override that is no YAML', () =>
  expectWrong(
    spec,
    [['command line:1:12', 'this bracket is never closed']],
    override('mel.n_mels=[1, 2'),
  ));

test('the argument is what is underlined', async () => {
  const text = formatDiagnostics(await readWrong(spec, override('mel.n_mels=lots')));
  assert.match(text, /^command line: error: .*\n {4}mel\.n_mels=lots\n {15}~~~~$/m);
});

const matrix = (text: string): string => `${spec}matrix:\n${text}`;

test('an axis without variants', () =>
  expectWrong(matrix('  mel.n_mels: []\n'), [
    ['8:15', 'axis "mel.n_mels" needs variants, not an empty list'],
  ]));

test('a list for an axis that names no param', () =>
  expectWrong(matrix('  bands: [40, 64]\n'), [['8:3', '"bands" is no stage.param']]));

test('every variant is checked, each at its value', () =>
  expectWrong(matrix('  mel.n_mels: [40, 0, x]\n'), [
    ['8:20', '"n_mels" must be an integer from 1 to 512, not 0'],
    ['8:23', '"n_mels" must be an integer from 1 to 512, not the text "x"'],
  ]));

test('an unknown param of a variant', () =>
  expectWrong(matrix('  front:\n    small: { mel.n_mel: 40 }\n'), [
    ['9:18', 'unknown param "n_mel" of melspec', 'n_mels'],
  ]));

test('an unknown stage of a variant', () =>
  expectWrong(matrix('  front:\n    small: { mle.n_mels: 40 }\n'), [
    ['9:14', 'unknown stage "mle"', 'mel'],
  ]));

test('a nested map for an override', async () => {
  const text = matrix('  front:\n    small: { mel: { n_mels: 40 } }\n');
  await expectWrong(text, [['9:14', '"mel" is not an override']]);
  assert.match((await readWrong(text))[0]?.hint ?? '', /mel\.n_mels: value/);
});

test('a list as a variant of a short form', () =>
  expectWrong(matrix('  cnn.betas: [[0.9, 0.99], [0.8, 0.99]]\n'), [
    ['8:15', 'a list has no name as a variant'],
    ['8:28', 'a list has no name as a variant'],
  ]));

test('a variant given twice', () =>
  expectWrong(matrix('  mel.n_mels: [40, 64, 40]\n'), [['8:24', 'variant 40 is given twice']]));

test('an axis named like a task', () =>
  expectWrong(matrix('  seed: { a: { mel.n_mels: 40 } }\n'), [
    ['8:3', '"seed" cannot be an axis'],
  ]));

test('axes over what is no param of a stage say what to write', async () => {
  const hint = async (axis: string): Promise<string> =>
    (await readWrong(matrix(axis)))[0]?.hint ?? '';
  assert.match(await hint('  seed: { a: { mel.n_mels: 40 } }\n'), 'seed=2 on the command line');
  assert.match(await hint('  vars.n: [40, 64]\n'), 'name the param that reads the variable');
});

test('a param set by two axes', () =>
  expectWrong(matrix('  a: { x: { mel.n_mels: 40 } }\n  mel.n_mels: [64]\n'), [
    ['9:7', '"mel.n_mels" is set by two axes, a and mel.n_mels'],
  ]));

test('a param set by the command line and by the matrix', () =>
  expectWrong(
    matrix('  mel.n_mels: [40, 64]\n'),
    [['command line:1:1', '"mel.n_mels" is set by the matrix']],
    override('mel.n_mels=80'),
  ));

test('an unknown axis and variant under "exclude"', () =>
  expectWrong(
    matrix(
      '  mel.n_mels: [40, 64]\n  exclude:\n    - { mel.n_mel: 40 }\n    - { mel.n_mels: 41 }\n',
    ),
    [
      ['10:9', 'unknown axis "mel.n_mel"', 'mel.n_mels'],
      ['11:21', 'axis "mel.n_mels" has no variant 41', '40'],
    ],
  ));

test('"exclude" that leaves nothing', () =>
  expectWrong(matrix('  mel.n_mels: [40]\n  exclude: [{ mel.n_mels: 40 }]\n'), [
    ['9:3', '"exclude" leaves no combination'],
  ]));

const fan = (select: string): string =>
  matrix('  front: { small: { mel.n_mels: 40 }, large: { mel.n_mels: 80 } }\n').replace(
    'in: cnn',
    `in: "cnn[${select}]"`,
  );

test('an unknown axis in a wire', () =>
  expectWrong(fan('fron=small'), [['6:38', 'unknown axis "fron"', 'front']]));

test('an unknown variant in a wire', () =>
  expectWrong(fan('front=smal'), [['6:44', 'axis "front" has no variant "smal"', 'small']]));

test('a fold in a wire', () =>
  expectWrong(fan('fold=1'), [['6:38', '"fold" picks tasks inside a stage']]));

test('every variant for a port that takes one', () =>
  expectWrong(fan('*').replace('in: mel', 'in: "mel[*]"'), [
    ['5:27', '"mel[*]" is every variant, and port "features" takes one input'],
  ]));

test('an override without its stage, or without its param', async () => {
  const hint = async (text: string) =>
    (await readWrong(spec, { overrides: [text] }))[0]?.hint ?? '';
  assert.match(await hint('n_mels=40'), 'STAGE.n_mels=value');
  assert.match(await hint('mel=40'), 'Write mel.PARAM=value.');
});

test.run();
