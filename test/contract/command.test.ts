import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { verifyCache } from '../../src/engine/cache/verify.ts';
import { processesMarked } from '../../src/util/kill-tree.ts';
import {
  computed,
  createEngineProject,
  type Done,
  type EngineProject,
  failuresOf,
  finished,
  type RunRequest,
} from '../util/project.ts';

const test = suite('contract of command');

const spec = (line: string, more = '') => `name: x
stages:
  c: { uses: command, with: { run: [sh, -c, ${JSON.stringify(line)}, sh, "{outputs.out}"]${more} } }
`;

function run(
  project: EngineProject,
  line: string,
  more = '',
  request: RunRequest = {},
): Promise<Done> {
  project.write({ 'x.yaml': spec(line, more) });
  return project.run('x.yaml', request);
}

function output(done: Done, file = 'o'): string {
  return readFileSync(finished(done).artifact('c', 'out')!.path(file), 'utf8');
}

test('a program that fails shows its last lines, every time', async () => {
  using project = createEngineProject();
  for (let i = 0; i < 8; i++) {
    const done = await run(project, `for i in 1 2 3; do echo line $i >&2; done; exit ${i + 1}`);
    assert.equal(failuresOf(done), [
      { address: 'c', reason: 'exit-status', status: i + 1, tail: ['line 1', 'line 2', 'line 3'] },
    ]);
    assert.match(readFileSync(finished(done).failures[0]!.log, 'utf8'), 'line 1\nline 2\nline 3\n');
  }
});

test('every other way to fail has its own reason', async () => {
  using project = createEngineProject();
  const killed = failuresOf(await run(project, 'kill -KILL $$'));
  assert.equal(killed, [{ address: 'c', reason: 'signal', signal: 'SIGKILL', tail: [] }]);
  const nothing = failuresOf(await run(project, 'true'));
  assert.equal(nothing, [{ address: 'c', reason: 'missing-output', port: 'out' }]);
  project.write({
    'x.yaml': 'name: x\nstages: { c: { uses: command, with: { run: [no-such-program] } } }\n',
  });
  const [absent] = failuresOf(await project.run('x.yaml'));
  assert.match(JSON.stringify(absent), 'cannot start no-such-program: there is no such program');
  project.write({
    'plain.sh': 'true\n',
    'x.yaml': 'name: x\nstages: { c: { uses: command, with: { run: [./plain.sh] } } }\n',
  });
  const [closed] = failuresOf(await project.run('x.yaml'));
  assert.match(JSON.stringify(closed), 'cannot start ./plain.sh: it is not executable');
  assert.match(JSON.stringify(closed), 'chmod');
});

test('past its timeout it is ended with all that it started, wherever that went', async () => {
  using project = createEngineProject();
  const mark = `m${process.pid}`;
  const line = `export AFFEKT_TEST_MARK=${mark}; setsid sleep 300 & (sleep 300 &); trap '' TERM; sleep 300`;
  const done = await run(project, line, ', timeout: 0.3');
  assert.equal(failuresOf(done), [{ address: 'c', reason: 'timeout', seconds: 0.3 }]);
  assert.equal(processesMarked('AFFEKT_TEST_MARK', mark), []);
});

test('one that succeeds leaves no process behind, and does not wait for those it left', async () => {
  using project = createEngineProject();
  const mark = `n${process.pid}`;
  const line = `export AFFEKT_TEST_MARK=${mark}; setsid sleep 300 & echo ok > "$1/o"`;
  const done = await run(project, line);
  assert.is(output(done), 'ok\n');
  assert.equal(processesMarked('AFFEKT_TEST_MARK', mark), []);
});

test('stopped before or during: cancelled, nothing of it runs on', async () => {
  using project = createEngineProject();
  const mark = `s${process.pid}`;
  const stop = new AbortController();
  const done = await run(project, `export AFFEKT_TEST_MARK=${mark}; echo here; sleep 300`, '', {
    signal: stop.signal,
    listener: (event) => {
      if (event.type === 'task-log') stop.abort();
    },
  });
  assert.equal(failuresOf(done), [{ address: 'c', reason: 'cancelled' }]);
  assert.equal(processesMarked('AFFEKT_TEST_MARK', mark), []);
  const early = new AbortController();
  const begun = performance.now();
  const never = await run(project, 'sleep 300', '', {
    signal: early.signal,
    listener: (event) => {
      if (event.type === 'task-started') early.abort();
    },
  });
  assert.equal(failuresOf(never), [{ address: 'c', reason: 'cancelled' }]);
  assert.ok(performance.now() - begun < 100_000);
});

test('only what is declared is passed in, and what is declared is in the key', async () => {
  using project = createEngineProject();
  const line = 'env | cut -d= -f1 | sort > "$1/o"; echo "$SHOWN" > "$1/shown"';
  const env = (SHOWN: string) => ({
    host: project.host({ env: { PATH: process.env['PATH'], HIDDEN: 'secret', SHOWN } }),
  });
  const first = await run(project, line, ', env: [SHOWN]', env('one'));
  const names = output(first).trim().split('\n');
  assert.ok(names.includes('SHOWN'));
  assert.not.ok(names.includes('HIDDEN'));
  // Node itself hands NODE_V8_COVERAGE to every child when coverage is measured.
  assert.equal(
    names.filter(
      (name) =>
        !/^(NODE_V8_COVERAGE|PATH|HOME|TMPDIR|LANG|PWD|OLDPWD|SHLVL|_|SHOWN|AFFEKT_.*)$/.test(name),
    ),
    [],
  );
  assert.is((await run(project, line, ', env: [SHOWN]', env('one'))).state, 'nothing-to-do');
  const second = await run(project, line, ', env: [SHOWN]', env('two'));
  assert.equal(computed(second), ['c']);
  assert.is(output(second, 'shown'), 'two\n');
});

test('its code is hashed by content and name, its timeout and place are not', async () => {
  using project = createEngineProject();
  const line = 'cat code/*.txt > "$1/o"';
  const code = ', code: ["code/*.txt"]';
  project.write({ 'code/a.txt': 'a', 'code/b.txt': 'b' });
  await run(project, line, code);
  assert.equal(computed(await run(project, line, `${code}, timeout: 50`)), []);
  project.write({ 'code/a.txt': 'A' });
  assert.equal(computed(await run(project, line, code)), ['c'], 'an edit');
  project.write({ 'code/c.txt': '' });
  assert.equal(computed(await run(project, line, code)), ['c'], 'a file more, though it is empty');
  project.write({ 'code/a.txt': 'a', 'code/b.txt': 'b' });
  project.write({ 'y.yaml': spec(line, ', code: ["none/*.py"]') });
  const refused = await project.refused('y.yaml');
  assert.match(refused[0]?.message ?? '', 'no file matches "none/*.py"');
  assert.ok((refused[0]?.location?.line ?? 0) > 0);
});

test('a file that a word of it names is its code, declared or not', async () => {
  using project = createEngineProject();
  const write = (run: string): void =>
    project.write({
      'z.yaml': `name: z\nstages: { c: { uses: command, with: { run: ${run} } } }\n`,
    });
  project.write({ 's.sh': 'echo v1 > "$1/o"' });
  write('[sh, s.sh, "{outputs.out}"]');
  assert.equal(computed(await project.run('z.yaml')), ['c']);
  assert.is((await project.run('z.yaml')).state, 'nothing-to-do');
  project.write({ 's.sh': 'echo v2 > "$1/o"' });
  assert.equal(computed(await project.run('z.yaml')), ['c'], 'an edit');
});

test('it may spoil its copies of inputs as it likes', async () => {
  using project = createEngineProject();
  project.write({
    'x.yaml': `name: x
stages:
  a: { uses: command, with: { run: 'mkdir {outputs.out}/d; echo a > {outputs.out}/d/a' } }
  c: { uses: command, in: { x: a.out }, with: { run: 'echo more >> {inputs.x}/d/a; cat {inputs.x}/d/a > {outputs.out}/o; rm -r {inputs.x}' } }
  d: { uses: command, in: { x: a.out, y: c.out }, with: { run: 'cat {inputs.x}/d/a > {outputs.out}/o' } }
`,
  });
  const done = finished(await project.run('x.yaml'));
  assert.equal(done.failures, []);
  assert.is(output(done), 'a\nmore\n');
  assert.is(readFileSync(done.artifact('d', 'out')!.path('o'), 'utf8'), 'a\n');
  assert.equal((await verifyCache(project.cache)).bad, []);
});

test('a last line without its end is logged, too', async () => {
  using project = createEngineProject();
  const done = finished(await run(project, `printf 'ä\\nlast'; echo > "$1/o"`));
  const lines = done.events.flatMap((event) => (event.type === 'task-log' ? [event.line] : []));
  assert.equal(lines, ['ä', 'last']);
});

test.run();
