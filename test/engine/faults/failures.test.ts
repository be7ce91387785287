import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { writeFiles } from './chain.ts';
import { Bench, kill, within } from './launch.ts';

const test = suite('tasks that fail');

/** Stages under `stages:`, each a line of YAML. */
function specOf(stages: Readonly<Record<string, string>>): string {
  const lines = Object.entries(stages).map(([name, text]) => `  ${name}: ${text}\n`);
  return `name: failing\nstages:\n${lines.join('')}`;
}

function program(line: string, more = ''): string {
  return `{ uses: command, with: { run: ${JSON.stringify(line)}${more} } }`;
}

/** An own stage with this body; `context` is what it gets. */
function ownStage(body: string, { tier = 'pooled', inputs = '{}' } = {}): string {
  return `import { defineStage, Type } from 'affekt';
import { writeFileSync } from 'node:fs';
export default defineStage({
  kind: 'mine', version: 1, summary: 'A test.', tier: '${tier}', inputs: ${inputs},
  outputs: { out: { type: 'table', summary: 'x' } }, params: Type.Object({}),
  async run(context) { ${body} },
});
`;
}

/** Records of finished tasks. */
function records(bench: Bench, state: string): readonly string[] {
  const folder = bench.path(state, 'cache/records');
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.json'));
}

interface Case {
  readonly name: string;
  readonly stage: string;
  /** Files beside the spec. */
  readonly files?: Readonly<Record<string, string>>;
  /** What stderr has to say. */
  readonly says: RegExp;
}

const own = (body: string, options?: Parameters<typeof ownStage>[1]) => ({
  stage: '{ uses: ./mine.ts }',
  files: { 'mine.ts': ownStage(body, options) },
});

const cases: readonly Case[] = [
  {
    name: 'status',
    stage: program('echo why >&2; exit 3'),
    says: /ended with status 3\n {4}why\n/,
  },
  { name: 'signal', stage: program('kill -SEGV $$'), says: /was killed by SIGSEGV/ },
  {
    name: 'timeout',
    stage: program("trap '' TERM; sleep 600; sleep 600", ', timeout: 0.3'),
    says: /took longer than its limit of 0\.3 s and was stopped/,
  },
  { name: 'no-output', stage: program('true'), says: /output "out" was declared and not written/ },
  {
    name: 'no-folder',
    stage: program('rm -r {outputs.out}'),
    says: /output "out" was declared and not written/,
  },
  {
    name: 'file-for-folder',
    stage: program('rm -r {outputs.out}; echo x > {outputs.out}'),
    says: /output "out" is not valid\n {4}the folder is a file/,
  },
  {
    name: 'link',
    stage: program('ln -s /etc/hostname {outputs.out}/x'),
    says: /output "out" is not valid\n {4}x is a symbolic link/,
  },
  {
    name: 'link-to-folder',
    stage: program('rmdir {outputs.out}; ln -s "$HOME"/precious {outputs.out}'),
    says: /output "out" is not valid\n {4}the folder is a symbolic link/,
  },
  {
    name: 'fifo',
    stage: program('mkfifo {outputs.out}/x'),
    says: /output "out" is not valid\n {4}x is neither a file nor a folder/,
  },
  {
    name: 'wrong-artifact',
    stage: program('printf "a,b\\n1\\n" > {outputs.out}/table.csv', ', outputs: { out: table }'),
    says: /output "out" is not valid\n {4}table\.csv row 1 has 1 cells, the header has 2/,
  },
  {
    name: 'no-program',
    stage: '{ uses: command, with: { run: [no-such-program-here] } }',
    says: /cannot start no-such-program-here: there is no such program/,
  },
  { name: 'throws', ...own('throw new Error("odd thing")'), says: /internal error: odd thing/ },
  {
    name: 'throws-later',
    ...own('setTimeout(() => { throw new Error("later") }); await new Promise(() => {});'),
    says: /its worker process ended without an answer \(it ended with exit status/,
  },
  {
    name: 'exits',
    ...own('process.exit(0)'),
    says: /its worker process ended without an answer \(it ended with exit status 0\)/,
  },
  {
    name: 'exits-inline',
    ...own('process.exit(0)', { tier: 'inline' }),
    says: /its worker process ended without an answer \(it ended with exit status 0\)/,
  },
  {
    name: 'kills-itself',
    ...own('process.kill(process.pid, "SIGKILL"); await new Promise(() => {});', { tier: 'own' }),
    says: /its worker process ended without an answer \(it was killed by SIGKILL\)/,
  },
  {
    name: 'own-wrong-artifact',
    ...own("writeFileSync(context.output('out').path('other.csv'), 'x')"),
    says: /output "out" is not valid\n {4}has no table\.csv, but other\.csv/,
  },
  {
    name: 'own-missing-file',
    ...own("context.output('out').path('table.csv')"),
    says: /output "out" lacks the file table\.csv/,
  },
];

test('say what is wrong in one sentence, exit with 1, and keep nothing', async () => {
  using bench = new Bench();
  writeFiles(bench.root, { 'precious/a.txt': 'a' });
  const before = statSync(bench.path('precious/a.txt'));
  const queue = [...cases];
  const lane = async (): Promise<void> => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
      const { name, stage, files, says } = one;
      writeFiles(bench.path(name), { ...files, 'spec.yaml': specOf({ bad: stage }) });
      const { code, out, err } = await bench.run(name, ['run', `${name}/spec.yaml`]);
      assert.is(code, 1, `${name}: ${out}${err}`);
      assert.match(err, says, name);
      assert.match(err, /failed bad: /);
      assert.match(err, /log {2}\S+bad\.log/);
      assert.not.match(out + err, /\n\s+at /, `${name}: no stack`);
      assert.equal(records(bench, name), [], `${name}: nothing is kept`);
      const [run = ''] = bench.runs(name);
      assert.is(bench.info(run).state, 'failed');
      assert.is(bench.info(run).exit, 1);
      assert.equal(readdirSync(bench.path(name, 'cache/attempts')), [], `${name}: no leftovers`);
      assert.ok(await within(5, () => bench.processes(name).length === 0), `${name} lives on`);
    }
  };
  await Promise.all([lane(), lane()]);
  const after = statSync(bench.path('precious/a.txt'));
  assert.is(after.ino, before.ino);
  assert.is(after.mode, before.mode, 'what a link led to was left alone');
});

test('a stage that never settles ends on Ctrl-C', async () => {
  using bench = new Bench();
  const loops = { waits: 'await new Promise(() => {});', spins: 'for (;;);' };
  const check = async ([name, body]: readonly [string, string]): Promise<void> => {
    writeFiles(bench.path(name), {
      'spec.yaml': specOf({ bad: '{ uses: ./mine.ts }' }),
      'mine.ts': ownStage(`context.log('at work'); await new Promise(setImmediate); ${body}`),
    });
    const run = bench.start(name, ['run', `${name}/spec.yaml`, '--json']);
    await run.event((event) => event.type === 'task-log');
    const at = performance.now();
    kill(run.pid, 'SIGINT');
    const { code, err } = await run.ended;
    assert.is(code, 130, err);
    assert.ok(performance.now() - at < 10_000);
    assert.ok(await within(5, () => bench.processes(name).length === 0), `${name} lives on`);
  };
  await Promise.all(Object.entries(loops).map(check));
});

test('a program that leaves a daemon behind: its result is kept, the daemon is not', async () => {
  using bench = new Bench();
  const line = 'setsid sh -c "sleep 600; sleep 600" > /dev/null 2>&1 & echo x > {outputs.out}/x';
  writeFiles(bench.root, { 'spec.yaml': specOf({ good: program(line) }) });
  const { code, err } = await bench.run('x', ['run', 'spec.yaml']);
  assert.is(code, 0, err);
  assert.ok(await within(5, () => bench.processes('x').length === 0));
});

test('50 MB of output go to the log, with memory and time bounded', async () => {
  using bench = new Bench();
  const lines =
    'yes 0123456789012345678901234567890123456789012345678901234567890123456789 | head -c 25000000';
  const line = 'head -c 25000000 /dev/zero | tr "\\0" x';
  const run = `echo first; ${lines}; ${line}; echo; echo last; exit 4`;
  writeFiles(bench.root, { 'spec.yaml': specOf({ loud: program(run) }) });
  const loud = bench.start('x', ['run', 'spec.yaml', '-j', '1']);
  let peak = 0;
  const watch = setInterval(() => {
    for (const pid of bench.processes('x')) {
      const kilobytes = /VmHWM:\s+(\d+)/.exec(readStatus(pid))?.[1];
      peak = Math.max(peak, Number(kilobytes ?? 0) / 1024);
    }
  }, 200);
  const at = performance.now();
  const { code, err } = await loud.ended;
  clearInterval(watch);
  process.stdout.write(
    `50 MB of output: ${((performance.now() - at) / 1000).toFixed(1)} s, ${Math.round(peak)} MB at most\n`,
  );
  assert.is(code, 1, err);
  assert.match(err, /ended with status 4/);
  assert.match(err, /\n {4}last\n/);
  assert.ok(err.length < 2_000_000, `${err.length} characters on the screen`);
  assert.ok(peak < 700, `${peak} MB`);
  const [folder = ''] = bench.runs('x');
  const log = readFileSync(join(folder, 'logs/loud.log'), 'utf8');
  assert.ok(log.startsWith('first\n'));
  assert.ok(log.endsWith('last\nfailed: exit-status\nstatus: 4\n'));
  assert.ok(log.length >= 50_000_000);
});

test('a task that writes into its input fails; the input is made again', async () => {
  using bench = new Bench();
  const body = `
    const { chmodSync, writeFileSync: write } = await import('node:fs');
    const path = context.input('table').raw('table.csv');
    if (!(await import('node:fs')).existsSync('${bench.path('calm')}')) {
      chmodSync(path, 0o644);
      write(path, 'a\\n999\\n');
    }
    writeFileSync(context.output('out').path('table.csv'), (await import('node:fs')).readFileSync(path));`;
  const good = program('printf "a\\n1\\n" > {outputs.out}/table.csv', ', outputs: { out: table }');
  writeFiles(bench.root, {
    'mine.ts': ownStage(body, { inputs: "{ table: { type: 'table', summary: 'x' } }" }),
    'spec.yaml': specOf({
      good,
      bad: '{ uses: ./mine.ts, in: { table: good.out } }',
    }),
  });
  const spoils = await bench.run('x', ['run', 'spec.yaml']);
  assert.is(spoils.code, 1, spoils.out);
  assert.match(spoils.err, /failed bad: a file changed while it was read; the result was not kept/);
  assert.is(records(bench, 'x').length, 1, 'the good task only');

  writeFileSync(bench.path('calm'), '');
  const again = await bench.run('x', ['run', 'spec.yaml']);
  assert.is(again.code, 0, again.err);
  assert.match(again.out, /2 tasks ran, 0 cached/);
  const [run = ''] = bench.runs('x');
  const made = (stage: string): string =>
    readFileSync(join(run, 'stages', stage, 'out/table.csv'), 'utf8');
  assert.is(made('good'), 'a\n1\n');
  assert.is(made('bad'), 'a\n1\n');
});

test('an object that somebody edits is noticed on the next look and made again', async () => {
  using bench = new Bench();
  writeFiles(bench.root, { 'spec.yaml': specOf({ good: program('echo 1 > {outputs.out}/x') }) });
  assert.is((await bench.run('x', ['run', 'spec.yaml'])).code, 0);
  const [run = ''] = bench.runs('x');
  const object = realpathSync(join(run, 'stages/good/out/x'));
  chmodSync(object, 0o644);
  writeFileSync(object, '2\n');
  const again = await bench.run('x', ['run', 'spec.yaml']);
  assert.is(again.code, 0, again.err);
  assert.match(again.out, /1 task ran/);
  assert.is(readFileSync(object, 'utf8'), '1\n');
  assert.is(readdirSync(bench.path('x/cache/quarantine')).length, 1);
});

test('an output with a second name elsewhere shares nothing with the object', async () => {
  using bench = new Bench();
  writeFiles(bench.root, {
    'mine.txt': 'mine\n',
    'spec.yaml': specOf({ good: program('ln "$HOME"/mine.txt {outputs.out}/x') }),
  });
  assert.is((await bench.run('x', ['run', 'spec.yaml'])).code, 0);
  assert.is(statSync(bench.path('mine.txt')).mode & 0o200, 0o200, 'the file stays writable');
  writeFileSync(bench.path('mine.txt'), 'edited\n');
  const again = await bench.run('x', ['run', 'spec.yaml']);
  assert.match(again.out, /^nothing to do/);
  assert.is((await bench.run('x', ['cache', 'verify'])).code, 0);
});

function readStatus(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return '';
  }
}

test.run();
