import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eachRecord } from '../../src/engine/cache/inventory.ts';
import { CachePaths } from '../../src/engine/cache/paths.ts';
import { createEngineProject, type EngineProject, finished } from '../util/project.ts';
import { tinyNetwork, writeTinyCorpus } from '../util/tiny-corpus.ts';

const test = suite('train-network on TensorFlow.js');

const spec = `name: net
stages:
  speech: { uses: fetch, with: { files: wav/*.wav, table: labels.csv } }
  mel: { uses: melspec, in: speech, with: { sample_rate: native, n_fft: 256, win_length: 200, hop_length: 80, n_mels: 8, fmax: 4000 } }
  net: { uses: train-kfold, in: mel, with: ${JSON.stringify({ ...tinyNetwork, controls: [] })} }
  scores: { uses: evaluate, in: { models: net, corpus: speech } }
`;

function project(): EngineProject {
  const made = createEngineProject();
  writeTinyCorpus(made);
  made.write({ 'x.yaml': spec });
  return made;
}

/** Makes all that folds are made of, so that a plan knows their keys. */
async function untilFolds(made: EngineProject): Promise<void> {
  finished(await made.run('x.yaml', { selection: { only: ['net/split'] } }));
}

/** What an installation leaves, without what it installs. */
function claim(made: EngineProject, name: string, version: string): void {
  const entry = { format: 'affekt.installed/1', name, version };
  made.write({ [`data/engines/${name}/installed.json`]: entry });
}

test('trains what ONNX Runtime trains; says what computes, in the run, the log and the key', async () => {
  using p = project();
  const posteriors = async (engine: string): Promise<readonly number[]> => {
    const done = finished(await p.run('x.yaml', { overrides: [`net.engine=${engine}`] }));
    const predictions = done.artifact('net', 'models')?.path('predictions.csv') ?? '';
    const rows = readFileSync(predictions, 'utf8').trim().split('\n').slice(1);
    return rows.flatMap((row) => row.split(',').slice(-2).map(Number));
  };
  const onnx = await posteriors('onnx');
  const tfjs = await posteriors('tfjs');
  assert.is(tfjs.length, 24);
  for (const [i, value] of onnx.entries()) {
    // Four steps, each with the rounding of another order of sums.
    assert.ok(Math.abs(tfjs[i]! - value) < 1e-4, `${tfjs[i]} instead of ${value}`);
  }

  const dependencies = [...eachRecord(new CachePaths(p.cache))]
    .filter(({ record }) => record.kind === 'train-network')
    .map(({ record }) => [record.params['engine'] ?? 'onnx', record.dependencies.length]);
  assert.equal(
    dependencies.sort(),
    [...Array(3).fill(['onnx', 1]), ...Array(3).fill(['tfjs', 0])],
    'TensorFlow.js does not hang on the version of ONNX Runtime',
  );
  const folders = readdirSync(p.runs).filter((name) => /^\d/.test(name));
  const lines = (file: string): readonly string[] =>
    folders.flatMap((name) => readFileSync(join(p.runs, name, file), 'utf8').split('\n'));
  const warnings = lines('events.ndjson').filter((line) => line.includes('"warning"'));
  assert.is(warnings.length, 1, 'once, not per fold, and not of onnx');
  assert.match(warnings[0]!, /plain JavaScript.*affekt engine install tfjs-node/);
  const log = lines('logs/net[fold=1,seed=1].log').join('\n');
  assert.match(log, /engine tfjs: TensorFlow\.js 4\.22\.0 in plain JavaScript\nwarning: .*slower/);
  const plan = await p.plan('x.yaml', { overrides: ['net.engine=tfjs'] });
  assert.match(plan.warnings.join(), /^net: TensorFlow\.js computes in plain JavaScript/);
});

test('another backend, or another version of it, is another result; where it lies is not', async () => {
  const planned = async (made: EngineProject) => {
    const { stages, warnings } = await made.plan('x.yaml', { overrides: ['net.engine=tfjs'] });
    const tasks = stages.find(({ address }) => address === 'net')?.tasks ?? [];
    const folds = tasks.filter(({ kind }) => kind === 'train-network');
    assert.is(folds.length, 3);
    return { keys: folds.map(({ key }) => key).join(), warnings };
  };
  using p = project();
  await untilFolds(p);
  const plain = await planned(p);
  claim(p, 'tfjs-node', 'tfjs-node 4.22.0, TensorFlow 2.12.0');
  const older = await planned(p);
  claim(p, 'tfjs-node', 'tfjs-node 4.22.0, TensorFlow 2.21.0');
  const newer = await planned(p);
  assert.is(new Set([plain.keys, older.keys, newer.keys]).size, 3);
  assert.equal(newer.warnings, []);

  using q = project();
  await untilFolds(q);
  claim(q, 'tfjs-node', 'tfjs-node 4.22.0, TensorFlow 2.21.0');
  assert.is((await planned(q)).keys, newer.keys);
});

test('a device that no backend serves is refused before work', async () => {
  using p = project();
  await untilFolds(p);
  const overrides = ['net.engine=tfjs', 'net.device=cuda'];
  assert.match(
    JSON.stringify(await p.refused('x.yaml', { overrides })),
    /needs tfjs-node-gpu.*affekt engine install tfjs-node --gpu/,
  );
});

test.run();
