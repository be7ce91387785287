import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ok } from '../../../src/engine/result.ts';
import type { ReadSpec } from '../../../src/engine/spec/read-spec.ts';
import type { StageSpec, Wire } from '../../../src/engine/spec/types.ts';
import { kinds } from './kinds.ts';
import { read, readRight } from './read.ts';

const test = suite('specs that are right');

const base = `name: base
seed: 42
vars: { rate: 16000, front: { n_mels: 64, scale: ln } }
stages:
  speech: { uses: fetch, with: { files: ../audio/*.wav } }
  clean: { uses: denoise, in: speech }
  mel: { uses: melspec, in: clean, with: { n_mels: 64, trim_db: 45 } }
  cnn: { uses: train, in: mel, with: { architecture: cnn4 } }
  scores: { uses: evaluate, in: cnn }
`;

const stage = ({ spec }: ReadSpec, name: string): StageSpec => {
  const found = spec.stages.find((one) => one.name === name);
  if (!found) throw new Error(`no stage ${name}`);
  return found;
};

/** `port←stage.output`, with "?" where it was filled. */
const wires = (one: StageSpec): readonly string[] =>
  one.inputs.map(
    ({ port, from, filled }: Wire) =>
      `${port}←${from.map((f) => `${f.stage}.${f.output}`).join('+')}${filled ? '?' : ''}`,
  );

test('omitted ports take the nearest ancestor of their type', async () => {
  const result = await readRight(base);
  assert.equal(wires(stage(result, 'speech')), []);
  assert.equal(wires(stage(result, 'mel')), ['corpus←clean.corpus']);
  assert.equal(wires(stage(result, 'cnn')), ['features←mel.features', 'corpus←clean.corpus?']);
  assert.equal(wires(stage(result, 'scores')), ['models←cnn.models', 'corpus←clean.corpus?']);
});

test('a stage may be written before what it reads', async () => {
  const result = await readRight(
    'stages:\n  scores: { uses: evaluate, in: cnn }\n  cnn: { uses: train, in: mel, with: { architecture: a } }\n  mel: { uses: melspec, in: speech }\n  speech: { uses: fetch }\n',
  );
  assert.equal(
    result.spec.stages.map(({ name }) => name),
    ['scores', 'cnn', 'mel', 'speech'],
  );
  assert.equal(wires(stage(result, 'scores')), ['models←cnn.models', 'corpus←speech.corpus?']);
});

test('"uses" may be left out where the stage is named after a kind', async () => {
  const result = await readRight('stages:\n  fetch:\n  melspec: { in: fetch }\n');
  assert.is(stage(result, 'melspec').uses, 'melspec');
});

test('every form of "in"', async () => {
  const head =
    'stages:\n  a: { uses: fetch }\n  b: { uses: fetch }\n  two: { uses: pair, in: a }\n';
  const forms: readonly [string, readonly string[]][] = [
    ['{ uses: merge, in: [a, b] }', ['left←a.corpus', 'right←b.corpus']],
    ['{ uses: merge, in: { right: a, left: b } }', ['left←b.corpus', 'right←a.corpus']],
    ['{ uses: merge, in: [two.quiet, two.loud] }', ['left←two.quiet', 'right←two.loud']],
    ['{ uses: melspec, in: two.loud }', ['corpus←two.loud']],
    ['{ uses: melspec, in: { corpus: [a] } }', ['corpus←a.corpus']],
    [
      '{ uses: command, in: { sound: a, all: [a, b] }, with: { run: x } }',
      ['sound←a.corpus', 'all←a.corpus+b.corpus'],
    ],
    ['{ uses: command, in: [a, two.loud], with: { run: x } }', ['a←a.corpus', 'two←two.loud']],
  ];
  for (const [text, expected] of forms) {
    assert.equal(wires(stage(await readRight(`${head}  x: ${text}\n`), 'x')), expected, text);
  }
});

test('an optional port is never filled, and is wired when named', async () => {
  const text = base.replace(
    '  scores:',
    '  numbers: { uses: command, in: speech, with: { run: x, outputs: { numbers: table } } }\n  scores:',
  );
  assert.equal(wires(stage(await readRight(text), 'cnn')), [
    'features←mel.features',
    'corpus←clean.corpus?',
  ]);
  const wired = text.replace('in: mel,', 'in: [mel, numbers],');
  assert.equal(wires(stage(await readRight(wired), 'cnn')), [
    'features←mel.features',
    'corpus←clean.corpus?',
    'functionals←numbers.numbers',
  ]);
});

test('a diamond has one nearest ancestor', async () => {
  const result = await readRight(`stages:
  a: { uses: fetch }
  m1: { uses: melspec, in: a }
  m2: { uses: melspec, in: a }
  c1: { uses: train, in: m1, with: { architecture: x } }
  c2: { uses: train, in: m2, with: { architecture: x } }
  scores: { uses: evaluate, in: [c1, c2] }
`);
  assert.equal(wires(stage(result, 'scores')), ['models←c1.models+c2.models', 'corpus←a.corpus?']);
});

test('vars keep their type, and are text inside a text', async () => {
  const result = await readRight(
    base
      .replace('n_mels: 64, trim_db: 45', 'sample_rate: "${vars.rate}"')
      .replace('in: clean, with', 'in: "${vars.from}", with')
      .replace(
        'rate: 16000,',
        () => 'rate: 16000, from: clean, about: "at ${vars.rate} Hz, $${x}",',
      )
      .replace('name: base', 'name: base\ndescription: "${vars.about}"'),
  );
  assert.equal(stage(result, 'mel').with, { sample_rate: 16000 });
  assert.is(result.spec.description, 'at 16000 Hz, ${x}');
});

test('a var may be a whole map', async () => {
  const result = await readRight(base.replace('{ n_mels: 64, trim_db: 45 }', '"${vars.front}"'));
  assert.equal(stage(result, 'mel').with, { n_mels: 64, scale: 'ln' });
});

test('the environment is read as a YAML scalar, and its names are told', async () => {
  const text = base.replace(
    'n_mels: 64, trim',
    'n_mels: "${env:BANDS:-40}", scale: "${env:SCALE:-ln}", trim',
  );
  const set = await readRight(text, { env: { BANDS: '80', SCALE: '' } });
  assert.equal(stage(set, 'mel').with, { n_mels: 80, scale: 'ln', trim_db: 45 });
  assert.equal(set.env, ['BANDS', 'SCALE']);
  assert.is(stage(await readRight(text), 'mel').with['n_mels'], 40);
});

test('anchors and aliases', async () => {
  const result = await readRight(
    'vars: { a: &bands 40 }\nstages:\n  s: { uses: fetch }\n  m: { uses: melspec, in: s, with: { n_mels: *bands } }\n',
  );
  assert.is(stage(result, 'm').with['n_mels'], 40);
});

test('extends: maps merge, scalars and lists replace, null removes', async () => {
  const result = await readRight({
    '/project/spec.yaml':
      'extends: ../shared/base.yaml\nname: child\nstages:\n  mel: { with: { n_mels: 80, trim_db: null } }\n  cnn: { with: { betas: [0.8, 0.9] } }\n  clean: null\n  extra: { uses: analyze, in: speech }\n',
    '/shared/base.yaml': base
      .replace('in: clean', 'in: speech')
      .replace('cnn4', 'cnn4, betas: [0.7, 0.9]'),
  });
  assert.is(result.spec.name, 'child');
  assert.is(result.spec.seed, 42);
  assert.equal(stage(result, 'mel').with, { n_mels: 80 });
  assert.equal(stage(result, 'cnn').with, { architecture: 'cnn4', betas: [0.8, 0.9] });
  assert.equal(
    result.spec.stages.map(({ name }) => name),
    ['speech', 'mel', 'cnn', 'scores', 'extra'],
  );
  assert.equal(
    result.files.map(({ path }) => path),
    ['/project/spec.yaml', '/shared/base.yaml'],
  );
});

test('of several bases the later wins, and each is read once', async () => {
  const result = await readRight({
    '/project/spec.yaml': 'extends: [a.yaml, b.yaml]\nstages: { s: { uses: fetch } }\n',
    '/project/a.yaml': 'extends: root.yaml\nseed: 1\nname: a\n',
    '/project/b.yaml': 'extends: root.yaml\nseed: 2\n',
    '/project/root.yaml': 'description: root\n',
  });
  assert.equal(
    [result.spec.seed, result.spec.name, result.spec.description, result.files.length],
    [2, 'a', 'root', 4],
  );
});

test('paths stay relative to the file that wrote them', async () => {
  const files = {
    '/project/spec.yaml': 'extends: ../shared/base.yaml\n',
    '/shared/base.yaml': base,
  };
  const kept = stage(await readRight(files), 'speech');
  assert.equal([kept.folder, kept.with['files']], ['/shared', '../audio/*.wav']);
  const child = {
    ...files,
    '/project/spec.yaml':
      'extends: ../shared/base.yaml\nstages: { speech: { with: { files: own/*.wav } } }\n',
  };
  const moved = stage(await readRight(child), 'speech');
  assert.equal([moved.folder, moved.with['files']], ['/shared', '../project/own/*.wav']);
  const given = stage(await readRight(files, { overrides: ['speech.files=here.wav'] }), 'speech');
  assert.is(given.with['files'], '../project/here.wav');
  const matrix = await readRight({
    ...files,
    '/project/spec.yaml':
      'extends: ../shared/base.yaml\nmatrix: { speech.files: [a.wav, /b.wav] }\n',
  });
  assert.equal(
    matrix.spec.matrix[0]?.variants.map(({ set }) => set['speech.files']),
    ['../project/a.wav', '/b.wav'],
  );
});

test('an own stage is loaded once, from beside the file that names it', async () => {
  const asked: string[] = [];
  const kind = kinds['denoise'];
  if (!kind) throw new Error('no denoise');
  const result = await readRight(
    {
      '/project/spec.yaml': 'extends: ../shared/base.yaml\n',
      '/shared/base.yaml': base
        .replace('uses: denoise', 'uses: ./own.ts')
        .replace('  mel:', '  again: { uses: ./own.ts, in: speech }\n  mel:'),
    },
    {
      loadModule: async (path) => {
        asked.push(path);
        return ok(kind);
      },
    },
  );
  assert.equal(asked, ['/shared/own.ts']);
  assert.is(stage(result, 'clean').uses, '/shared/own.ts');
});

test('overrides of the command line', async () => {
  const result = await readRight(
    base.replace('trim_db: 45', 'trim_db: 45, sample_rate: "${vars.rate}"'),
    {
      overrides: [
        'mel.n_mels=80',
        'mel.trim_db=null',
        'cnn.betas=[0.5, 0.9]',
        'cnn.split.validation_speakers=2',
        'speech.labels={ a: b }',
        'vars.rate=8000',
        'seed=7',
        'name=other',
      ],
    },
  );
  assert.equal(stage(result, 'mel').with, { n_mels: 80, trim_db: null, sample_rate: 8000 });
  assert.equal(stage(result, 'cnn').with, {
    architecture: 'cnn4',
    betas: [0.5, 0.9],
    split: { scheme: 'leave-one-speaker-out', validation_speakers: 2 },
  });
  assert.equal([result.spec.seed, result.spec.name], [7, 'other']);
});

test('an override of a tag starts from the default without its other keys', async () => {
  const result = await readRight(base, {
    overrides: ['cnn.split.scheme=stratified-k-fold', 'cnn.split.folds=3'],
  });
  assert.equal(stage(result, 'cnn').with['split'], { scheme: 'stratified-k-fold', folds: 3 });
});

test('matrix: named variants, the short form, exclude, and wires that pick', async () => {
  const { spec } = await readRight(`${base.replace('in: cnn }', 'in: "cnn[*]" }')}matrix:
  front:
    plain:
    small: { mel.n_mels: 32, cnn.split.validation_speakers: 1 }
  cnn.epochs: [10, 20]
  exclude: [{ front: small, cnn.epochs: 20 }]
`);
  assert.equal(spec.matrix, [
    {
      name: 'front',
      variants: [
        { name: 'plain', set: {} },
        { name: 'small', set: { 'mel.n_mels': 32, 'cnn.split.validation_speakers': 1 } },
      ],
    },
    {
      name: 'cnn.epochs',
      variants: [
        { name: '10', set: { 'cnn.epochs': 10 } },
        { name: '20', set: { 'cnn.epochs': 20 } },
      ],
    },
  ]);
  assert.equal(spec.exclude, [{ front: 'small', 'cnn.epochs': '20' }]);
  assert.equal(spec.stages.at(-1)?.inputs[0]?.from, [
    { stage: 'cnn', output: 'models', select: '*' },
  ]);
});

test('a required param may come from the matrix alone', async () => {
  await readRight(
    `${base.replace(', with: { architecture: cnn4 }', '')}matrix: { cnn.architecture: [a, b] }\n`,
  );
});

test('a wire picks a variant of a named axis', async () => {
  const { spec } = await readRight(
    `${base.replace('in: cnn }', 'in: "cnn[mel.n_mels=40]" }')}matrix: { mel.n_mels: [40, 64] }\n`,
  );
  assert.equal(spec.stages.at(-1)?.inputs[0]?.from[0]?.select, { 'mel.n_mels': '40' });
});

test('10,000 stages, and 3,000 in one chain, in a circle, of unknown names', async () => {
  const make = (
    count: number,
    kind: string,
    params: string,
    parent: (i: number) => number,
  ): string => {
    const stages = Array.from(
      { length: count - 1 },
      (_, i) => `  s${i + 1}:\n    uses: ${kind}\n    in: s${parent(i + 1)}\n    with:\n${params}`,
    );
    return `name: big\nstages:\n  s0: { uses: fetch }\n${stages.join('')}`;
  };
  const mel = '      sample_rate: 16000\n      n_mels: 64\n      scale: db\n';
  const chain = `${make(3000, 'denoise', '      method: none\n', (i) => i - 1)}  mel: { uses: melspec, in: s2999 }\n  cnn: { uses: train, in: mel, with: { architecture: a } }\n`;
  const cases: readonly [name: string, text: string, right: boolean][] = [
    ['10,000 beside each other', make(10_000, 'melspec', mel, () => 0), true],
    ['3,000 in a chain', chain, true],
    ['3,000 in a circle', chain.replace('in: s0\n', 'in: s2999\n'), false],
    [
      '3,000 of unknown names',
      make(3000, 'melspec', mel, () => 0).replaceAll('in: s0', 'in: t0'),
      false,
    ],
  ];
  for (const [name, text, right] of cases) {
    const start = process.cpuUsage();
    const result = await read(text);
    const { user, system } = process.cpuUsage(start);
    process.stdout.write(`  ${name}: ${((user + system) / 1e6).toFixed(2)} cpu-s\n`);
    assert.is(result.ok, right);
    // Linear takes 2 to 5 s for the largest; a quadratic step would take minutes.
    assert.ok(user + system < 60e6);
  }
});

test.run();
