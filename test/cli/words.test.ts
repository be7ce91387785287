import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { formatExplanations } from '../../src/cli/explanation-text.ts';
import { groupFailures } from '../../src/cli/group-failures.ts';
import { wordReason, wordReasons, wordValue } from '../../src/cli/words.ts';
import type { Explanation } from '../../src/engine/engine.ts';
import type { RunReason } from '../../src/engine/event.ts';
import type { Failure } from '../../src/engine/failure.ts';
import { wordFailure } from '../../src/report/failure-words.ts';
import type { Json } from '../../src/util/json.ts';

const test = suite('words');

/** One of each reason, so that a new one without words does not compile. */
const failures: { readonly [R in Failure['reason']]: Extract<Failure, { reason: R }> } = {
  'task-error': {
    reason: 'task-error',
    message: 'one speaker only',
    hint: 'Use stratified-k-fold.',
  },
  'internal-error': {
    reason: 'internal-error',
    message: 'x is not a function',
    stack: 'at foo (a.ts:1)',
  },
  'bad-output': { reason: 'bad-output', port: 'corpus', problems: ['row 3 has no id'] },
  'missing-output': { reason: 'missing-output', port: 'models' },
  'exit-status': { reason: 'exit-status', status: 7, tail: ['no such module'] },
  signal: { reason: 'signal', signal: 'SIGKILL', tail: [] },
  timeout: { reason: 'timeout', seconds: 90 },
  'worker-lost': { reason: 'worker-lost', detail: 'exit status 134' },
  'input-changed': { reason: 'input-changed', files: ['a.wav'] },
  'not-deterministic': { reason: 'not-deterministic', port: 'out', kept: 'aa', made: 'bb' },
  storage: { reason: 'storage', code: 'ENOSPC', path: '/disk/cache', message: 'ENOSPC: no space' },
  cancelled: { reason: 'cancelled' },
};

for (const failure of Object.values(failures)) {
  test(`${failure.reason} is worded without its tag, a stack or a hole`, () => {
    const { message, details, hint = '' } = wordFailure(failure);
    const text = [message, ...details, hint].join('\n');
    assert.not.match(text, /undefined|\[object|null|at foo/);
    assert.not.match(message, /\.$/, 'a message has no full stop');
    if (hint !== '') assert.match(hint, /[.:]$/, 'a hint is a sentence');
  });
}

test('what the user needs is there', () => {
  assert.is(wordFailure(failures['exit-status']).message, 'ended with status 7');
  assert.equal(wordFailure(failures['exit-status']).details, ['no such module']);
  assert.is(
    wordFailure(failures.timeout).message,
    'took longer than its limit of 1 min 30 s and was stopped',
  );
  assert.is(wordFailure(failures.storage).message, 'no space left on the disk: /disk/cache');
  assert.match(wordFailure(failures.storage).hint ?? '', /affekt cache gc/);
  assert.match(wordFailure(failures.signal).hint ?? '', /-j/);
});

test('a long list of problems is cut', () => {
  const problems = Array.from({ length: 40 }, (_, i) => `row ${i}`);
  const { details } = wordFailure({ reason: 'bad-output', port: 'corpus', problems });
  assert.is(details.length, 7);
  assert.is(details.at(-1), 'and 34 more');
});

test('reasons fit a column of the plan', () => {
  assert.is(wordReason({ why: 'new' }), 'new');
  assert.is(wordReason({ why: 'forced' }), 'forced');
  assert.is(wordReason({ why: 'evicted' }), 'result evicted from the cache');
  const digest = '0123456789abcdef'.repeat(4);
  const fields = [
    { field: 'param n_mels', before: 64, after: 40 },
    { field: 'input features', before: digest, after: digest.replaceAll('0', 'f') },
  ];
  assert.is(wordReason({ why: 'changed', fields }), 'param n_mels 64 → 40 (+1 more)');
  assert.is(
    wordReason({ why: 'changed', fields: fields.slice(1) }),
    'input features 01234567 → f1234567',
  );
  assert.is(
    wordReason({ why: 'changed', fields: [{ field: 'param n_mels', after: 40 }] }),
    'param n_mels default → 40',
  );
  assert.is(
    wordReason({ why: 'changed', fields: [{ field: 'param n_mels', before: 40 }] }),
    'param n_mels 40 → default',
  );
});

test('long lists are worded by what came and went, those of all tasks of a stage together', () => {
  const digests = (from: number, count: number) =>
    Array.from({ length: count }, (_, i) => (from + i).toString(16).padStart(64, '0'));
  const changed = (field: string, before: Json, after: Json): RunReason => ({
    why: 'changed',
    fields: [{ field, before, after }],
  });
  const chunks = [
    changed('items', digests(0, 3), digests(1, 3)),
    changed('items', digests(100, 3), digests(100, 2)),
  ];
  assert.is(wordReasons([chunks[0]!]), 'other clips (1 new, 1 gone)');
  assert.is(wordReasons(chunks), 'other clips (1 new, 2 gone)');
  assert.is(wordReasons([...chunks, { why: 'new' }]), 'other clips', 'how many, is not known');
  const besides = chunks.map((one) =>
    one.why === 'changed'
      ? { ...one, fields: [...one.fields, { field: 'version', before: 1, after: 2 }] }
      : one,
  );
  assert.is(wordReasons(besides), 'other clips (1 new, 2 gone) (+1 more)');
  const runs = Array.from({ length: 5 }, (_, i) => ({ name: 'logreg', fold: i + 1 }));
  assert.is(wordReason(changed('param runs', runs.slice(1), runs)), 'param runs: 1 new');
  assert.is(
    wordReason(changed('param runs', runs, [...runs].reverse())),
    'param runs: another order',
  );
  assert.is(wordReason(changed('param runs', [], runs)), 'param runs [] → a list of 5');
  assert.is(wordReason(changed('param k', [1], [1, 2])), 'param k [1] → [1,2]');
});

test('chunks that differ in their clips alone are explained once', () => {
  const chunk = (n: number, version: number, status: 'cached' | 'run' = 'cached'): Explanation => ({
    address: `mel[chunk=${n}]`,
    kind: 'melspec',
    status,
    fields: [
      { field: 'items', value: [`${n}a`, `${n}b`], before: [`${n}a`], same: false },
      { field: 'version', value: version, before: 2, same: version === 2 },
    ],
    previousRun: '7ecy',
  });
  const text = formatExplanations([chunk(0, 2), chunk(1, 2), chunk(2, 3), chunk(3, 2)], false);
  const heads = text.split('\n').filter((line) => line.startsWith('mel'));
  assert.equal(heads, [
    'mel[chunk=0] and 2 chunks alike  melspec  cached',
    'mel[chunk=2]  melspec  cached',
  ]);
  assert.match(text, /\* {2}items +6 clips {2}was 3 clips\n/);
});

test('values are cut, digests to eight characters', () => {
  assert.is(wordValue(['0123456789abcdef'.repeat(4)]), '["01234567"]');
  assert.is(wordValue('x'.repeat(100), 10), `${'x'.repeat(9)}…`);
});

test('what a program printed last is cut and cannot write to the terminal', () => {
  const tail = [
    ...Array.from({ length: 30 }, (_, i) => `line ${i}`),
    `\u001b[2J${'x'.repeat(400)}`,
  ];
  const { details } = wordFailure({ reason: 'exit-status', status: 1, tail });
  assert.is(details.length, 10);
  assert.is(details[0], 'line 21');
  assert.is(details.at(-1)?.length, 200);
  assert.ok(details.at(-1)?.startsWith('\ufffd[2Jxxx'));
});

test('a worker that ended by itself is not said to lack memory', () => {
  const hint = (detail: string) => wordFailure({ reason: 'worker-lost', detail }).hint ?? '';
  assert.match(hint('it ended with exit status 3'), /process\.exit/);
  assert.match(hint('it ended with exit status 134'), /memory/);
  assert.match(hint('it was killed by SIGKILL'), /memory/);
});

test('an internal error names the line that threw, where it is source', () => {
  const at = (frame: string) =>
    wordFailure({ reason: 'internal-error', message: 'm', stack: `Error: m\n    ${frame}` })
      .details;
  assert.equal(at('at Object.run (/p/stages/a b.ts:19:11)'), ['thrown in /p/stages/a b.ts:19:11']);
  assert.equal(at('at file:///p/x.ts:2:3'), ['thrown in /p/x.ts:2:3']);
  assert.equal(at('at run (file:///d/chunk-1.js:3:2923)'), []);
});

test('folds of one stage that fail alike are told once, other stages and reasons apart', () => {
  const nan: Failure = { reason: 'task-error', message: 'the loss became NaN' };
  const failed = (address: string, failure: Failure) => ({
    address,
    failure,
    log: `${address}.log`,
  });
  const grouped = groupFailures([
    failed('cnn[fold=10,seed=1]', nan),
    failed('cnn[fold=2,seed=1]', nan),
    failed('mlp[fold=1,seed=1]', nan),
    failed('cnn[fold=3,seed=1]', failures.timeout),
    failed('cnn[fold=1,seed=1]', failures.cancelled),
  ] as Parameters<typeof groupFailures>[0]);
  assert.equal(
    grouped.map(({ address, more, log }) => [address, more, log]),
    [
      ['cnn[fold=2,seed=1]', 1, 'cnn[fold=2,seed=1].log'],
      ['cnn[fold=3,seed=1]', 0, 'cnn[fold=3,seed=1].log'],
      ['mlp[fold=1,seed=1]', 0, 'mlp[fold=1,seed=1].log'],
    ],
  );
});

test.run();
