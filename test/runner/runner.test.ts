import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('guarded runner');
const repository = resolve(import.meta.dirname, '../..');

/** Runs the runner on files written into a temporary folder that sees the project's packages. */
function runFiles(
  files: Readonly<Record<string, string>>,
  ...flags: string[]
): { status: number | null; last: string; text: string } {
  const folder = mkdtempSync(join(tmpdir(), 'affekt-runner-'));
  try {
    symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    mkdirSync(join(folder, 'test/conformance'), { recursive: true });
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(
        join(folder, 'test', name),
        `import { suite } from 'uvu';\nconst test = suite('fixture');\n${text}\n`,
      );
    }
    const runner = join(repository, 'scripts/test.ts');
    const args = ['--import', 'tsx', runner, ...flags, 'test'];
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    return { status, text: stdout, last: stdout.trimEnd().split('\n').at(-1) ?? '' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const good = `test('a', () => {}); test('b', () => {}); test.run();`;

interface Silent {
  readonly text: string;
  readonly last: string;
  readonly says: RegExp;
  /** Seconds; the default where the file ends by itself, however slow the machine. */
  readonly timeout?: number;
}

/** What uvu itself lets pass (exit 0), or never ends. */
const silent: Readonly<Record<string, Silent>> = {
  'a file that never calls run': {
    text: `test('a', () => { throw new Error('x'); });`,
    last: '0 passed, 1 failed',
    says: /does the file call test\.run\(\)/,
  },
  'a before hook that throws': {
    text: `test.before(() => { throw new Error('x'); }); test('a', () => {}); test('b', () => {}); test.run();`,
    last: '0 passed, 2 failed',
    says: /2 of 2 did not pass/,
  },
  'an after.each hook that throws in a failing test': {
    text: `test.after.each(() => { throw new Error('y'); }); test('a', () => { throw new Error('x'); });
      test('b', () => {}); test('c', () => {}); test.run();`,
    last: '0 passed, 3 failed',
    says: /3 of 3 did not pass/,
  },
  'an only that was left in': {
    text: `test.only('a', () => {}); test('b', () => {}); test.run();`,
    last: '1 passed, 1 failed, 1 skipped',
    says: /1 skipped without a line "skip: why"/,
  },
  'a promise that never settles': {
    text: `test('a', () => new Promise(() => {})); test.run();`,
    last: '0 passed, 1 failed',
    says: /FAIL/,
  },
  'a timer that keeps the process alive': {
    text: `setInterval(() => {}, 1000); test('a', () => {}); test.run();`,
    // Long enough to start and print its summary on a busy machine.
    timeout: 15,
    last: '1 passed, 1 failed',
    says: /no end within 15 s; killed/,
  },
};

for (const [name, { text, last, says, timeout = 120 }] of Object.entries(silent)) {
  test(`fails on ${name}`, () => {
    const run = runFiles({ 'x.test.ts': text }, '--timeout', String(timeout));
    assert.is(run.status, 1, run.text);
    assert.is(run.last, last, run.text);
    assert.match(run.text, says);
  });
}

test('counts good files and leaves conformance out', () => {
  const bad = `test('a', () => { throw new Error('x'); }); test.run();`;
  const run = runFiles({ 'x.test.ts': good, 'y.test.ts': good, 'conformance/z.test.ts': bad });
  assert.is(run.last, '4 passed, 0 failed', run.text);
  assert.is(run.status, 0);
});

test('one bad file fails the run, and its output is shown', () => {
  const bad = `test('adds', () => { throw new Error('one is not two'); }); test.run();`;
  const run = runFiles({ 'x.test.ts': good, 'y.test.ts': bad });
  assert.is(run.last, '2 passed, 1 failed', run.text);
  assert.is(run.status, 1);
  assert.match(run.text, /one is not two/);
});

test('figures of a passing file are shown, its other lines are not', () => {
  const body = `test('a', () => { console.log('\\nfigure: 0.1 dB'); console.log('chatter'); }); test.run();`;
  const run = runFiles({ 'x.test.ts': body });
  assert.is(run.last, '1 passed, 0 failed', run.text);
  assert.match(run.text, /^ +figure: 0.1 dB$/m);
  assert.not.match(run.text, /chatter/);
});

test('a skip with a reason is counted, not failed', () => {
  const skipped = `console.log('skip: no corpus here'); test('a', () => {}); test.skip('b', () => {}); test.run();`;
  const run = runFiles({ 'x.test.ts': skipped });
  assert.is(run.last, '1 passed, 0 failed, 1 skipped', run.text);
  assert.is(run.status, 0);
  assert.match(run.text, /skip: no corpus here/);
});

test('a failing exit status fails a file whose tests passed', () => {
  const run = runFiles({ 'x.test.ts': `${good} process.on('exit', () => process.exit(7));` });
  assert.is(run.status, 1);
  assert.match(run.text, /exit status 7/);
});

test('no test file at all is a failure', () => {
  const run = runFiles({});
  assert.is(run.last, '0 passed, 1 failed', run.text);
  assert.is(run.status, 1);
});

test.run();
