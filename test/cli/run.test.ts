import { existsSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeWav } from '../../src/audio/wav-writer.ts';
import { createProject, type Project } from '../util/cli.ts';

const test = suite('affekt run');

/** A program of one line: `$1` is the folder of its output, `$2` that of its input. */
const shell = (line: string, input = ''): string =>
  `[sh, -c, ${JSON.stringify(line)}, sh, "{outputs.out}"${input === '' ? '' : `, "{inputs.${input}}"`}]`;

/** Two programs in a row. */
const spec = (second: string): string => `name: chain
stages:
  first: { uses: command, with: { run: ${shell('echo one > "$1/a.txt"')} } }
  second: { uses: command, in: { first: first.out }, with: { run: ${shell(second, 'first')} } }
`;

function project(second = 'cat "$2/a.txt" > "$1/b.txt"'): Project {
  const made = createProject('a project');
  made.write({ 'affekt.config.yaml': 'jobs: 2\n', 'spec/chain.yaml': spec(second) });
  return made;
}

test('runs, then has nothing to do', async () => {
  using p = project();
  const first = await p.affekt(['run', 'spec/chain.yaml']);
  assert.is(first.code, 0, first.out + first.err);
  assert.match(first.out, /✓ first +\S+ s\n✓ second +\S+ s\n2 tasks ran, 0 cached/);
  assert.match(first.out, /report {2}runs\/\d{8}-\d{6}-chain-[a-z0-9]{4}\/report\.html\n$/);
  assert.not.match(first.out, /\[3[0-9]m/, 'no colour in a pipe');
  const runs = p.list('runs');

  const again = await p.affekt(['run', 'spec/chain.yaml']);
  assert.is(again.code, 0, again.err);
  assert.match(again.out, /^nothing to do; result of run [a-z0-9]{4} \(just now\)/);
  assert.equal(p.list('runs'), runs, 'no new run folder');

  const forced = await p.affekt(['run', 'spec/chain.yaml', '--force', 'first']);
  assert.match(forced.out, /\n1 task ran again, and gave the same bytes as before\n/);
});

test('finds the project above the spec, from any folder', async () => {
  using p = project();
  p.write({ 'elsewhere/x.txt': '' });
  const run = await p.affekt(['run', '../spec/chain.yaml'], { cwd: 'elsewhere' });
  assert.is(run.code, 0, run.err);
  assert.ok(existsSync(p.path('cache/records')));
  assert.equal(p.list('elsewhere'), ['x.txt']);
});

test('a failing program: exit 1, with its output, its log and what was not tried', async () => {
  using p = project();
  p.write({
    'spec/chain.yaml': `${spec('echo broken >&2; exit 7')}  third: { uses: command, in: { x: second.out }, with: { run: 'true' } }\n`,
  });
  const run = await p.affekt(['run', 'spec/chain.yaml']);
  assert.is(run.code, 1, run.out + run.err);
  assert.match(run.out, /- third +not tried: second failed/);
  assert.match(run.err, /failed second: ended with status 7\n {4}broken\n/);
  const log = /log {2}(\S+)/.exec(run.err)?.[1] ?? '';
  assert.match(p.read(log), /broken/);
  assert.not.match(run.err, /\n\s+at /, 'no stack');

  const logs = await p.affekt(['logs', 'second']);
  assert.match(logs.out, /broken/);
  const show = await p.affekt(['show']);
  assert.match(show.out, /failed second: ended with status 7/);
});

test('the same command after a repair continues the run', async () => {
  using p = project();
  const repaired = spec(`test -e "${p.path('ok')}" && touch "$1/b"`);
  p.write({ 'spec/chain.yaml': repaired });
  assert.is((await p.affekt(['run', 'spec/chain.yaml'])).code, 1);
  p.write({ ok: '' });
  const run = await p.affekt(['run', 'spec/chain.yaml']);
  assert.is(run.code, 0, run.err);
  assert.match(run.out, /run [a-z0-9]{4}, continued\n/);
  assert.is(p.list('runs').filter((name) => /^\d/.test(name)).length, 1);
});

test('wrong specs, overrides and flags: exit 2 and nothing is made', async () => {
  using p = project();
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['run', 'spec/none.yaml'], /no such file: spec\/none\.yaml/],
    [['run', 'spec'], /spec is a folder/],
    [['run'], /too few arguments\n {2}Usage: affekt run SPEC/],
    [['run', 'spec/chain.yaml', '--onyl', 'first'], /unknown flag --onyl; did you mean --only\?/],
    [['run', 'spec/chain.yaml', '--only'], /--only needs a value/],
    [['run', 'spec/chain.yaml', '-j', '0'], /-j needs a whole number from 1 up, got "0"/],
    [['run', 'spec/chain.yaml', '--only', 'a[b'], /--only: "b" needs a value/],
    [['run', 'spec/chain.yaml', 'second'], /unexpected argument "second"/],
    [['run', 'spec/chain.yaml', 'secnd.run=true'], /second/],
    [['run', 'spec/chain.yaml', '--profile', 'x'], /unknown profile "x"/],
    [['rnu'], /unknown command "rnu"; did you mean run\?/],
    [['spec/chain.yaml'], /To run a spec: affekt run spec\/chain\.yaml/],
  ];
  for (const [args, wanted] of cases) {
    const run = await p.affekt(args);
    assert.is(run.code, 2, `${args.join(' ')}: ${run.out}${run.err}`);
    assert.match(run.err, wanted);
    assert.not.match(run.err, /\n\s+at /, 'no stack');
  }
  assert.equal(p.list('runs'), []);
});

test('--json: one event per line, the result last', async () => {
  using p = project();
  const run = await p.affekt(['run', 'spec/chain.yaml', '--json']);
  assert.is(run.code, 0, run.err);
  const events = run.out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; state?: string });
  assert.is(events[0]?.type, 'run-started');
  assert.is(events.filter(({ type }) => type === 'task-done').length, 2);
  assert.is(events.at(-1)?.type, 'result');
  assert.is(events.at(-1)?.state, 'done');

  p.write({ 'spec/chain.yaml': 'name: x\nstages: { a: { uses: nope } }\n' });
  const bad = await p.affekt(['run', 'spec/chain.yaml', '--json']);
  assert.is(bad.code, 2);
  assert.is((JSON.parse(bad.out.split('\n')[0] ?? '') as { type: string }).type, 'diagnostic');
});

const signals = [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 143],
] as const;
for (const [signal, code] of signals) {
  test(`${signal} ends a run with ${code}, and nothing of it lives on`, async () => {
    using p = project();
    p.write({
      'spec/chain.yaml': spec(`echo $$ > "${p.path('pid')}"; sleep 600 & wait`),
    });
    const run = p.start(['run', 'spec/chain.yaml', '--json']);
    await run.said('"type":"task-started","address":"second"');
    while (!existsSync(p.path('pid')) || p.read('pid') === '') await tick();
    run.child.kill(signal);
    const ended = await run.ended;
    assert.is(ended.code, code, ended.out + ended.err);
    const pid = Number(p.read('pid'));
    assert.throws(() => process.kill(pid, 0), /ESRCH/);
    const info = JSON.parse(p.read('runs/latest/run.json')) as { state: string };
    assert.is(info.state, 'interrupted');
  });
}

test('a reader that goes away does not stop a run', async () => {
  using p = project();
  const run = p.start(['run', 'spec/chain.yaml']);
  run.child.stdout?.destroy();
  const ended = await run.ended;
  assert.is(ended.code, 0, ended.err);
  assert.is(ended.err, '');
  assert.match(p.read('runs/latest/run.json'), /"state": ?"done"/);
});

/** Gives the event loop a turn; used to poll for what another process does. */
function tick(): Promise<void> {
  return new Promise((done) => setTimeout(done, 20));
}

test('what a corpus leaves out is told with the result, and in the report', async () => {
  using p = createProject();
  p.write({
    'labels.csv': 'file,emotion,speaker\na.wav,joy,x\nb.wav,joy,y\nc.wav,hum,y\n',
    'own.yaml': `stages:
  speech:
    uses: fetch
    with: { files: "*.wav", table: labels.csv, labels: { joy: happiness, hum: null }, on_bad_file: skip }
`,
  });
  for (const [i, name] of ['a', 'c'].entries()) {
    const samples = Float32Array.from({ length: 800 }, (_, t) => Math.sin(0.1 * (i + 1) * t));
    writeFileSync(p.path(`${name}.wav`), encodeWav([samples], 16000));
  }
  writeFileSync(p.path('b.wav'), '');
  const run = await p.affekt(['run', 'own.yaml']);
  assert.is(run.code, 0, run.err);
  assert.match(
    run.out,
    '\nspeech: 1 file left out, 1 row dropped by labels; the report lists them\n',
  );
  assert.match(
    p.read('runs/latest/report.html'),
    '<th scope="row">b.wav</th><td>the file is empty',
  );
});

test.run();
