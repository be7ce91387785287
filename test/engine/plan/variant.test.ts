import { readFileSync } from 'node:fs';
import Type from 'typebox';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type CoordinateContext,
  defineStage,
  type StageKind,
  TaskError,
} from '../../../src/engine/stage.ts';
import type { JsonObject } from '../../../src/util/json.ts';
import { createEngineProject, finished } from '../../util/project.ts';
import { createTestKinds } from '../../util/test-kinds.ts';

const test = suite('variants of a template');

/** Stages top → mid → leaf; `hunt` asks for a variant of `leaf` for each of its sets and joins them. */
function rig(sets: readonly JsonObject[], extra = '') {
  const project = createEngineProject();
  const made = createTestKinds();
  const say = made.kinds['say'] as StageKind;
  const hunt = defineStage({
    kind: 'hunt',
    version: 1,
    summary: 'Asks for variants.',
    tier: 'inline',
    inputs: { target: { type: 'file', summary: 'What it varies', template: true } },
    outputs: { out: { type: 'file', summary: 'text' } },
    params: Type.Object({}),
    async coordinate(context: CoordinateContext<object>) {
      const found = await Promise.all(
        sets.map((set, trial) => context.variant({ port: 'target', set, select: { trial } })),
      );
      const all = found.map(({ out }) => out!);
      return context.call({ kind: say, params: { label: 'join' }, inputs: { all }, name: 'join' });
    },
  });
  project.write({
    'x.yaml': `name: x
stages:
  top: { uses: say, with: { label: top } }
  mid: { uses: say, in: { x: top }, with: { label: mid } }
  leaf: { uses: say, in: { x: mid }, with: { label: leaf } }
  hunt: { uses: hunt, in: { target: leaf } }
${extra}`,
  });
  return { project, host: project.host({ kinds: { ...made.kinds, hunt }, jobs: 4 }), ...made };
}

const sets = [
  {},
  { 'mid.label': 'M' },
  { 'mid.label': 'M', 'leaf.label': 'L' },
  { 'leaf.label': 'L' },
];

test('what a variant does not change is shared, what two change alike is made once', async () => {
  const { project, host, taken } = rig(sets);
  using _ = project;
  const done = finished(await project.run('x.yaml', { host }));
  assert.is(done.state, 'done');
  const text = readFileSync(done.artifact('hunt', 'out')!.path('text'), 'utf8');
  assert.is(text, 'join(leaf(mid(top)),leaf(M(top)),L(M(top)),L(mid(top)))');
  const counts = taken();
  assert.equal([...counts].sort(), ['L', 'L', 'M', 'join', 'leaf', 'leaf', 'mid', 'top']);
  const addresses = done.events.flatMap((e) => (e.type === 'task-done' ? [e.address] : []));
  assert.equal([...addresses].sort(), [
    'hunt/join',
    ...[0, 1, 2, 3].map((trial) => `hunt[trial=${trial}]/leaf`),
    'mid',
    'mid[mid.label=M]',
    'top',
  ]);
  assert.is((await project.run('x.yaml', { host })).state, 'nothing-to-do');
  assert.equal(taken(), []);
});

test('more variants reuse the ones that are there', async () => {
  const before = rig(sets.slice(0, 2));
  using _ = before.project;
  await before.project.run('x.yaml', { host: before.host });
  const after = rig(sets);
  using __ = after.project;
  // The same cache, another coordinator.
  const folders = before.host.folders;
  const done = finished(await after.project.run('x.yaml', { host: { ...after.host, folders } }));
  assert.is(done.state, 'done');
  assert.equal([...after.taken()].sort(), ['L', 'L', 'join']);
});

test('a template does not run by itself, unless somebody reads what it gives', async () => {
  const alone = rig([{ 'mid.label': 'M' }]);
  using _ = alone.project;
  const plan = await alone.project.plan('x.yaml', { host: alone.host });
  assert.equal(
    plan.stages.map(({ address }) => address),
    ['hunt'],
  );
  await alone.project.run('x.yaml', { host: alone.host });
  assert.equal([...alone.taken()].sort(), ['M', 'join', 'leaf', 'top']);
  const read = rig(
    [{ 'mid.label': 'M' }],
    '  end: { uses: say, in: { x: leaf }, with: { label: end } }\n',
  );
  using __ = read.project;
  await read.project.run('x.yaml', { host: read.host });
  assert.equal([...read.taken()].sort(), ['M', 'end', 'join', 'leaf', 'leaf', 'mid', 'top']);
});

test('a plan goes as far as is known', async () => {
  const { project, host } = rig(sets);
  using _ = project;
  const tasks = async (): Promise<readonly string[]> =>
    (await project.plan('x.yaml', { host })).stages.flatMap((stage) =>
      stage.tasks.map(({ address, status }) => `${address} ${status}`),
    );
  assert.equal(await tasks(), ['top run']);
  await project.run('x.yaml', { host });
  assert.is((await tasks()).length, 8);
  assert.ok((await tasks()).every((task) => task.endsWith(' cached')));
});

test('a failure in a variant is the failure of the stage, under the address of the task', async () => {
  const { project, host, instead } = rig(sets);
  using _ = project;
  instead.set('M', () => {
    throw new Error('broken');
  });
  const done = finished(await project.run('x.yaml', { host }));
  assert.is(done.state, 'failed');
  const failed = done.events.flatMap((event) =>
    event.type === 'task-failed' ? [event.address] : [],
  );
  assert.equal(failed, ['mid[mid.label=M]']);
});

/** As `rig`, but what a variant refuses is an answer: the joined text says how each one went. */
function tryRig(sets: readonly JsonObject[]) {
  const { project, kinds, instead, taken } = rig(sets);
  const say = kinds['say'] as StageKind;
  const hunt = defineStage({
    ...{ kind: 'hunt', version: 1, summary: 'Tries variants.', tier: 'inline' },
    inputs: { target: { type: 'file', summary: 'What it varies', template: true } },
    outputs: { out: { type: 'file', summary: 'text' } },
    params: Type.Object({}),
    async coordinate(context: CoordinateContext<object>) {
      const found = await Promise.all(
        sets.map((set, trial) => context.tryVariant({ port: 'target', set, select: { trial } })),
      );
      const label = found.map((one) => (one.ok ? 'ok' : one.message)).join(';');
      return context.call({ kind: say, params: { label }, inputs: {}, name: 'join' });
    },
  });
  const host = project.host({ kinds: { ...kinds, hunt }, jobs: 4 });
  return { project, instead, taken, host };
}

test('what a variant refuses is an answer: kept, and no failure of the run', async () => {
  const { project, host, instead, taken } = tryRig(sets);
  using _ = project;
  instead.set('M', () => {
    throw new TaskError('no M here');
  });
  const done = finished(await project.run('x.yaml', { host }));
  assert.is(done.state, 'done');
  const text = readFileSync(done.artifact('hunt', 'out')!.path('text'), 'utf8');
  assert.is(text, 'ok;no M here;no M here;ok');
  taken();
  assert.is((await project.run('x.yaml', { host })).state, 'nothing-to-do');
  assert.equal(taken(), []);
});

test('a machine that is in the way is a failure, and tried again', async () => {
  const { project, host, instead } = tryRig(sets);
  using _ = project;
  instead.set('M', () => {
    throw new TaskError('no such device', { machine: true });
  });
  const failed = finished(await project.run('x.yaml', { host }));
  assert.is(failed.state, 'failed');
  assert.is(failed.failures[0]?.address, 'mid[mid.label=M]');
  instead.delete('M');
  assert.is(finished(await project.run('x.yaml', { host })).state, 'done');
});

test('a param of a stage that the template does not read is a bug of the coordinator', async () => {
  const { project, host } = rig([{ 'hunt.label': 'x' }]);
  using _ = project;
  const plan = await project.plan('x.yaml', { host });
  assert.match(plan.stages[0]?.message ?? '', 'leaf reads no stage of "hunt.label"');
});

test.run();
