import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { err } from '../../../src/engine/result.ts';
import { locateStage } from '../../../src/engine/spec/locate-stage.ts';
import { readSpec } from '../../../src/engine/spec/read-spec.ts';
import { artifacts, kinds } from './kinds.ts';

const test = suite('places of a checked stage');

test('a stage and its params, in the file that wrote them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'affekt-locate-'));
  try {
    const file = join(folder, 'spec.yaml');
    const base = join(folder, 'shared', 'base.yaml');
    mkdirSync(join(folder, 'shared'));
    writeFileSync(
      base,
      '\ufeffname: base\nstages:\n  speech: { uses: fetch, with: { labels: { a: b } } }\n',
    );
    writeFileSync(
      file,
      'extends: shared/base.yaml\nstages:\n  speech:\n    with: { dataset: demo }\n',
    );
    const read = await readSpec({
      file,
      kinds,
      artifacts,
      overrides: [],
      env: {},
      loadModule: async () => err({ message: 'none', hint: '' }),
    });
    const stage = read.ok ? read.value.spec.stages[0] : undefined;
    if (!stage) throw new Error('the spec is right');
    const place = (param?: string): readonly unknown[] => {
      const found = locateStage(file, stage, param);
      return [found?.file.endsWith('base.yaml'), found?.line, found?.column, found?.length];
    };
    assert.equal(place('dataset'), [false, 4, 22, 4]);
    assert.equal(place('labels'), [true, 3, 42, 8]);
    assert.equal(place('labels.a'), [true, 3, 47, 1]);
    assert.equal(place('files'), [true, 3, 3, 6]);
    rmSync(file);
    assert.equal(place('labels'), [true, 3, 42, 8]);
    rmSync(base);
    assert.is(locateStage(file, stage), undefined);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.run();
