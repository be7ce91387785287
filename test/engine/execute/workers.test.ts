import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createEngineProject, createProbes, failuresOf, finished } from '../../util/project.ts';

const test = suite('workers');

const two = `name: two
stages:
  a: { uses: ./probe.ts, with: { label: a } }
  b: { uses: ./probe.ts, in: { x: a }, with: { label: b } }
`;

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('a warm worker is used again, and what it makes is what a fresh one makes', async () => {
  using project = createEngineProject();
  await using probes = await createProbes(project);
  project.write({ 'x.yaml': two, 'alone.yaml': two.replace('name: two', 'name: alone') });
  const host = project.host({ local: true });
  const running = project.run('x.yaml', { host });
  const a = await probes.next();
  a.answer();
  const b = await probes.next();
  assert.is(b.pid, a.pid, 'one worker');
  assert.is.not(a.pid, process.pid);
  b.answer();
  const done = finished(await running);
  assert.is(done.state, 'done');
  assert.is(readFileSync(done.artifact('b', 'out')!.path('label.txt'), 'utf8'), 'a+b');
  assert.not.ok(alive(a.pid), 'no worker outlives the run');

  // Task b again, by itself in a fresh worker.
  const again = project.run('x.yaml', { host, selection: { force: ['b'] } });
  const alone = await probes.next();
  assert.is.not(alone.pid, a.pid);
  alone.answer();
  const forced = finished(await again);
  assert.is(forced.state, 'done', 'the same bytes');
  assert.is(probes.count, 3);
});

test('what own code prints stands in the log of its own task, all of it', async () => {
  using project = createEngineProject();
  project.write({
    'loud.ts': `import { defineStage, Type } from 'affekt';
import { writeFileSync } from 'node:fs';
export default defineStage({
  kind: 'loud', version: 1, summary: 'Prints.', tier: 'pooled', inputs: {},
  params: Type.Object({ tag: Type.String(), ends: Type.Boolean({ default: true }) }),
  outputs: { out: { type: 'file', summary: 'It.' } },
  run({ params, output }) {
    for (let i = 0; i < 20_000; i++) console.log(params.tag + ' ' + i);
    if (!params.ends) { console.error('the cause'); throw undefined; }
    process.stdout.write('no line feed');
    writeFileSync(output('out').path('n.txt'), params.tag);
  },
});
`,
    'x.yaml': `name: x
stages:
  a: { uses: ./loud.ts, with: { tag: a } }
  b: { uses: ./loud.ts, with: { tag: b } }
  c: { uses: ./loud.ts, with: { tag: c, ends: false } }
`,
  });
  const host = project.host({ local: true, jobs: 1 });
  const done = finished(await project.run('x.yaml', { host, keepGoing: true }));
  const ends = { a: ['no line feed'], b: ['no line feed'], c: ['the cause', 'undefined'] };
  for (const [tag, last] of Object.entries(ends)) {
    const lines = readFileSync(join(done.folder, `logs/${tag}.log`), 'utf8')
      .trimEnd()
      .split('\n');
    const printed = Array.from({ length: 20_000 }, (_, i) => `${tag} ${i}`);
    // Two streams have no order between them.
    assert.equal([...lines].sort(), [...printed, ...last].sort(), `each once: ${tag}`);
    assert.equal(
      lines.filter((line) => !last.includes(line)),
      printed,
    );
  }
});

test('every failure has a log that says what it was', async () => {
  using project = createEngineProject();
  project.write({
    'x.yaml': `name: x
stages:
  none: { uses: command, with: { run: [affekt-has-no-such-program], outputs: {} } }
  late: { uses: command, with: { run: [sleep, '9'], timeout: 0.1, outputs: {} } }
`,
  });
  const done = finished(
    await project.run('x.yaml', { host: project.host({ local: true }), keepGoing: true }),
  );
  assert.is(done.failures.length, 2);
  for (const { log, failure } of done.failures)
    assert.match(readFileSync(log, 'utf8'), `failed: ${failure.reason}`);
});

test('tier own: a process of its own for each task', async () => {
  using project = createEngineProject();
  await using probes = await createProbes(project, 'own');
  project.write({ 'x.yaml': two });
  const running = project.run('x.yaml', { host: project.host({ local: true }) });
  const a = await probes.next();
  a.answer();
  const b = await probes.next();
  assert.is.not(b.pid, a.pid);
  assert.not.ok(alive(a.pid));
  b.answer();
  assert.is(finished(await running).state, 'done');
});

test('every way to fail has its reason, keeps nothing and leaves nothing', async () => {
  using project = createEngineProject();
  await using probes = await createProbes(project);
  project.write({ 'x.yaml': two });
  const host = project.host({ local: true });
  const cases = {
    'task-error': { reason: 'task-error', message: 'told to fail', hint: 'by the test' },
    throw: { reason: 'internal-error', message: 'told to throw' },
    exit: { reason: 'worker-lost', detail: 'it ended with exit status 7' },
    none: { reason: 'missing-output', port: 'out', file: 'label.txt' },
  } as const;
  for (const [how, expected] of Object.entries(cases)) {
    const running = project.run('x.yaml', { host });
    const call = await probes.next();
    call.answer(how as keyof typeof cases);
    const done = finished(await running);
    assert.is(done.state, 'failed', how);
    const [{ address, stack, ...failure } = { address: '', stack: '' }] = failuresOf(
      done,
    ) as readonly { address: string; stack?: string }[];
    assert.is(address, 'a', how);
    assert.equal(failure, expected, how);
    if (how === 'throw') {
      const log = readFileSync(done.failures[0]!.log, 'utf8');
      assert.match(log, 'RangeError: told to throw');
    }
    assert.equal(readdirSync(join(project.cache, 'attempts')), [], how);
    assert.not.ok(existsSync(join(project.cache, 'records')), how);
    assert.not.ok(alive(call.pid), how);
  }
  const running = project.run('x.yaml', { host });
  probes.letAll();
  assert.is(finished(await running).state, 'done', 'and then it works');
});

test('a worker killed from outside is told as that', async () => {
  using project = createEngineProject();
  await using probes = await createProbes(project);
  project.write({ 'x.yaml': two });
  const running = project.run('x.yaml', { host: project.host({ local: true }) });
  const call = await probes.next();
  process.kill(call.pid, 'SIGKILL');
  const done = finished(await running);
  assert.equal(failuresOf(done), [
    { address: 'a', reason: 'worker-lost', detail: 'it was killed by SIGKILL' },
  ]);
  assert.equal(readdirSync(join(project.cache, 'attempts')), []);
});

test('a worker that ended between two tasks is not given the next one', async () => {
  using project = createEngineProject();
  await using probes = await createProbes(project);
  project.write({ 'x.yaml': two });
  let pid = 0;
  const running = project.run('x.yaml', {
    host: project.host({ local: true }),
    listener(event) {
      // The worker waits for its next job now.
      if (event.type === 'task-done' && event.address === 'a') {
        process.kill(pid, 'SIGKILL');
        const until = Date.now() + 5000;
        while (Date.now() < until && stateOf(pid) !== 'gone');
      }
    },
  });
  const a = await probes.next();
  pid = a.pid;
  probes.letAll();
  a.answer();
  const done = finished(await running);
  assert.equal(failuresOf(done), []);
});

/** A killed child of this process is a zombie until its exit is taken note of. */
function stateOf(pid: number): 'there' | 'gone' {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')) ? 'gone' : 'there';
  } catch {
    return 'gone';
  }
}

test('cancelled in the middle of a task: nothing is kept, nothing stays, the run goes on later', async () => {
  using project = createEngineProject();
  await using probes = await createProbes(project);
  project.write({ 'x.yaml': two });
  const host = project.host({ local: true });
  for (const how of ['waits', 'spins'] as const) {
    const stop = new AbortController();
    const running = project.run('x.yaml', { host, signal: stop.signal });
    const call = await probes.next();
    if (how === 'spins') call.answer('spin');
    stop.abort();
    const done = finished(await running);
    assert.is(done.state, 'interrupted', how);
    assert.equal(failuresOf(done), [{ address: 'a', reason: 'cancelled' }], how);
    assert.equal(readdirSync(join(project.cache, 'attempts')), [], how);
    assert.equal(readdirSync(join(project.cache, 'leases')), [], how);
    assert.not.ok(alive(call.pid), how);
  }
  const running = project.run('x.yaml', { host });
  probes.letAll();
  const done = finished(await running);
  assert.is(done.state, 'done');
  assert.is(readdirSync(project.runs).filter((name) => /^\d/.test(name)).length, 1, 'one run');
});

test('a worker that cannot be started fails its task and does not hang', async () => {
  using project = createEngineProject();
  await using _probes = await createProbes(project);
  project.write({ 'x.yaml': two });
  const { execPath } = process;
  const host = project.host({ local: true });
  const experiment = await project.load('x.yaml', host);
  assert.ok(experiment.own);
  process.execPath = join(project.folder, 'no-such-node');
  try {
    const done = finished(await project.run('x.yaml', { host }));
    const [failure] = failuresOf(done);
    assert.is(failure?.reason, 'worker-lost');
  } finally {
    process.execPath = execPath;
  }
});

test('two runs at once in one cache: one makes a key, the other waits for it and takes it', async () => {
  using project = createEngineProject();
  await using probes = await createProbes(project);
  project.write({ 'x.yaml': two });
  const here = project.run('x.yaml', { host: project.host({ local: true }) });
  const call = await probes.next();
  const other = project.start(['run', 'x.yaml', '--json'], {
    env: { AFFEKT_CACHE: project.cache, AFFEKT_RUNS: project.runs },
  });
  await other.said('"task-waiting"');
  probes.letAll();
  call.answer();
  const done = finished(await here);
  assert.is(done.state, 'done');
  const { code, err } = await other.ended;
  assert.is(code, 0, err);
  assert.is(probes.count, 2, 'a and b, each once');
  assert.is(readdirSync(project.runs).filter((name) => /^\d/.test(name)).length, 2);
});

test.run();
