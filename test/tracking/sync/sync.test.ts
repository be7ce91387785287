import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { RunInfo } from '../../../src/engine/record/types.ts';
import { createEngineProject } from '../../util/project.ts';
import { createRig } from '../client/rig.ts';
import { faultCases } from './faults.ts';
import { createFaultyProxy } from './faulty-proxy.ts';
import { arrived, bring, freshCopy, type Journey } from './rig.ts';
import { runTiny } from './tiny-run.ts';

const test = suite('bringing a run to a server');

/** One run for all tests: each takes a copy. */
const project = createEngineProject();
process.on('exit', () => project[Symbol.dispose]());
const made = await runTiny(project);

const journeyOf = (name: string): Journey => ({
  folder: freshCopy(made.folder, project.path(`copies/${name}/run`)),
  ...{ cache: project.cache, experiment: 'tiny' },
});

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
    assert.is(outcome.rejected, 0, name);
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
  const again = await bring(journey, rig.url, { thorough: true });
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

test('a value over which the server breaks every time is set aside, and only it', async () => {
  await using rig = await createRig();
  await using proxy = await createFaultyProxy(rig.url);
  const body = JSON.stringify({ error_code: 'INTERNAL_ERROR', message: 'oops' });
  proxy.fault = ({ path, body: text }) =>
    path.endsWith('log-batch') && text.includes('test/kappa') ? { status: 500, body } : 'pass';
  const journey = journeyOf('broken');
  const outcome = await bring(journey, proxy.url);
  assert.equal([outcome.state, outcome.rejected], ['whole', 2]);
  assert.equal(
    (await arrived(journey, rig.url)).lost.map(({ what }) => what),
    ['metric test/kappa', 'metric test/kappa'],
  );
});

test('a login page in the middle ends a plain sync as an outage does, and sets nothing aside', async () => {
  await using rig = await createRig();
  await using proxy = await createFaultyProxy(rig.url);
  const journey = journeyOf('page');
  const page = { status: 200, body: '<!doctype html><title>Sign in</title>' };
  const broken = { status: 500, body: '{"error_code":"INTERNAL_ERROR","message":"oops"}' };
  proxy.fault = ({ count }) => (count < 30 ? 'pass' : count < 33 ? broken : page);
  const outcome = await bring(journey, proxy.url, { patience: 0 });
  assert.is(outcome.state, 'waiting');
  assert.match(outcome.problem ?? '', /a web page came where MLflow's answer should be/);
  proxy.fault = () => 'pass';
  const again = await bring(journey, proxy.url);
  assert.equal([again.state, again.rejected], ['whole', 0]);
  assert.equal((await arrived(journey, rig.url)).lost, []);
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

test('one run inside it that was deleted on the server stays so, and the others go on', async () => {
  await using rig = await createRig();
  const journey = journeyOf('6');
  await bring(journey, rig.url);
  const ofLevel = (level: string) =>
    [...rig.store.runs.values()].filter(({ tags }) => tags.get('affekt.level') === level);
  const [trial] = ofLevel('trial');
  const fold = ofLevel('fold').find(({ tags }) => tags.get('mlflow.parentRunId') !== trial?.id);
  const other = ofLevel('fold').find((one) => one !== fold);
  assert.ok(trial && fold && other);
  for (const one of [trial, fold]) one.lifecycle = 'deleted';
  const sizes = [rig.store.runs.size, rig.store.files.size];
  // With and without what it remembers, it brings what another run has lost, and makes nothing anew.
  for (const copy of [
    journey,
    { ...journey, folder: freshCopy(journey.folder, `${journey.folder}-2`) },
  ]) {
    other.params.clear();
    const outcome = await bring(copy, rig.url, { thorough: true });
    assert.is(outcome.state, 'whole', outcome.problem ?? '');
    assert.ok(outcome.deleted >= 2, `${outcome.deleted} deleted`);
    assert.equal(outcome.differences, []);
    assert.ok(other.params.size > 0 || other.tags.get('mlflow.parentRunId') === trial.id);
  }
  assert.equal([rig.store.runs.size, rig.store.files.size], sizes);
  assert.equal([trial.lifecycle, fold.lifecycle], ['deleted', 'deleted']);
});

test('a database made anew under the same address gets all of it, in the right experiment', async () => {
  await using rig = await createRig();
  const journey = journeyOf('7');
  await bring(journey, rig.url);
  for (const map of [rig.store.runs, rig.store.experiments, rig.store.files]) map.clear();
  // The id that is remembered belongs to somebody else now.
  rig.store.experiments.set('1', { name: 'not ours', lifecycle: 'active' });
  const outcome = await bring(journey, rig.url);
  assert.is(outcome.state, 'whole', outcome.problem ?? '');
  const homes = new Set([...rig.store.runs.values()].map(({ experiment }) => experiment));
  assert.equal(
    [...homes].map((id) => rig.store.experiments.get(id)?.name),
    ['tiny'],
  );
  const { lost, doubled } = await arrived(journey, rig.url);
  assert.equal([...lost, ...doubled], []);
});

test('a file that is refused keeps no other from the server, and comes later', async () => {
  for (const status of [403, 503]) {
    await using rig = await createRig();
    await using proxy = await createFaultyProxy(rig.url);
    const journey = journeyOf(`8-${status}`);
    const refused = /confusion\.png$/;
    proxy.fault = ({ method, path }) =>
      method === 'PUT' && refused.test(path) ? { status, body: 'no' } : 'pass';
    const outcome = await bring(journey, proxy.url, { patience: 0 });
    assert.is(outcome.state, 'waiting');
    assert.match(outcome.problem ?? '', /confusion\.png/);
    const { lost } = await arrived(journey, rig.url);
    const what = new Set(lost.map((one) => one.what));
    assert.equal(what, new Set(['artifact plots/confusion.png']), `${status}`);
    proxy.fault = () => 'pass';
    assert.is((await bring(journey, proxy.url)).state, 'whole');
    assert.equal((await arrived(journey, rig.url)).lost, []);
  }
});

test('where no files are taken, the values arrive without asking for each file', async () => {
  await using rig = await createRig();
  await using proxy = await createFaultyProxy(rig.url);
  const journey = journeyOf('9');
  let puts = 0;
  proxy.fault = ({ method }) => {
    if (method !== 'PUT') return 'pass';
    puts++;
    return { status: 403, body: 'no' };
  };
  assert.is((await bring(journey, proxy.url, { patience: 0 })).state, 'waiting');
  const { lost } = await arrived(journey, rig.url);
  const kinds = new Set(lost.map((one) => one.what.split(' ')[0]));
  assert.equal([...kinds].sort(), ['artifact', 'model']);
  assert.ok(puts < 10, `${puts} files tried`);
});

test('all there and nothing new: a few requests tell', async () => {
  await using rig = await createRig();
  await using proxy = await createFaultyProxy(rig.url);
  const journey = journeyOf('10');
  await bring(journey, proxy.url);
  const asked = async (options = {}) => {
    const before = proxy.requests();
    const { state, operations } = await bring(journey, proxy.url, options);
    assert.equal([state, operations], ['whole', 0]);
    return proxy.requests() - before;
  };
  assert.ok((await asked()) <= 3);
  assert.ok((await asked({ thorough: true })) > 50);
  // It still sees a run that is gone, a param that changed and a metric that is gone.
  const [run] = [...rig.store.runs.values()].filter(({ points }) => points.size > 0);
  assert.ok(run !== undefined);
  run.points.clear();
  run.params.clear();
  assert.is((await bring(journey, proxy.url)).state, 'whole');
  assert.equal((await arrived(journey, rig.url)).lost, []);
});

test('what was refused once is offered again, and arrives when the server was mended', async () => {
  await using rig = await createRig();
  await using proxy = await createFaultyProxy(rig.url);
  const journey = journeyOf('11');
  const body = JSON.stringify({ error_code: 'INVALID_PARAMETER_VALUE', message: 'no' });
  proxy.fault = ({ body: text }) => (text.includes('test/kappa') ? { status: 400, body } : 'pass');
  assert.is((await bring(journey, proxy.url)).rejected, 2);
  // As long as it refuses, what is set aside does not grow.
  assert.is((await bring(journey, proxy.url)).rejected, 2);
  const rejected = join(journey.folder, 'rejected.ndjson');
  assert.is(readFileSync(rejected, 'utf8').trim().split('\n').length, 2);
  proxy.fault = () => 'pass';
  const outcome = await bring(journey, proxy.url);
  assert.equal([outcome.state, outcome.rejected], ['whole', 0]);
  assert.not(existsSync(rejected));
  assert.equal((await arrived(journey, rig.url)).lost, []);
});

test('a run that crashed and was continued to its end says so', async () => {
  await using rig = await createRig();
  const journey = journeyOf('12');
  const file = join(journey.folder, 'run.json');
  const whole = readFileSync(file, 'utf8');
  const info = JSON.parse(whole) as RunInfo;
  const dead = { ...info.owner, boot: 'another' };
  writeFileSync(file, JSON.stringify({ ...info, state: 'running', ended: null, owner: dead }));
  await bring(journey, rig.url);
  const root = [...rig.store.runs.values()].find(({ tags }) => !tags.has('mlflow.parentRunId'));
  assert.equal([root?.status, root?.tags.get('affekt.end_reason')], ['FAILED', 'crashed']);
  writeFileSync(file, whole);
  await bring(journey, rig.url);
  assert.equal([root?.status, root?.tags.get('affekt.end_reason')], ['FINISHED', 'done']);
});

test.run();
