import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openFeatures } from '../../../src/artifacts/features.ts';
import { CachePaths } from '../../../src/engine/cache/paths.ts';
import { sha256 } from '../../../src/engine/digest.ts';
import { layoutRun } from '../../../src/tracking/layout/layout.ts';
import type { Operation } from '../../../src/tracking/layout/operations.ts';
import type { RunRecord } from '../../../src/tracking/layout/record.ts';
import { RecordReader } from '../../../src/tracking/sync/read-record.ts';
import { parseCsv } from '../../../src/util/csv.ts';
import { createProject, type Project } from '../../util/cli.ts';
import { installMlflow, startMlflow } from '../../util/mlflow-server.ts';
import { runPython } from '../../util/run-python.ts';

const test = suite('MLflow: whole runs, read back by its Python client');

type Table = Readonly<Record<string, string>>;
interface PythonRun {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly started: number;
  readonly ended: number;
  readonly params: Table;
  readonly tags: Table;
  readonly metrics: Readonly<Record<string, readonly (readonly number[])[]>>;
  readonly datasets: readonly string[];
  readonly artifacts: Table;
  readonly model: {
    readonly inputs: readonly unknown[];
    readonly outputs: readonly unknown[];
    readonly posteriors: Readonly<Record<string, readonly number[]>>;
  } | null;
}

const spec = (name: string, more: string, training: string) => `name: ${name}
seed: 42
${more}stages:
  speech: { uses: fetch, with: { dataset: demo } }
  mel: { uses: melspec, in: speech, with: { n_mels: 16, trim_db: 45 } }
  model: { uses: train-kfold, in: mel, with: { architecture: mlp, epochs: 2, ${training}split: { scheme: stratified-group-k-fold, folds: 3 } } }
  scores: { uses: evaluate, in: { models: "model[*]", corpus: speech }, with: { resamples: 200 } }
`;

/** Clips of every speaker: every fold holds some of them out. */
const clips = [1, 2, 3, 4, 5, 6].map((speaker) => `anger-${speaker}-1`);

function recordOf(project: Project, folder: string): RunRecord {
  const cache = new CachePaths(project.path('cache'));
  const record = new RecordReader(project.path(`runs/${folder}`), cache, 'embed').read();
  assert.ok(record !== undefined);
  return record;
}

/** What the models were trained on, of a few clips. */
function featuresOf({ tasks, artifact }: RunRecord): Readonly<Record<string, readonly number[][]>> {
  const outputs = tasks.flatMap(({ record }) => Object.values(record.outputs));
  const files = artifact(outputs.find(({ type }) => type === 'features')?.digest ?? '');
  assert.ok(files !== undefined);
  const features = openFeatures({ ...files, consume: () => undefined } as never);
  return Object.fromEntries(
    [...features.load('apply', clips)].map(([id, { data }]) => [
      id,
      Array.from({ length: data.length / features.bands }, (_, n) => [
        ...data.subarray(n * features.bands, (n + 1) * features.bands),
      ]),
    ]),
  );
}

/** What training itself wrote of the clips that a fold holds out. */
function posteriorsOf(
  { tasks, artifact }: RunRecord,
  address: string,
): ReadonlyMap<string, readonly number[]> {
  const record = tasks.find((one) => one.address === address)?.record;
  const files = artifact(record?.outputs['fold']?.digest ?? '');
  assert.ok(files !== undefined);
  const { rows } = parseCsv(readFileSync(files.path('posteriors.csv'), 'utf8'));
  return new Map(rows.map(([id = '', , ...values]) => [id, values.map(Number)]));
}

/** Compares one run of the server with what was to be sent; returns how many values that were. */
function compareRun(own: readonly Operation[], got: PythonRun | undefined): number {
  assert.ok(got !== undefined);
  let values = 0;
  const points = new Map<string, (readonly number[])[]>();
  for (const one of own) {
    if (one.type === 'run') {
      assert.equal([got.name, got.started], [one.name, one.started]);
      for (const [key, value] of Object.entries(one.tags)) assert.is(got.tags[key], value, key);
      values += 2 + Object.keys(one.tags).length;
    } else if (one.type === 'params') {
      assert.equal(got.params, one.params);
      values += Object.keys(one.params).length;
    } else if (one.type === 'tags') {
      for (const [key, value] of Object.entries(one.tags)) assert.is(got.tags[key], value, key);
      values += Object.keys(one.tags).length;
    } else if (one.type === 'metrics') {
      for (const { key, step, value, timestamp } of one.metrics) {
        points.set(key, [...(points.get(key) ?? []), [step, value, timestamp]]);
      }
      values += one.metrics.length;
    } else if (one.type === 'datasets') {
      const words = one.datasets.map(
        ({ context, dataset }) => `${context} ${dataset.name} ${dataset.digest}`,
      );
      assert.equal(got.datasets, words.sort());
      values += words.length;
    } else if (one.type === 'artifact') {
      const { path, content } = one;
      if ('text' in content) assert.is(got.artifacts[path], sha256(content.text), path);
      else if ('file' in content) assert.is(got.artifacts[path], content.digest, path);
      else assert.ok(path in got.artifacts, path);
      values += 1;
    } else if (one.type === 'end') {
      assert.equal([got.status, got.ended], [one.status, one.ended]);
      values += 2;
    }
  }
  const inOrder = [...points].map(([key, list]) => [
    key,
    list.sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0)),
  ]);
  assert.equal(got.metrics, Object.fromEntries(inOrder));
  return values;
}

test('a baseline with seeds, a matrix, a run full of cache hits: value by value, and models predict the same', async () => {
  const installed = installMlflow();
  if (typeof installed === 'string') throw new Error(installed);
  // What loads models in Python comes with none of the releases.
  const pip = [
    '-m',
    'uv',
    'pip',
    'install',
    '-q',
    '--python',
    installed.python,
    'onnx',
    'onnxruntime',
  ];
  const added = spawnSync(installed.python, pip, { encoding: 'utf8' });
  assert.is(added.status, 0, added.stderr);
  using project = createProject();
  await using server = await startMlflow(installed);
  project.write({
    'baseline.yaml': spec('baseline', '', 'seeds: 2, ').replace('model[*]', 'model'),
    'matrix.yaml': spec('matrix', 'matrix: { model.batch_size: [16, 32] }\n', ''),
  });
  const env = {
    ...{ AFFEKT_CACHE: project.path('cache'), AFFEKT_RUNS: project.path('runs') },
    MLFLOW_TRACKING_URI: server.url,
  };
  for (const args of [['baseline.yaml'], ['matrix.yaml'], ['baseline.yaml', '--record']]) {
    const ran = await project.affekt(['run', ...args, '--no-track'], { env });
    assert.is(ran.code, 0, ran.err);
  }
  const sent = await project.affekt(['sync', '--all'], { env });
  assert.is(sent.code, 0, sent.err);
  const folders = project.list('runs').filter((name) => /^\d{8}-/.test(name));
  assert.is(folders.length, 3);
  for (const name of ['baseline', 'matrix']) {
    const records = folders
      .filter((one) => one.includes(name))
      .map((one) => recordOf(project, one));
    const [first] = records;
    assert.ok(first !== undefined);
    project.write({ 'features.json': featuresOf(first) });
    const script = join(import.meta.dirname, 'read_runs.py');
    const args = [server.url, name, project.path('features.json')];
    const printed = runPython(script, { python: installed.python, args });
    const { version, runs } = JSON.parse(printed) as {
      readonly version: string;
      readonly runs: Readonly<Record<string, PythonRun>>;
    };
    let [values, models, expected] = [0, 0, 0];
    for (const record of records) {
      const operations = layoutRun(record);
      for (const head of operations) {
        if (head.type !== 'run') continue;
        expected++;
        const got = runs[head.run];
        values += compareRun(
          operations.filter((one) => 'run' in one && one.run === head.run),
          got,
        );
        if (!operations.some((one) => one.type === 'model' && one.run === head.run)) continue;
        models++;
        const { model } = got ?? {};
        assert.ok(model, head.name);
        const tensor = (key: string, shape: readonly number[]) => [
          { name: key, type: 'tensor', 'tensor-spec': { dtype: 'float32', shape } },
        ];
        assert.equal(model.inputs, tensor('features', [1, -1, 16]));
        assert.equal(model.outputs, tensor('posteriors', [1, 4]));
        const told = posteriorsOf(record, head.tags['affekt.address'] ?? '');
        const held = clips.filter((id) => told.has(id));
        assert.ok(held.length > 0);
        for (const id of held) {
          const answer = model.posteriors[id] ?? [];
          const most = Math.max(
            ...(told.get(id) ?? []).map((p, k) => Math.abs(p - (answer[k] ?? Number.NaN))),
          );
          // Single precision, another release of the runtime, another processor's order of sums.
          assert.ok(most < 1e-5, `${head.name}, ${id}: ${most}`);
        }
      }
    }
    assert.is(Object.keys(runs).length, expected, 'no run that nobody sent');
    process.stdout.write(
      `\nMLflow ${version}, ${name}: ${expected} runs, ${values} values, ${models} models\n`,
    );
  }
});

test.run();
