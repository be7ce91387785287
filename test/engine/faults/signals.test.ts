import { existsSync, openSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { writeFiles } from './chain.ts';
import { Bench, kill, type Launched, within } from './launch.ts';

const test = suite('signals and a program that resists');

/**
 * Ignores every polite signal, forks, and sends a child into a session of its own; ends by itself
 * only when the file `go` is there. Says `ready` when all of it runs.
 */
const stubborn = `#!/bin/sh
if test -e go; then echo fine > "$1/x"; exit 0; fi
trap '' TERM INT HUP
setsid sh -c 'trap "" TERM INT HUP; echo session > "$0.session"; sleep 600; sleep 600' "$2" &
(sh -c 'trap "" TERM INT HUP; echo child > "$0.child"; sleep 600; sleep 600' "$2" &)
until test -e "$2.session" && test -e "$2.child"; do sleep 0.01; done
echo ready
sleep 600
sleep 600
`;

const spec = (name: string): string => `name: ${name}
stages:
  before: { uses: command, with: { run: 'echo 1 > {outputs.out}/x' } }
  hangs:
    uses: command
    in: { x: before }
    with: { run: 'sh stubborn.sh {outputs.out} "$HOME"/${name}', code: [stubborn.sh] }
`;

/** What happens to the run once the program is ready, and how it has to end. */
interface Case {
  readonly name: string;
  readonly strike: (run: Launched) => void | Promise<void>;
  readonly code: number | null;
  /** The journal could be closed. */
  readonly closed: boolean;
  readonly group?: boolean;
  /** Programs may live until the next command of the same experiment. */
  readonly untilNext?: boolean;
}

const cases: readonly Case[] = [
  { name: 'int', strike: ({ pid }) => kill(pid, 'SIGINT'), code: 130, closed: true },
  { name: 'term', strike: ({ pid }) => kill(pid, 'SIGTERM'), code: 143, closed: true },
  { name: 'hup', strike: ({ pid }) => kill(pid, 'SIGHUP'), code: 143, closed: true },
  // Ctrl-C in a terminal reaches engine and workers.
  {
    name: 'int-all',
    strike: ({ pid }) => kill(-pid, 'SIGINT'),
    code: 130,
    closed: true,
    group: true,
  },
  // What `timeout` and service managers do.
  {
    name: 'term-all',
    strike: ({ pid }) => kill(-pid, 'SIGTERM'),
    code: 143,
    closed: true,
    group: true,
  },
  {
    name: 'int-twice',
    async strike(run) {
      kill(run.pid, 'SIGINT');
      await run.said('stopping');
      kill(run.pid, 'SIGINT');
    },
    code: 130,
    closed: false,
  },
  { name: 'kill', strike: ({ pid }) => kill(pid, 'SIGKILL'), code: null, closed: false },
  {
    name: 'kill-all',
    strike: ({ pid }) => kill(-pid, 'SIGKILL'),
    code: null,
    closed: false,
    group: true,
    untilNext: true,
  },
];

async function check(bench: Bench, one: Case): Promise<void> {
  const { name } = one;
  const args = ['run', `${name}/spec.yaml`, '-j', '1'];
  writeFiles(bench.path(name), { 'spec.yaml': spec(name), 'stubborn.sh': stubborn });
  // Not --json: a message tells that the first signal has arrived.
  const run = bench.start(name, args, { group: one.group === true });
  const log = (): string | undefined => bench.runs(name)[0];
  const ready = await within(
    30,
    () => existsSync(bench.path(`${name}.session`)) && existsSync(bench.path(`${name}.child`)),
  );
  assert.ok(ready && log() !== undefined, `${name}: the program runs`);
  assert.ok(bench.processes(name).length >= 5, `${name}: engine, worker and three programs`);
  const at = performance.now();
  await one.strike(run);
  const ended = await run.ended;
  assert.is(ended.code, one.code, `${name}: ${ended.err}`);
  assert.not.match(ended.out + ended.err, /\n\s+at /, 'no stack');
  if (one.untilNext !== true) {
    const left = 10 - (performance.now() - at) / 1000;
    assert.ok(
      await within(left, () => bench.processes(name).length === 0),
      `${name}: nothing lives on`,
    );
  }
  const folder = log() ?? '';
  assert.is(bench.info(folder).state, one.closed ? 'interrupted' : 'running', name);

  writeFileSync(bench.path(name, 'go'), '');
  const again = await bench.run(name, args);
  assert.is(again.code, 0, `${name}: ${again.err}`);
  assert.match(again.out, /continued\n/);
  assert.match(again.out, /1 task ran, 1 cached/);
  assert.equal(bench.runs(name), [folder], 'the same run');
  assert.ok(await within(5, () => bench.processes(name).length === 0), `${name}: nothing lives on`);
}

test('end the run with its whole tree within 10 s; the same command continues it', async () => {
  using bench = new Bench();
  const queue = [...cases];
  const lane = async (): Promise<void> => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) await check(bench, one);
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
});

test('a full stdout does not stop a run', async () => {
  using bench = new Bench();
  writeFiles(bench.root, {
    'spec.yaml':
      "name: x\nstages: { a: { uses: command, with: { run: 'echo 1 > {outputs.out}/x' } } }\n",
  });
  const full = openSync('/dev/full', 'w');
  const { err, code } = await bench.run('x', ['run', 'spec.yaml'], { stdout: full });
  assert.not.match(err, /\n\s+at /, 'no stack');
  assert.match(err, 'what was printed could not be written (ENOSPC)');
  assert.is(code, 1);
  const [run = ''] = bench.runs('x');
  assert.is(bench.info(run).state, 'done');
});

test.run();
