import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseCsv } from '../../../src/util/csv.ts';
import { createProject } from '../../util/cli.ts';
import { runPython } from '../../util/run-python.ts';

const test = suite('end to end');

const root = resolve(import.meta.dirname, '../../..');
const data = process.env['AFFEKT_TEST_DATA'] ?? join(root, '../shared/data');
const emodb = join(data, 'emodb');

if (!existsSync(emodb)) process.stdout.write(`skip: no EmoDB in ${data}\n`);
else {
  // The built program on one side; librosa and scikit-learn from the same sound files on the other.
  test('EmoDB gives the number that librosa and scikit-learn give', async () => {
    using project = createProject();
    const env = { AFFEKT_DATA: project.path('data') };
    const added = await project.affekt(['data', 'add', 'emodb', emodb], { env });
    assert.is(added.code, 0, added.err);
    const spec = join(root, 'experiments/emodb.yaml');
    const folders = {
      ...env,
      AFFEKT_CACHE: project.path('cache'),
      AFFEKT_RUNS: project.path('runs'),
    };
    const overrides = ['cnn.architecture=logreg', 'cnn.controls=[majority]'];
    const ran = await project.affekt(['run', spec, ...overrides, '--only', 'scores'], {
      env: folders,
    });
    assert.is(ran.code, 0, ran.err);

    const script = join(import.meta.dirname, 'reference.py');
    const expected = JSON.parse(runPython(script, { args: [emodb] })) as {
      readonly uar: number;
      readonly predicted: Readonly<Record<string, string>>;
    };

    const { header, rows } = parseCsv(
      readFileSync(project.path('runs/latest/stages/cnn/models/predictions.csv'), 'utf8'),
    );
    const [id, predicted] = [header.indexOf('id'), header.indexOf('predicted')];
    assert.is(rows.length, 535);
    const differing = rows.filter((row) => {
      const stem = (row[id] ?? '').replace(/^.*\//, '').replace(/\.wav$/, '');
      return expected.predicted[stem] !== row[predicted];
    });
    // Features agree to 1e-4 dB, which can tip a clip only where two posteriors are equal to 1e-5.
    assert.equal(differing, []);
    const metrics = JSON.parse(
      readFileSync(project.path('runs/latest/stages/scores/evaluation/metrics.json'), 'utf8'),
    ) as { readonly headline: { readonly value: number } };
    const { value } = metrics.headline;
    assert.ok(Math.abs(value - expected.uar) < 1e-12, `${value} is not ${expected.uar}`);
    process.stdout.write(`UAR ${value} here, ${expected.uar} there; all predictions equal\n`);
  });
}

test.run();
