import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { artifactTypes } from '../../src/artifacts/index.ts';
import { createProject } from '../util/cli.ts';

const test = suite('artifacts as the docs describe them');
const page = readFileSync(join(import.meta.dirname, '../../docs/artifacts.md'), 'utf8');

test('every type is in the table', () => {
  const listed = [...page.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, names = '']) =>
    Array.from(names.matchAll(/`([a-z]+)`/g), ([, name]) => name),
  );
  assert.equal(listed.sort(), Object.keys(artifactTypes).sort());
});

test('columns of tables are those of a run', async () => {
  using project = createProject();
  project.write({
    'x.yaml': `stages:
  speech: { uses: fetch, with: { dataset: demo, limit: 2 } }
  mel: { uses: melspec, in: speech }
  folds: { uses: split, in: speech, with: { scheme: leave-one-speaker-out } }
  model: { uses: train-kfold, in: [mel, folds], with: { architecture: logreg } }
  scores: { uses: evaluate, in: model }
`,
  });
  const { code, err } = await project.affekt(['run', 'x.yaml', '--no-track']);
  assert.is(code, 0, err);
  const stages = project.path('runs/latest/stages');
  const files = readdirSync(stages, { recursive: true, encoding: 'utf8' });
  const documented = [...page.matchAll(/`(\w+\.csv)`: `(\w+(?:,\w+)+)`/g)];
  assert.ok(documented.length >= 9, `${documented.length} tables`);
  for (const [, name = '', columns = ''] of documented) {
    const file = files.find((path) => path.endsWith(`/${name}`));
    assert.ok(file, `${name} is there`);
    const [header = ''] = readFileSync(join(stages, file), 'utf8').split('\n');
    assert.is(header.replace(/(,p_\w+)+$/, name === 'predictions.csv' ? '' : '$&'), columns, name);
  }
});

test.run();
