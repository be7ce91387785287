import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { computed, createEngineProject, failuresOf, finished } from '../util/project.ts';
import { createTestKinds } from '../util/test-kinds.ts';

const test = suite('run');

function rig(files: Record<string, string>) {
  const project = createEngineProject();
  const made = createTestKinds();
  project.write(files);
  return { project, host: project.host({ kinds: made.kinds }), ...made };
}

const diamond = `name: diamond
stages:
  a: { uses: say, with: { label: a } }
  b: { uses: say, in: { x: a }, with: { label: b } }
  c: { uses: say, in: { x: a }, with: { label: c } }
  d: { uses: say, in: { left: b, right: c }, with: { label: d } }
`;

test('a diamond runs each stage once, in order, and then not at all', async () => {
  const { project, host, taken } = rig({ 'x.yaml': diamond });
  using _ = project;
  const first = finished(await project.run('x.yaml', { host }));
  assert.is(first.state, 'done');
  const order = taken();
  assert.is(order[0], 'a');
  assert.is(order[3], 'd');
  assert.equal([...order].sort(), ['a', 'b', 'c', 'd']);
  const path = first.artifact('d', 'out')?.path('text') ?? '';
  assert.is(readFileSync(path, 'utf8'), 'd(b(a),c(a))');

  const second = await project.run('x.yaml', { host });
  assert.is(second.state, 'nothing-to-do');
  assert.equal(second.outputs, first.outputs);
  assert.equal(taken(), []);
});

test('early cutoff: an upstream stage that gives equal bytes stops the rerun', async () => {
  const { project, host, taken } = rig({ 'x.yaml': diamond });
  using _ = project;
  await project.run('x.yaml', { host });
  taken();
  const again = await project.run('x.yaml', { host, overrides: ['a.other=1'] });
  assert.equal(taken(), ['a']);
  assert.equal(computed(again), ['a']);
});

test('runs of other experiments in between do not make one forgotten', async () => {
  const one = 'name: x\nstages: { a: { uses: say, with: { label: a } } }\n';
  const { project, host } = rig({ 'x.yaml': one, 'y.yaml': one.replace('name: x', 'name: y-x') });
  using _ = project;
  await project.run('x.yaml', { host });
  for (let n = 1; n < 10; n++) await project.run('y.yaml', { host, overrides: [`a.other=${n}`] });
  const { stages } = await project.plan('x.yaml', { host, overrides: ['a.other=10'] });
  assert.match(JSON.stringify(stages[0]?.tasks), /"why":"changed".*"field":"param other"/);
});

test('an unhashed param changes nothing', async () => {
  const { project, host, taken } = rig({ 'x.yaml': diamond });
  using _ = project;
  const first = finished(await project.run('x.yaml', { host }));
  taken();
  const again = await project.run('x.yaml', { host, overrides: ['a.quiet=9'] });
  assert.equal(taken(), []);
  assert.equal(again.outputs, first.outputs);
});

test('swapped ports and swapped params run again', async () => {
  const { project, host, taken } = rig({
    'x.yaml': `name: x
stages:
  a: { uses: say, with: { label: a } }
  b: { uses: say, with: { label: b } }
  c: { uses: say, in: { l: a, r: b }, with: { label: c } }
`,
    'y.yaml': `name: x
stages:
  a: { uses: say, with: { label: a } }
  b: { uses: say, with: { label: b } }
  c: { uses: say, in: { l: b, r: a }, with: { label: c } }
`,
  });
  using _ = project;
  await project.run('x.yaml', { host });
  taken();
  await project.run('y.yaml', { host });
  assert.equal(taken(), ['c']);
});

test('names, folders and matrix addresses are not in a key: other stages share the result', async () => {
  const { project, host, taken } = rig({
    'x.yaml': diamond,
    'sub/other.yaml': `name: other
matrix:
  m: { one: { renamed.label: b }, two: { renamed.label: c } }
stages:
  start: { uses: say, with: { label: a } }
  renamed: { uses: say, in: { x: start } }
`,
  });
  using _ = project;
  await project.run('x.yaml', { host });
  taken();
  const other = finished(await project.run('sub/other.yaml', { host }));
  assert.equal(taken(), []);
  assert.equal(Object.keys(other.outputs).sort(), ['renamed[m=one]', 'renamed[m=two]', 'start']);
});

test('one key that two stages ask for runs once', async () => {
  const { project, host, taken } = rig({
    'x.yaml': `name: twins
stages:
  one: { uses: say, with: { label: same } }
  two: { uses: say, with: { label: same } }
  end: { uses: say, in: { l: one, r: two }, with: { label: end } }
`,
  });
  using _ = project;
  const done = finished(await project.run('x.yaml', { host }));
  assert.equal(taken(), ['same', 'end']);
  assert.is(done.state, 'done');
  assert.equal(done.outputs['one'], done.outputs['two']);
});

test('the seed changes random kinds only', async () => {
  const spec = (seed: number) => `name: s
seed: ${seed}
stages:
  a: { uses: draw, with: { label: a } }
  b: { uses: say, with: { label: b } }
`;
  const { project, host, taken } = rig({ 'one.yaml': spec(1), 'two.yaml': spec(2) });
  using _ = project;
  await project.run('one.yaml', { host });
  assert.equal([...taken()].sort(), ['a:1', 'b']);
  await project.run('two.yaml', { host });
  assert.equal(taken(), ['a:2']);
});

test('a raised version, another dependency and a salt run again', async () => {
  const { project, kinds, taken } = rig({ 'x.yaml': diamond });
  using _ = project;
  const say = kinds['say']!;
  const a = (kind: typeof say, more = {}) => project.host({ kinds: { say: kind }, ...more });
  const only = { selection: { only: ['a'] } };
  await project.run('x.yaml', { host: a(say), ...only });
  taken();
  await project.run('x.yaml', { host: a({ ...say, version: 2 }), ...only });
  assert.equal(taken(), ['a'], 'version');
  const needs = { ...say, dependencies: ['zlib'] };
  const versions = (zlib: string) => ({ versions: { affekt: '0', build: 'test', zlib } });
  await project.run('x.yaml', { host: a(needs, versions('1.0')), ...only });
  assert.equal(taken(), ['a'], 'a dependency');
  await project.run('x.yaml', { host: a(needs, versions('1.1')), ...only });
  assert.equal(taken(), ['a'], 'another version of it');
  await project.run('x.yaml', { host: a(needs, versions('1.0')), ...only });
  assert.equal(taken(), [], 'the first version again');
  const host = a(say, { salts: { say: 'f'.repeat(64) } });
  const plan = await project.plan('x.yaml', { host, ...only });
  assert.equal(
    plan.stages.map(({ modified, status }) => [modified, status]),
    [[true, 'run']],
  );
  await project.run('x.yaml', { host, ...only });
  assert.equal(taken(), ['a'], 'modified code');
});

test('a package that is missing is told by a plan, with what to do', async () => {
  using project = createEngineProject();
  project.write({ 'x.yaml': 'stages: { speech: { uses: fetch, with: { dataset: demo } } }\n' });
  const host = project.host({ versions: { affekt: '0', build: 'test' } });
  const refused = await project.run('x.yaml', { host }).then(
    () => '',
    (error: Error) => error.message,
  );
  assert.match(refused, /the package @wasm-audio-decoders\/ogg-vorbis is not installed/);
  assert.match(refused, /npm install --ignore-scripts/);
});

test('a failure stops what needs it; with keep-going the other branch still runs', async () => {
  const spec = `name: f
stages:
  bad: { uses: fail, with: { label: bad } }
  after: { uses: say, in: { x: bad }, with: { label: after } }
  last: { uses: say, in: { x: after }, with: { label: last } }
  other: { uses: say, with: { label: other } }
  more: { uses: say, in: { x: other }, with: { label: more } }
`;
  const { project, host, taken } = rig({ 'x.yaml': spec });
  using _ = project;
  const stopped = finished(await project.run('x.yaml', { host: { ...host, jobs: 1 } }));
  assert.is(stopped.state, 'failed');
  assert.not.ok(taken().includes('more'), 'nothing is started after a failure');
  const kept = finished(await project.run('x.yaml', { host, keepGoing: true }));
  assert.is(kept.state, 'failed');
  assert.equal(failuresOf(kept), [
    { address: 'bad', reason: 'task-error', message: 'no luck with bad', hint: 'try another' },
  ]);
  assert.equal(kept.blocked, [
    { address: 'after', by: 'bad' },
    { address: 'last', by: 'bad' },
  ]);
  assert.equal(Object.keys(kept.outputs).sort(), ['more', 'other']);
  assert.ok(taken().includes('more'));
  assert.is(kept.folder, stopped.folder, 'the same command continues the run that failed');
});

test('a chain of 3,000 stages neither overflows nor repeats', async () => {
  const n = 3000;
  const stages = Array.from({ length: n }, (_, i) =>
    i === 0
      ? '  s0: { uses: say, with: { label: s } }'
      : `  s${i}: { uses: say, in: { x: s${i - 1} }, with: { label: s, write: s${i} } }`,
  );
  // Written last first: the order in the file must not matter.
  const text = `name: chain\nstages:\n${stages.reverse().join('\n')}\n`;
  const { project, host } = rig({ 'x.yaml': text });
  using _ = project;
  const plan = await project.plan('x.yaml', { host });
  assert.is(plan.stages.length, n);
  assert.is(plan.stages[0]?.address, 's0');
  assert.is(plan.stages[0]?.status, 'run');
  assert.ok(plan.stages.slice(1).every(({ status }) => status === 'depends'));
  const some = await project.plan('x.yaml', { host, selection: { only: ['**'], from: ['s1'] } });
  assert.is(some.stages.length, n);
});

test.run();
