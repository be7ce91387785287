import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { runTests, summaryLine } from '../../scripts/runner.ts';

const test = suite('guarded runner');
const repository = resolve(import.meta.dirname, '../..');

type Files = Readonly<Record<string, string>>;

/** Test files in a temporary folder that sees the project's packages. */
function writeTests(files: Files): string {
  const folder = mkdtempSync(join(tmpdir(), 'affekt-runner-'));
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  mkdirSync(join(folder, 'test/conformance'), { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(
      join(folder, 'test', name),
      `import { suite } from 'uvu';\nconst test = suite('fixture');\n${text}\n`,
    );
  }
  return folder;
}

interface Run {
  readonly status: number | null;
  readonly last: string;
  readonly text: string;
}

/** Runs the test command on files. */
async function runFiles(files: Files, ...flags: string[]): Promise<Run> {
  const folder = writeTests(files);
  try {
    const runner = join(repository, 'scripts/test.ts');
    const args = ['--import', 'tsx', runner, ...flags, 'test'];
    const child = spawn(process.execPath, args, {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += String(chunk);
    });
    const status = await new Promise<number | null>((ended) => child.on('close', ended));
    return { status, text, last: text.trimEnd().split('\n').at(-1) ?? '' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs one file by a call: what the command makes of the totals, other tests show. */
async function runFile(body: string): Promise<Pick<Run, 'last' | 'text'>> {
  const root = writeTests({ 'x.test.ts': body });
  try {
    let text = '';
    const totals = await runTests([join(root, 'test/x.test.ts')], {
      ...{ root, parallel: 1, timeout: 120, limit: 120, env: process.env },
      print: (line) => {
        text += line;
      },
    });
    return { text, last: summaryLine(totals) };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const good = `test('a', () => {}); test('b', () => {}); test.run();`;

interface Silent {
  readonly text: string;
  readonly last: string;
  readonly says: RegExp;
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
};

// Long enough to start and print its summary on a busy machine; begun here, it runs beside the others.
const alive = runFiles(
  { 'x.test.ts': `setInterval(() => {}, 1000); test('a', () => {}); test.run();` },
  ...['--timeout', '15'],
);

for (const [name, { text, last, says }] of Object.entries(silent)) {
  test(`fails on ${name}`, async () => {
    const run = await runFile(text);
    assert.is(run.last, last, run.text);
    assert.match(run.text, /^FAIL/);
    assert.match(run.text, says);
  });
}

test('counts good files and leaves conformance out', async () => {
  const bad = `test('a', () => { throw new Error('x'); }); test.run();`;
  const run = await runFiles({
    'x.test.ts': good,
    'y.test.ts': good,
    'conformance/z.test.ts': bad,
  });
  assert.is(run.last, '4 passed, 0 failed', run.text);
  assert.is(run.status, 0);
});

test('one bad file fails the run, and its output is shown', async () => {
  const bad = `test('adds', () => { throw new Error('one is not two'); }); test.run();`;
  const run = await runFiles({ 'x.test.ts': good, 'y.test.ts': bad });
  assert.is(run.last, '2 passed, 1 failed', run.text);
  assert.is(run.status, 1);
  assert.match(run.text, /one is not two/);
});

test('a file that does not compile fails, the others run', async () => {
  const run = await runFiles({ 'x.test.ts': good, 'y.test.ts': `const = 1; ${good}` });
  assert.is(run.last, '2 passed, 1 failed', run.text);
  assert.match(run.text, /y\.test\.ts:3:6/);
});

test('a file lies where its source does, and its failures are located there', async () => {
  const body = `test('a', () => { throw new Error(import.meta.dirname); }); test.run();`;
  const run = await runFile(body);
  assert.match(run.text, /affekt-runner-\w+\/test\n/);
  assert.match(run.text, /affekt-runner-\w+\/test\/x\.test\.ts:3:\d+/);
});

test('figures of a passing file are shown, its other lines are not', async () => {
  const body = `test('a', () => { console.log('\\nfigure: 0.1 dB'); console.log('chatter'); }); test.run();`;
  const run = await runFile(body);
  assert.is(run.last, '1 passed, 0 failed', run.text);
  assert.match(run.text, /^ +figure: 0.1 dB$/m);
  assert.not.match(run.text, /chatter/);
});

test('a skip with a reason is counted, not failed', async () => {
  const skipped = `console.log('skip: no corpus here'); test('a', () => {}); test.skip('b', () => {}); test.run();`;
  const run = await runFiles({ 'x.test.ts': skipped });
  assert.is(run.last, '1 passed, 0 failed, 1 skipped', run.text);
  assert.is(run.status, 0);
  assert.match(run.text, /skip: no corpus here/);
});

test('a failing exit status fails a file whose tests passed', async () => {
  const run = await runFiles({ 'x.test.ts': `${good} process.on('exit', () => process.exit(7));` });
  assert.is(run.status, 1);
  assert.match(run.text, /exit status 7/);
});

test('no test file at all is a failure', async () => {
  const run = await runFiles({});
  assert.is(run.last, '0 passed, 1 failed', run.text);
  assert.is(run.status, 1);
});

test('a folder that a file leaves fails it, and goes', async () => {
  const run =
    await runFile(`import { mkdtempSync } from 'node:fs'; import { tmpdir } from 'node:os';
    test('a', () => console.log('\\nfigure: ' + mkdtempSync(tmpdir() + '/affekt-left-'))); test.run();`);
  assert.is(run.last, '1 passed, 1 failed', run.text);
  assert.match(run.text, /left in the temporary folder: affekt-left-/);
  assert.not.ok(existsSync(/figure: (\S+)/.exec(run.text)?.[1] ?? tmpdir()));
});

test('a process that a file leaves goes, also with a group of its own', async () => {
  const run = await runFile(`import { spawn } from 'node:child_process';
    const left = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' }); left.unref();
    test('a', () => console.log('\\nfigure: ' + left.pid)); test.run();`);
  assert.is(run.last, '1 passed, 0 failed', run.text);
  const pid = Number(/figure: (\d+)/.exec(run.text)?.[1]);
  // Gone, or dead and not yet waited for.
  assert.not.match(
    existsSync(`/proc/${pid}`) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8') : '',
    'sleep',
  );
});

test('what the time for all files does not reach fails', async () => {
  const run = await runFiles({ 'x.test.ts': good, 'y.test.ts': good }, '--limit', '0');
  assert.is(run.last, '0 passed, 2 failed', run.text);
  assert.is(run.status, 1);
});

test('fails on a timer that keeps the process alive', async () => {
  const run = await alive;
  assert.is(run.status, 1, run.text);
  assert.is(run.last, '1 passed, 1 failed', run.text);
  assert.match(run.text, /no end within 15 s; killed/);
});

test.run();
