import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createEngineProject } from '../../util/project.ts';
import { createRig } from '../client/rig.ts';
import { faultCases } from './faults.ts';
import { createFaultyProxy } from './faulty-proxy.ts';
import { arrived, bring, freshCopy } from './rig.ts';
import { runTiny } from './tiny-run.ts';

const test = suite('bringing a run to a server');

/** One run for all tests: each takes a copy. */
const project = createEngineProject();
process.on('exit', () => project[Symbol.dispose]());
const made = await runTiny(project);

test('whatever goes wrong on the way, all of it arrives, once', async () => {
  const folder = freshCopy(made.folder, project.path('copies/1/run'));
  const quick = faultCases.filter((one) => one.quick);
  assert.ok(quick.length >= 5);
  for (const { name, fault } of quick) {
    await using rig = await createRig();
    await using proxy = await createFaultyProxy(rig.url);
    proxy.fault = fault;
    const copy = freshCopy(folder, project.path(`copies/${name}/run`));
    const journey = { folder: copy, cache: project.cache, experiment: 'tiny' };
    const outcome = await bring(journey, proxy.url);
    assert.is(outcome.state, 'whole', `${name}: ${outcome.problem}`);
    const { values, lost, doubled } = await arrived(journey, rig.url);
    assert.ok(values > 300, `${values} values`);
    assert.equal(lost, [], name);
    assert.equal(doubled, [], name);
    const live = [...rig.store.runs.values()].filter((run) => run.lifecycle === 'active');
    assert.is(live.length, 9, `${name}: runs on the server`);
  }
});

test('stopped anywhere and begun again, it sends the rest', async () => {
  const folder = freshCopy(made.folder, project.path('copies/2/run'));
  await using rig = await createRig();
  await using proxy = await createFaultyProxy(rig.url);
  const journey = { folder, cache: project.cache, experiment: 'tiny' };
  let [stop, last] = [new AbortController(), 40];
  proxy.fault = ({ count }) => {
    if (count === last) stop.abort();
    return 'pass';
  };
  let rounds = 0;
  while ((await bring(journey, proxy.url, { signal: stop.signal })).state !== 'whole') {
    rounds++;
    // Reading back cannot go on where it stopped: every round gets further.
    [stop, last] = [new AbortController(), proxy.requests() + 60 * rounds];
  }
  assert.ok(rounds >= 2, `${rounds} stops`);
  const { lost, doubled } = await arrived(journey, rig.url);
  assert.equal([...lost, ...doubled], []);
});

test('what a server loses or makes up is seen', async () => {
  const folder = freshCopy(made.folder, project.path('copies/3/run'));
  await using rig = await createRig();
  const journey = { folder, cache: project.cache, experiment: 'tiny' };
  assert.is((await bring(journey, rig.url)).state, 'whole');
  const [run] = [...rig.store.runs.values()].filter(({ points }) => points.size > 0);
  const [[key, point] = []] = [...(run?.points ?? [])];
  assert.ok(key !== undefined && point !== undefined && run !== undefined);
  run.points.delete(key);
  run.points.set('foreign', { ...point, step: 99 });
  run.params.clear();
  const [file = ''] = [...rig.store.files.keys()];
  rig.store.files.set(file, Buffer.from('other'));
  const { lost, doubled } = await arrived(journey, rig.url);
  const kinds = new Set(lost.map(({ what }) => what.split(' ')[0]));
  assert.equal(kinds, new Set(['metric', 'param', 'artifact']));
  assert.is(doubled.length, 1);
  // Another sync mends what is missing, and says what it cannot mend.
  const again = await bring(journey, rig.url);
  assert.equal((await arrived(journey, rig.url)).lost, []);
  assert.is(again.differences.length, 1);
});

test('a value that is refused for good is set aside, and only it', async () => {
  const folder = freshCopy(made.folder, project.path('copies/4/run'));
  await using rig = await createRig();
  await using proxy = await createFaultyProxy(rig.url);
  const body = JSON.stringify({ error_code: 'INVALID_PARAMETER_VALUE', message: 'no' });
  proxy.fault = ({ path, body: text }) =>
    path.endsWith('log-batch') && text.includes('test/kappa') ? { status: 400, body } : 'pass';
  const journey = { folder, cache: project.cache, experiment: 'tiny' };
  const outcome = await bring(journey, proxy.url);
  assert.is(outcome.state, 'whole');
  assert.is(outcome.rejected, 2, 'of two variants');
  const { lost } = await arrived(journey, rig.url);
  assert.equal(
    lost.map(({ what }) => what),
    ['metric test/kappa', 'metric test/kappa'],
  );
  assert.ok(existsSync(join(folder, 'rejected.ndjson')));
});

test('a run that somebody deleted on the server stays deleted', async () => {
  const folder = freshCopy(made.folder, project.path('copies/5/run'));
  await using rig = await createRig();
  const journey = { folder, cache: project.cache, experiment: 'tiny' };
  await bring(journey, rig.url);
  const run = [...rig.store.runs.values()][0];
  assert.ok(run !== undefined);
  run.lifecycle = 'deleted';
  const fresh = freshCopy(folder, project.path('copy/run'));
  const before = rig.store.runs.size;
  const outcome = await bring({ ...journey, folder: fresh }, rig.url);
  assert.is(outcome.state, 'deleted');
  assert.match(outcome.problem ?? '', /was deleted on the server/);
  assert.is(rig.store.runs.size, before);
});

test.run();
