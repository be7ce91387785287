import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readTasks } from '../../../src/engine/record/runs.ts';
import { processIdentity } from '../../../src/util/process-identity.ts';
import { createEngineProject } from '../../util/project.ts';
import { createRig } from '../client/rig.ts';
import { createFaultyProxy } from './faulty-proxy.ts';
import { arrived, bring, freshCopy, type Journey } from './rig.ts';
import { runTiny } from './tiny-run.ts';

const test = suite('sending a run while it trains');

const project = createEngineProject();
process.on('exit', () => project[Symbol.dispose]());
const made = await runTiny(project);
const address = 'net[net.batch_size=6,fold=2,seed=1]';

/** The run as it was while one network was being trained: two of its epochs are told. */
function whileTraining(name: string): Journey & { restore(): void } {
  const folder = freshCopy(made.folder, project.path(`copies/${name}/run`));
  const file = (of: string) => join(folder, of);
  const before = ['run.json', 'tasks.ndjson'].map(
    (of) => [of, readFileSync(file(of), 'utf8')] as const,
  );
  const info = JSON.parse(readFileSync(file('run.json'), 'utf8'));
  const going = { ...info, state: 'running', ended: null, owner: processIdentity() };
  writeFileSync(file('run.json'), JSON.stringify(going));
  const tasks = readTasks(folder).filter(({ kind }) => !/collect|evaluate/.test(kind));
  const others = tasks.filter((task) => task.address !== address);
  writeFileSync(file('tasks.ndjson'), others.map((task) => `${JSON.stringify(task)}\n`).join(''));
  const key = tasks.find((task) => task.address === address)?.key ?? '';
  const record = readFileSync(
    join(project.cache, `records/${key.slice(0, 2)}/${key}.json`),
    'utf8',
  );
  const started = Date.parse(JSON.parse(record).runtime.started);
  const [, ...epochs] = readFileSync(
    join(made.folder, 'stages/net[net.batch_size=6]/models/fold-2-seed-1/history.csv'),
    'utf8',
  )
    .trim()
    .split('\n')
    .map((row) => row.split(','));
  const points = epochs.slice(0, 2).map(([epoch, , , loss, uar]) => ({
    ...{ address, started, epoch: Number(epoch), time: started + 1 },
    figures: { loss: Number(loss), uar: Number(uar) },
  }));
  const lines = points.map((point) => `${JSON.stringify(point)}\n`).join('');
  writeFileSync(file('points.ndjson'), `${lines}{"torn`);
  return {
    ...{ folder, cache: project.cache, experiment: name },
    restore() {
      for (const [of, text] of before) writeFileSync(file(of), text);
    },
  };
}

test('epochs that were told meanwhile travel together, and are there once in the end', async () => {
  await using rig = await createRig();
  await using proxy = await createFaultyProxy(rig.url);
  const journey = whileTraining('live');
  let batches = 0;
  const steps = (body: string): readonly number[] =>
    (JSON.parse(body).metrics ?? []).map(({ step }: { step: number }) => step);
  proxy.fault = ({ path, body }) => {
    // Those of the other networks have what only a record knows: the learning rate.
    const live = path.endsWith('log-batch') && body.includes('train/loss');
    if (live && !body.includes('learning_rate')) {
      batches++;
      assert.equal([...new Set(steps(body))], [1, 2]);
    }
    return 'pass';
  };
  assert.is((await bring(journey, proxy.url)).state, 'partial');
  assert.is(batches, 1, 'one request for two epochs');
  journey.restore();
  assert.is((await bring(journey, proxy.url)).state, 'whole');
  const { lost, doubled } = await arrived(journey, rig.url);
  assert.equal([...lost, ...doubled], []);
});

test('of points that travelled together only the one is set aside that the server refuses', async () => {
  await using rig = await createRig();
  await using proxy = await createFaultyProxy(rig.url);
  const journey = whileTraining('refused');
  const body = JSON.stringify({ error_code: 'INVALID_PARAMETER_VALUE', message: 'no' });
  proxy.fault = ({ path, body: text }) => {
    const refused = path.endsWith('log-batch') && !text.includes('learning_rate');
    const metrics: { key: string; step: number }[] = refused ? JSON.parse(text).metrics : [];
    return metrics.some(({ key, step }) => key === 'train/uar' && step === 2)
      ? { status: 400, body }
      : 'pass';
  };
  const outcome = await bring(journey, proxy.url);
  assert.equal([outcome.state, outcome.rejected], ['partial', 1]);
  const fold = [...rig.store.runs.values()].find(
    ({ tags }) => tags.get('affekt.address') === address,
  );
  const there = [...(fold?.points.values() ?? [])].map(({ key, step }) => `${key} ${step}`);
  assert.equal(there.sort(), ['train/loss 1', 'train/loss 2', 'train/uar 1']);
});

test.run();
