import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { StampedEvent } from '../../../src/engine/event.ts';
import { writeFiles } from './chain.ts';
import { linkedBytes, runClean } from './kill-trials.ts';
import { Bench, kill, type Launched } from './launch.ts';

const test = suite('two runs of one spec at once');

const names = ['a', 'b', 'c', 'd', 'e'] as const;

/** Five programs and one that reads them all. */
const spec = `name: pair
stages:
${names.map((name) => `  ${name}: { uses: command, with: { run: 'echo ${name}; sleep 0.1; echo ${name} > {outputs.out}/x' } }\n`).join('')}\
  all: { uses: command, in: { ${names.map((name) => `${name}: ${name}`).join(', ')} }, with: { run: 'cat {inputs.a}/x {inputs.b}/x {inputs.e}/x > {outputs.out}/x' } }
`;
const args = ['run', 'pair.yaml', '--json', '-j', '2'];
const tasks = names.length + 1;

function done(...runs: readonly Launched[]): readonly string[] {
  return runs
    .flatMap(({ events }) => events)
    .flatMap((event) => (event.type === 'task-done' ? [event.key] : []));
}

const started = (event: StampedEvent): boolean => event.type === 'task-started';
const waits = (event: StampedEvent): boolean => event.type === 'task-waiting';

function createBench(): Bench {
  const bench = new Bench();
  writeFiles(bench.root, { 'pair.yaml': spec });
  return bench;
}

test('share the work: every task once, two run folders, both succeed', async () => {
  using bench = createBench();
  const clean = await runClean(bench, args);
  for (let round = 0; round < 4; round++) {
    const state = `round-${round}`;
    const pair = [bench.start(state, args), bench.start(state, args)] as const;
    for (const { code, err } of await Promise.all(pair.map(({ ended }) => ended)))
      assert.is(code, 0, err);
    const keys = done(...pair);
    assert.is(keys.length, tasks, `round ${round}`);
    assert.is(new Set(keys).size, tasks);
    const runs = bench.runs(state);
    assert.is(runs.length, 2);
    for (const run of runs) {
      assert.is(bench.info(run).state, 'done');
      assert.equal(linkedBytes(run), clean.bytes);
    }
  }
});

test('kill -9 of one: the other takes over at once and completes', async () => {
  using bench = createBench();
  const clean = await runClean(bench, args);
  for (let round = 0; round < 3; round++) {
    const state = `round-${round}`;
    const victim = bench.start(state, args);
    await victim.event(started);
    const other = bench.start(state, args);
    await Promise.race([other.event(waits), other.ended]);
    const alreadyDone = new Set(done(victim));
    const open = victim.events.flatMap((event) =>
      event.type === 'task-started' && !alreadyDone.has(event.key) ? [event.key] : [],
    );
    const at = Date.now();
    kill(victim.pid, 'SIGKILL');
    const [survivor] = await Promise.all([other.ended, victim.ended]);
    assert.is(survivor.code, 0, survivor.err);
    const keys = done(victim, other);
    assert.is(new Set(keys).size, keys.length, 'none was done twice');
    // A kill between a task's commit and its word leaves it done and unsaid; below, nothing is made again.
    const unsaid = tasks - keys.length;
    assert.ok(unsaid >= 0 && unsaid <= open.length, `round ${round}: ${keys.length} of ${tasks}`);
    const first = other.events.find(
      (event) => started(event) && 'key' in event && open.includes(event.key),
    );
    // A poll takes 100 ms; the rest is for a machine under load.
    if (first !== undefined) assert.ok(first.time - at < 3_000, `${first.time - at} ms`);

    // What the killed run left open was made by the other: nothing is made again.
    const again = await bench.run(state, args);
    assert.is(again.code, 0, again.err);
    assert.not.match(again.out, /"task-started"/);
    const finished = bench.runs(state).filter((run) => bench.info(run).state === 'done');
    assert.ok(finished.length >= 1);
    for (const run of finished) assert.equal(linkedBytes(run), clean.bytes);
  }
});

test('SIGSTOP of one: the other waits, and both complete when it goes on', async () => {
  using bench = createBench();
  for (let round = 0; round < 1; round++) {
    const state = `round-${round}`;
    const stopped = bench.start(state, args);
    await stopped.event(started);
    kill(stopped.pid, 'SIGSTOP');
    const other = bench.start(state, args);
    await other.event(waits);
    kill(stopped.pid, 'SIGCONT');
    const ended = await Promise.all([stopped.ended, other.ended]);
    for (const { code, err } of ended) assert.is(code, 0, err);
    const keys = done(stopped, other);
    assert.is(keys.length, tasks);
    assert.is(new Set(keys).size, tasks);
  }
});

test('two that find the same killed run: one continues it, the other makes a run of its own', async () => {
  using bench = createBench();
  const clean = await runClean(bench, args);
  for (let round = 0; round < 4; round++) {
    const state = `round-${round}`;
    const victim = bench.start(state, args);
    await victim.event((event) => event.type === 'task-done');
    kill(victim.pid, 'SIGKILL');
    await victim.ended;
    const pair = [bench.start(state, args), bench.start(state, args)] as const;
    for (const { code, err } of await Promise.all(pair.map(({ ended }) => ended)))
      assert.is(code, 0, err);
    const resumed = pair.flatMap(({ events }) =>
      events.flatMap((event) => (event.type === 'run-started' && event.resumed ? [event.run] : [])),
    );
    // The slower one may find that there is nothing left to do.
    assert.is(resumed.length, 1, `round ${round}: ${resumed.length} continued the run`);
    const keys = done(victim, ...pair);
    assert.is(new Set(keys).size, keys.length, 'none was done twice');
    const runs = bench.runs(state);
    assert.ok(runs.length <= 2);
    for (const run of runs) assert.equal(linkedBytes(run), clean.bytes);
  }
});

test.run();
