import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sha256 } from '../../../src/engine/digest.ts';
import { logName, Recorder } from '../../../src/engine/record/recorder.ts';
import {
  findRun,
  listRuns,
  openRun,
  readEvents,
  readTasks,
} from '../../../src/engine/record/runs.ts';
import type { RunInfo } from '../../../src/engine/record/types.ts';
import { processIdentity } from '../../../src/util/process-identity.ts';
import { createEngineProject, finished } from '../../util/project.ts';
import { createTestKinds } from '../../util/test-kinds.ts';

const test = suite('run folders');

function info(id: string, started: string): RunInfo {
  return {
    format: 'affekt.run/1',
    id,
    name: 'x',
    state: 'running',
    argv: [],
    spec: 'x.yaml',
    spec_digest: sha256('x'),
    started,
    ended: null,
    exit: null,
    owner: processIdentity(),
    affekt: '0',
    quick: false,
  };
}

function folder(): { readonly path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(tmpdir(), 'affekt-runs-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

test('newest first, also within a second', () => {
  using at = folder();
  const made = [
    info('aaaa', '2026-01-01T10:00:00.900Z'),
    info('zzzz', '2026-01-01T10:00:00.100Z'),
    info('mmmm', '2026-01-01T10:00:01.000Z'),
    info('bbbb', '2025-12-31T23:59:59.999Z'),
  ];
  for (const one of made) new Recorder(at.path, one, undefined).close();
  assert.equal(
    listRuns(at.path).map((run) => run.info.id),
    ['mmmm', 'aaaa', 'zzzz', 'bbbb'],
  );
  // The link is of the run that somebody was at last: continued ones have old names.
  assert.is(findRun(at.path, 'latest')?.info.id, 'bbbb');
  rmSync(join(at.path, 'latest'));
  assert.is(findRun(at.path, 'latest')?.info.id, 'mmmm');
  assert.is(findRun(at.path, 'zzzz')?.info.id, 'zzzz');
});

test('a run.json that lacks fields is no run, and hides no other', () => {
  using at = folder();
  new Recorder(at.path, info('aaaa', '2026-01-01T10:00:00.000Z'), undefined).close();
  const damaged = join(at.path, '20260102-100000-x-bbbb');
  mkdirSync(damaged);
  writeFileSync(join(damaged, 'run.json'), '{"format":"affekt.run/1"}');
  assert.equal(
    listRuns(at.path).map((run) => run.info.id),
    ['aaaa'],
  );
  assert.is(openRun(damaged), 'is damaged: its run.json lacks fields');
});

test('a torn last line is left out, and what follows it is read', () => {
  using at = folder();
  const first = new Recorder(at.path, info('aaaa', '2026-01-01T10:00:00.000Z'), undefined);
  const done = (address: string, key: string) =>
    ({ type: 'task-done', address, kind: 'say', key: sha256(key), seconds: 1, time: 1 }) as const;
  first.record(done('a', 'a'));
  first.close();
  appendFileSync(join(first.folder, 'tasks.ndjson'), '{"address":"torn","ki');
  appendFileSync(join(first.folder, 'events.ndjson'), '{"type":"task-do');
  const [stored] = listRuns(at.path);
  const again = new Recorder(at.path, info('bbbb', '2026-01-02T10:00:00.000Z'), stored);
  assert.is(again.resumed, true);
  assert.is(again.folder, first.folder);
  assert.is(again.info.id, 'aaaa', 'it stays the same run');
  again.record(done('b', 'b'));
  again.record({ type: 'task-cached', address: 'a', kind: 'say', key: sha256('a'), time: 2 });
  again.close();
  const tasks = readTasks(again.folder).map(({ address, cached }) => `${address} ${cached}`);
  assert.equal(tasks, ['a false', 'b false'], 'what was made before the kill was made by this run');
  assert.equal(readEvents(again.folder).length, 3);
});

test('what a run came by before a kill alone is no part of it once it is done', () => {
  using at = folder();
  const done = (address: string) =>
    ({
      type: 'task-done',
      address,
      kind: 'say',
      key: sha256(address),
      seconds: 1,
      time: 1,
    }) as const;
  const first = new Recorder(at.path, info('aaaa', '2026-01-01T10:00:00.000Z'), undefined);
  for (const address of ['say', 'each[chunk=0]', 'each[chunk=1]']) first.record(done(address));
  first.close();
  const rest = (state: 'failed' | 'done'): readonly string[] => {
    const [stored] = listRuns(at.path);
    const again = new Recorder(at.path, info('bbbb', '2026-01-02T10:00:00.000Z'), stored);
    again.record({ type: 'task-cached', address: 'say', kind: 'say', key: sha256('say'), time: 2 });
    again.record(done('each[chunk=00]'));
    if (state === 'done') again.forgetOthers();
    again.finish(state, 0, '2026-01-02T10:01:00.000Z', {});
    again.close();
    return readTasks(again.folder).map(({ address }) => address);
  };
  assert.equal(rest('failed'), ['say', 'each[chunk=0]', 'each[chunk=1]', 'each[chunk=00]']);
  assert.equal(rest('done'), ['say', 'each[chunk=00]']);
});

test('addresses of any length and content have file names of their own', () => {
  const long = (end: string) => `cnn[${'axis=some-variant,'.repeat(30)}${end}]`;
  const names = ['a', 'a/b', long('x=1'), long('x=2'), `é${'ü'.repeat(300)}`].map(logName);
  assert.is(new Set(names).size, names.length);
  for (const name of names) {
    assert.ok(Buffer.byteLength(name) <= 255, name);
    assert.not.match(name, /\//);
    assert.is(Buffer.from(name).toString(), name);
  }
});

test('a matrix of many long axes runs', async () => {
  using project = createEngineProject();
  const eight = [0, 1, 2, 3, 4, 5, 6, 7];
  const axes = eight.map(
    (i) => `  axis-with-a-long-name-${i}: { variant-with-a-long-name: { s${i}.other: 1 } }`,
  );
  const stages = eight.map(
    (i) => `  s${i}: { uses: say, ${i > 0 ? `in: { x: s${i - 1} }, ` : ''}with: { label: s${i} } }`,
  );
  project.write({
    'x.yaml': `name: x\nmatrix:\n${axes.join('\n')}\nstages:\n${stages.join('\n')}\n`,
  });
  const { kinds } = createTestKinds();
  const done = finished(await project.run('x.yaml', { host: project.host({ kinds }) }));
  assert.is(done.state, 'done');
  assert.ok(Object.keys(done.outputs).some((address) => address.length > 300));
  const links = readdirSync(join(done.folder, 'stages'));
  assert.is(links.length, 8);
  const text = readFileSync(join(done.folder, 'stages', links.at(-1) ?? '', 'out', 'text'), 'utf8');
  assert.is(text, 's7(s6(s5(s4(s3(s2(s1(s0)))))))');
});

test('what a run writes holds what was run; outputs.json holds no clock', async () => {
  using project = createEngineProject();
  const spec = 'name: x\nstages: { a: { uses: say, with: { label: a } } }\n';
  project.write({ 'x.yaml': spec });
  const { kinds } = createTestKinds();
  const host = project.host({ kinds });
  const done = finished(await project.run('x.yaml', { host }));
  const read = (name: string) => readFileSync(join(done.folder, name), 'utf8');
  assert.is(read('spec.yaml'), spec);
  assert.equal(JSON.parse(read('outputs.json')), done.outputs);
  assert.is(JSON.parse(read('run.json')).state, 'done');
  for (const name of ['resolved.yaml', 'plan.json', 'environment.json', 'provenance.json'])
    assert.ok(existsSync(join(done.folder, name)), name);
  const again = finished(await project.run('x.yaml', { host, record: true }));
  assert.is.not(again.folder, done.folder);
  assert.is(readFileSync(join(again.folder, 'outputs.json'), 'utf8'), read('outputs.json'));
});

test.run();
