import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CachePaths } from '../../../src/engine/cache/paths.ts';
import { Records } from '../../../src/engine/cache/records.ts';
import { readTasks } from '../../../src/engine/record/runs.ts';
import { createEngineProject, finished } from '../../util/project.ts';
import { tinyNetwork, writeTinyCorpus } from '../../util/tiny-corpus.ts';
import { layoutOf } from './tiny-run.ts';

const test = suite('load of a training');

const spec = `name: loaded
stages:
  speech: { uses: fetch, with: { files: wav/*.wav, table: labels.csv, columns: { text: text } } }
  mel: { uses: melspec, in: speech, with: { sample_rate: native, n_fft: 256, win_length: 200, hop_length: 80, n_mels: 8, fmax: 4000 } }
  net: { uses: train-kfold, in: mel, with: ${JSON.stringify({ ...tinyNetwork, controls: [] })} }
  scores: { uses: evaluate, in: net, with: { resamples: 200 } }
`;

test('is in the record of a task with a process of its own, and on the page of its fold', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  project.write({ 'loaded.yaml': spec });
  const host = project.host({ local: true });
  const { folder, outputs } = finished(await project.run('loaded.yaml', { host }));
  const records = new Records(new CachePaths(project.cache));
  const tasks = readTasks(folder).map(({ key, kind }) => ({ kind, record: records.read(key) }));
  for (const { kind, record } of tasks) {
    assert.is(record?.runtime.load !== undefined, kind === 'train-network', kind);
  }
  const trained = tasks.flatMap(({ record }) => (record?.runtime.load ? [record.runtime] : []));
  assert.is(trained.length, 3);
  for (const { load = [], seconds } of trained) {
    assert.ok(load.length >= 1);
    for (const { at, cpu, memory } of load) {
      // The task's own seconds are taken around the process, and said with other clocks.
      assert.ok(at > 0 && at <= 1000 * seconds + 5, `${at} ms of ${seconds} s`);
      assert.ok(cpu > 0 && cpu <= 1.05 * availableParallelism(), `${cpu} processors`);
      assert.ok(memory > 2e7 && memory < totalmem(), `${memory} bytes`);
    }
  }

  const operations = layoutOf(project, folder);
  const points = operations.flatMap((one) =>
    one.type === 'metrics'
      ? one.metrics
          .filter(({ key }) => key.startsWith('system/'))
          .map((metric) => ({ run: one.run, ...metric }))
      : [],
  );
  const heads = operations.flatMap((one) => (one.type === 'run' ? [one] : []));
  const folds = heads.filter(({ tags }) => tags['affekt.level'] === 'fold');
  assert.equal(new Set(points.map(({ run }) => run)), new Set(folds.map(({ run }) => run)));
  for (const { started, ended, load = [] } of trained) {
    const [from, to] = [Date.parse(started), Date.parse(ended)];
    const run = folds.find((one) => one.started === from)?.run;
    const own = points.filter((one) => one.run === run);
    assert.equal(
      own.map(({ key, value }) => [key, value]),
      load.flatMap(({ cpu, memory }) => [
        ['system/process_cpu_percentage', 100 * cpu],
        ['system/process_memory_megabytes', memory / 1e6],
      ]),
    );
    assert.ok(own.every(({ timestamp }) => timestamp > from && timestamp <= to + 5));
    assert.ok(own.every(({ timestamp, step }) => Number.isInteger(timestamp + step)));
  }

  // What is measured is no part of what is made.
  const again = createEngineProject();
  try {
    writeTinyCorpus(again);
    again.write({ 'loaded.yaml': spec });
    const other = finished(await again.run('loaded.yaml'));
    const keys = (of: string) => readTasks(of).map(({ address, key }) => [address, key]);
    assert.equal(keys(other.folder).sort(), keys(folder).sort(), join(folder, 'tasks.ndjson'));
    assert.equal(other.outputs, outputs);
  } finally {
    again[Symbol.dispose]();
  }
});

test.run();
