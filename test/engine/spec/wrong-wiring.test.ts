import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { expectWrong } from './expect-wrong.ts';
import { readRight, readWrong } from './read.ts';

const test = suite('wires that are wrong');

const head = 'stages:\n  speech: { uses: fetch }\n';

test('an unknown stage', () =>
  expectWrong(`${head}  mel: { uses: melspec, in: speach }\n`, [
    ['3:29', 'unknown stage "speach"', 'speech'],
  ]));

test('a kind instead of a stage', async () => {
  const spec = `${head}  mel: { uses: melspec, in: fetch }\n`;
  await expectWrong(spec, [['3:29', 'unknown stage "fetch"', 'speech']]);
  assert.match((await readWrong(spec))[0]?.hint ?? '', /is a kind/);
});

test('an unknown output', () =>
  expectWrong(`${head}  mel: { uses: melspec, in: speech.corups }\n`, [
    ['3:36', 'stage "speech" has no output "corups"', 'corpus'],
  ]));

test('an unknown port', () =>
  expectWrong(`${head}  mel: { uses: melspec, in: { corups: speech } }\n`, [
    ['3:31', 'melspec has no port "corups"', 'corpus'],
  ]));

test('a type that does not fit the kind', async () => {
  const spec = `${head}  mel: { uses: melspec, in: speech }\n  clean: { uses: denoise, in: mel }\n`;
  await expectWrong(spec, [['4:31', '"mel" gives features, and denoise takes corpus']]);
  assert.match((await readWrong(spec))[0]?.hint ?? '', /speech/);
});

test('a type that does not fit the port', () =>
  expectWrong(
    `${head}  mel: { uses: melspec, in: { corpus: speech } }\n  cnn: { uses: train, in: { features: speech }, with: { architecture: a } }\n`,
    [['4:39', '"speech" gives corpus, and port "features" takes features']],
  ));

test('a kind that takes nothing', () =>
  expectWrong(`${head}  two: { uses: fetch, in: speech }\n`, [
    ['3:27', '"speech" gives corpus, and fetch takes no input'],
  ]));

test('a port given twice', async () => {
  const spec = `${head}  more: { uses: fetch }\n  mel: { uses: melspec, in: [speech, more] }\n`;
  await expectWrong(spec, [['4:38', 'port "corpus" is given twice']]);
  assert.is((await readWrong(spec))[0]?.related?.[0]?.location.column, 30);
});

test('one stage twice for a port that takes many', () =>
  expectWrong(
    `${head}  mel: { uses: melspec, in: speech }\n  cnn: { uses: train, in: mel, with: { architecture: a } }\n  scores: { uses: evaluate, in: [cnn, cnn] }\n`,
    [['5:39', 'port "models" gets "cnn" twice']],
  ));

test('a list for a port that takes one', () =>
  expectWrong(
    `${head}  more: { uses: fetch }\n  mel: { uses: melspec, in: { corpus: [speech, more] } }\n`,
    [
      ['4:39', 'port "corpus" takes one input, not 2'],
      ['4:48', 'port "corpus" is given twice'],
    ],
  ));

test('a stage that reads itself', () =>
  expectWrong(`${head}  clean: { uses: denoise, in: clean }\n`, [
    ['3:31', 'stage "clean" reads itself'],
  ]));

test('a circle, with every wire of it', async () => {
  const spec = `stages:\n  a: { uses: denoise, in: c }\n  b: { uses: denoise, in: a }\n  c: { uses: denoise, in: b }\n`;
  await expectWrong(spec, [['2:27', 'stages read each other in a circle: a → b → c → a']]);
  const [problem] = await readWrong(spec);
  assert.equal(
    problem?.related?.map(({ message, location }) => `${location.line} ${message}`),
    ['3 "b" reads "a"', '4 "c" reads "b"'],
  );
});

test('two circles are two problems', () =>
  expectWrong(
    'stages:\n  a: { uses: denoise, in: b }\n  b: { uses: denoise, in: a }\n  c: { uses: denoise, in: d }\n  d: { uses: denoise, in: c }\n  e: { uses: denoise, in: d }\n',
    [
      ['2:27', 'a → b → a'],
      ['4:27', 'c → d → c'],
    ],
  ));

test('two unrelated candidates for an omitted port', async () => {
  const spec = `stages:
  a: { uses: fetch }
  b: { uses: fetch }
  mel: { uses: melspec, in: a }
  both: { uses: merge, in: [a, b] }
  other: { uses: melspec, in: both }
  cnn: { uses: train, in: { features: mel }, with: { architecture: x } }
  cnn2: { uses: train, in: { features: other }, with: { architecture: x } }
  scores: { uses: evaluate, in: [cnn, cnn2] }
`;
  // "both" reads "a", so "a" is dropped: "both" stays alone.
  const { spec: right } = await readRight(spec);
  assert.equal(right.stages.at(-1)?.inputs[1], {
    port: 'corpus',
    from: [{ stage: 'both', output: 'corpus', select: {} }],
    filled: true,
  });
  const wrong = spec.replace('in: both }', 'in: b }');
  await expectWrong(wrong, [['9:33', 'port "corpus" of "scores" could read a or b']]);
  const [problem] = await readWrong(wrong);
  assert.equal(
    problem?.related?.map(({ location }) => location.line),
    [2, 3],
  );
});

test('nothing fits an omitted port', async () => {
  const spec = `${head}  scores: { uses: evaluate, in: speech }\n`;
  await expectWrong(spec, [['3:33', 'stage "scores" has no models for its port "models"']]);
  assert.match((await readWrong(spec))[0]?.hint ?? '', /kinds that do: train/);
});

test('no "in" where inputs are needed names the stages that fit', async () => {
  const spec = `${head}  mel: { uses: melspec }\n`;
  await expectWrong(spec, [['3:3', 'stage "mel" has no corpus for its port "corpus"']]);
  assert.match((await readWrong(spec))[0]?.hint ?? '', /speech/);
});

test('an empty "in"', () =>
  expectWrong(`${head}  mel:\n    uses: melspec\n    in:\n`, [['5:5', '"in" is empty']]));

test('a number under "in"', () =>
  expectWrong(`${head}  mel: { uses: melspec, in: 3 }\n`, [
    ['3:29', '"in" takes names of stages, not 3'],
  ]));

test('a reference that is none', () =>
  expectWrong(`${head}  mel: { uses: melspec, in: "speech[" }\n`, [
    ['3:29', 'does not name a stage'],
  ]));

test('several outputs of one type', async () => {
  const spec = `${head}  two: { uses: pair, in: speech }\n  mel: { uses: melspec, in: two }\n`;
  await expectWrong(spec, [['4:29', '"two" gives several things that port "corpus" could take']]);
  assert.match((await readWrong(spec))[0]?.hint ?? '', /two\.quiet or two\.loud/);
});

test('an output of an unknown type, declared by params', () =>
  expectWrong(`${head}  own: { uses: command, with: { run: x, outputs: { numbers: tabel } } }\n`, [
    ['3:61', 'output "numbers" is of the unknown artifact type "tabel"', 'table'],
  ]));

test('an error of one stage is not held against those that read it', () =>
  expectWrong(
    `${head}  mel: { uses: melspek, in: speech }\n  cnn: { uses: train, in: mel, with: { architecture: a } }\n  scores: { uses: evaluate, in: cnn }\n`,
    [['3:16', 'unknown kind "melspek"', 'melspec']],
  ));

test('an unused stage is a warning; sinks are not unused', async () => {
  const { warnings } = await readRight(
    `${head}  look: { uses: analyze, in: speech }\n  mel: { uses: melspec, in: speech }\n`,
  );
  assert.equal(
    warnings.map(({ severity, message, location }) => [severity, message, location?.line]),
    [['warning', 'stage "mel" is unused: nobody reads its features', 4]],
  );
});

test.run();
