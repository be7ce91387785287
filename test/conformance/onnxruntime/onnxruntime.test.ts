import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parsePredictions } from '../../../src/artifacts/predictions.ts';
import { createEngineProject, finished } from '../../util/project.ts';
import { runPython } from '../../util/run-python.ts';
import { tinyNetwork, writeTinyCorpus } from '../../util/tiny-corpus.ts';

const test = suite('model.onnx in Python');

const spec = (given: object): string => `name: net
seed: 3
stages:
  speech: { uses: fetch, with: { files: wav/*.wav, table: labels.csv } }
  mel: { uses: melspec, in: speech, with: { sample_rate: native, n_fft: 256, win_length: 200, hop_length: 80, n_mels: 8, fmax: 4000 } }
  voice: { uses: functionals, in: speech }
  net:
    uses: train-kfold
    in: { features: mel, functionals: voice }
    with: ${JSON.stringify({ ...tinyNetwork, split: { scheme: 'leave-one-speaker-out' }, controls: [], ...given })}
  scores: { uses: evaluate, in: { models: net, corpus: speech } }
`;

interface Said {
  readonly fold: number;
  readonly id: string;
  readonly posterior: readonly number[];
}

function askPython(run: string): { readonly version: string; readonly said: readonly Said[] } {
  return JSON.parse(runPython(join(import.meta.dirname, 'reference.py'), { input: { run } }));
}

/** Level and normaliser are float32 in the file and float64 in training. */
const tolerance = 1e-5;

for (const given of [
  { epochs: 8 },
  { epochs: 2, architecture: 'cnn4', level: 'band' },
  { architecture: 'logreg' },
]) {
  test(`${JSON.stringify(given)}: the posteriors of predictions.csv, from the files of the run`, async () => {
    using project = createEngineProject();
    writeTinyCorpus(project);
    project.write({ 'x.yaml': spec(given) });
    const done = finished(await project.run('x.yaml'));
    const { said } = askPython(done.folder);
    const path = done.artifact('net', 'models')!.path('predictions.csv');
    const { predictions } = parsePredictions(readFileSync(path, 'utf8'), ['anger', 'calm']);
    assert.ok(predictions.length > 0);
    for (const { fold, id, posterior } of predictions) {
      const python = said.find((one) => one.fold === fold && one.id === id)?.posterior ?? [];
      const off = posterior.map((p, k) => Math.abs(p - python[k]!));
      assert.ok(Math.max(...off) < tolerance, `${id} of fold ${fold}: ${posterior} and ${python}`);
    }
  });
}

test.run();
