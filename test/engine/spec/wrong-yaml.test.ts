import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { expectWrong } from './expect-wrong.ts';
import { readRight, readWrong } from './read.ts';

const test = suite('specs that are not the YAML we read');

const speech = 'stages:\n  speech: { uses: fetch }\n';

test('a tab as indentation', () =>
  expectWrong('stages:\n\tspeech:\n', [['2:1', 'a tab is used as indentation']]));

test('a quote that is never closed', () =>
  expectWrong('name: "demo\nstages: {}\n', [['1:7', 'a quote is never closed']]));

test('a bracket that is never closed', () =>
  expectWrong('stages:\n  speech: { uses: fetch\n', [['2:11', 'this bracket is never closed']]));

test('a key without a colon', () =>
  expectWrong('name: demo\nstages\n', [['2:1', '":" is missing after this key']]));

test('two colons on a line', () =>
  expectWrong('name: a: b\n', [['1:7', 'a second ":" on this line']]));

test('indentation that fits no level', () =>
  expectWrong('stages:\n    speech:\n      uses: fetch\n   mel:\n      uses: melspec\n', [
    ['4:1', 'indentation does not fit'],
  ]));

test('a key given twice, with the first place', async () => {
  await expectWrong('name: a\nseed: 1\nname: b\nstages: {}\n', [
    ['3:1', 'key "name" is given twice'],
  ]);
  const [problem] = await readWrong('name: a\nseed: 1\nname: b\nstages: {}\n');
  assert.is(problem?.related?.[0]?.location.line, 1);
});

test('every duplicate, far below too', () =>
  expectWrong('stages:\n  a: { uses: fetch, uses: fetch }\n  b: { uses: fetch }\n  a: {}\n', [
    ['2:21', 'key "uses" is given twice'],
    ['4:3', 'key "a" is given twice'],
  ]));

test('merge keys', () =>
  expectWrong('vars:\n  a: &a { x: 1 }\n  b: { <<: *a }\n', [
    ['3:8', 'merge keys (<<) are not supported'],
  ]));

test('a list as a key', () =>
  expectWrong('name: x\n? [a, b]\n: 1\n', [['2:3', 'a key must be a text']]));

test('an empty key', () => expectWrong('name: x\n: 1\n', [['2:1', 'a key is empty']]));

test('two documents', () =>
  expectWrong('name: a\nstages: {}\n---\nname: b\n', [['3:1', 'a second document starts here']]));

test('an empty file', () => expectWrong('', [['1:1', 'the file is empty']]));

test('comments only', () => expectWrong('# nothing yet\n', [['1:1', 'the file is empty']]));

test('a list at the top', () =>
  expectWrong('- name: x\n', [['1:1', 'a spec is a map of keys, not a list']]));

test('a tag', () => expectWrong('name: !secret x\n', [['1:7', 'tags (!name) are not supported']]));

test('YAML 1.1 by directive', () =>
  expectWrong('%YAML 1.1\n---\nname: x\n', [['1:1', 'this directive is not supported']]));

test('an integer too large to be exact', () =>
  expectWrong(`seed: 12345678901234567890\n${speech}`, [
    ['1:7', 'too large for an exact integer'],
  ]));

test('a number that is not finite', () =>
  expectWrong('seed: .inf\n', [['1:7', '.inf is not a finite number']]));

test('an alias without an anchor', () =>
  expectWrong('vars: { a: &mels 64 }\nseed: *mel\n', [['2:7', 'no anchor "&mel" above', 'mels']]));

test('an alias inside its own anchor', () =>
  expectWrong('vars: { a: &a [1, *a] }\n', [['1:19', 'alias "*a" contains itself']]));

test('aliases that multiply', async () => {
  let text = 'vars:\n  a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n';
  for (let i = 1; i < 12; i++) {
    text += `  a${i}: &a${i} [${Array.from({ length: 10 }, () => `*a${i - 1}`).join(', ')}]\n`;
  }
  const problems = await readWrong(text);
  assert.match(problems[0]?.message ?? '', /aliases expand to more than/);
});

test('vars that multiply', async () => {
  let text = 'vars:\n  a0: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n';
  for (let i = 1; i < 12; i++) {
    text += `  a${i}: [${Array.from({ length: 10 }, () => `"\${vars.a${i - 1}}"`).join(', ')}]\n`;
  }
  const problems = await readWrong(text + speech);
  assert.match(problems[0]?.message ?? '', /references expand to more than/);
});

test('texts that multiply', async () => {
  let text = `vars:\n  a0: ${'x'.repeat(100)}\n`;
  for (let i = 1; i < 30; i++) text += `  a${i}: "\${vars.a${i - 1}}\${vars.a${i - 1}}"\n`;
  const problems = await readWrong(text + speech);
  assert.match(problems[0]?.message ?? '', /text too long/);
});

test('nesting without end', async () => {
  const [problem] = await readWrong(`vars: { a: ${'['.repeat(5000)}${']'.repeat(5000)} }\n`);
  assert.match(problem?.message ?? '', /nested too deeply/);
});

test('bytes that are not UTF-8', () =>
  expectWrong({ '/project/spec.yaml': new Uint8Array([0x6e, 0xff, 0xfe]) }, [
    ['nowhere', 'spec.yaml is not UTF-8 text'],
  ]));

test('a missing file, with one that has nearly its name', () =>
  expectWrong(
    { '/project/experiments/baseline.yaml': '' },
    [['nowhere', 'there is no such file: experiments/basline.yaml', 'experiments/baseline.yaml']],
    { file: 'experiments/basline.yaml' },
  ));

test('a byte-order mark and CRLF change no place', () =>
  expectWrong('\ufeffnam: x\r\nstages:\r\n  speech: { uses: fech }\r\n', [
    ['1:1', 'unknown key "nam"', 'name'],
    ['3:19', 'unknown kind "fech"', 'fetch'],
  ]));

test('the source line has no carriage return', async () => {
  const [problem] = await readWrong('nam: x\r\nstages: { speech: { uses: fetch } }\r\n');
  assert.is(problem?.location?.text, 'nam: x');
});

test('no, on and dates are texts, hexadecimal is a number', async () => {
  const { spec } = await readRight(
    'tags: { a: no, b: on, c: 2024-01-02, d: 0x10 }\nstages: { speech: { uses: fetch, with: { labels: { no: "yes", 1: x } } } }\n',
  );
  assert.equal(spec.tags, { a: 'no', b: 'on', c: '2024-01-02', d: '16' });
  assert.equal(spec.stages[0]?.with, { labels: { no: 'yes', 1: 'x' } });
});

test('a key named __proto__ is a key', async () => {
  const { spec } = await readRight(
    'stages: { speech: { uses: fetch, with: { labels: { __proto__: x } } } }\n',
  );
  assert.equal(Object.keys(spec.stages[0]?.with['labels'] ?? {}), ['__proto__']);
});

test.run();
