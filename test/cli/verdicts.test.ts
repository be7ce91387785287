import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Metrics } from '../../src/artifacts/metrics.ts';
import type { RunDiff } from '../../src/diff/types.ts';
import { createProject, type Project } from '../util/cli.ts';
import { smallSpec, writeTinyCorpus } from '../util/tiny-corpus.ts';

const test = suite('audit, reproduce and diff');

const spec = smallSpec();

interface RunFile {
  readonly id: string;
  readonly started: string;
}

function rig(): Project {
  const project = createProject();
  writeTinyCorpus(project);
  project.write({ 'x.yaml': spec });
  return project;
}

test('a run is audited and repeated; what changed since is named', async () => {
  using project = rig();
  assert.is((await project.affekt(['run', 'x.yaml'])).code, 0);
  const audit = await project.affekt(['audit']);
  assert.is(audit.code, 0, audit.out + audit.err);
  assert.match(audit.out, /leave-one-speaker-out \(3\)/);
  assert.match(audit.out, /^ {2}2 +1 +8 +0 +4 +s2$/m, 'fold 2 trains on 8 clips and scores s2');
  assert.match(audit.out, /\nclean: /);

  const again = await project.affekt(['reproduce']);
  assert.is(again.code, 0, again.out + again.err);
  assert.match(again.out, /reproduced: (\d+) of \1 tasks gave the same bytes/);
  assert.is(project.list('runs').filter((name) => /^\d/.test(name)).length, 1, 'no run of its own');
  const one = await project.affekt(['reproduce', '--only', 'model[fold=2]']);
  assert.match(one.out, /reproduced: 1 of 1 task gave/);

  project.write({ 'x.yaml': spec.replace('n_mels: 8', 'n_mels: 9') });
  const changed = await project.affekt(['reproduce']);
  assert.is(changed.code, 2);
  assert.match(changed.err, /mel\[chunk=.\] would be made of other inputs, params or code/);

  // One byte of the predictions, behind the cache's back.
  const [run = ''] = project.list('runs').filter((name) => /^\d/.test(name));
  const path = project.path(`runs/${run}/stages/model/models/predictions.csv`);
  const text = project.read(`runs/${run}/stages/model/models/predictions.csv`);
  chmodSync(path, 0o644);
  writeFileSync(path, text.replace('anger', 'Anger'));
  const damaged = await project.affekt(['audit', '--json']);
  assert.is(damaged.code, 3);
  assert.is((JSON.parse(damaged.out) as { verdict: string }).verdict, 'damaged');
});

test('a stage that gives something else each time is named', async () => {
  using project = createProject();
  project.write({
    'dice.ts': `
import { writeFileSync } from 'node:fs';
import { defineStage, formatCsv, Type } from 'affekt';
export default defineStage({
  kind: 'dice', version: 1, summary: 'Rolls.', tier: 'inline', params: Type.Object({}), inputs: {},
  outputs: { out: { type: 'table', summary: 'x' } },
  run(context) {
    writeFileSync(context.output('out').path('table.csv'), formatCsv(['x'], [[process.hrtime.bigint().toString()]]));
  },
});
`,
    'x.yaml': `name: x
stages:
  roll: { uses: ./dice.ts }
  copy: { uses: command, in: { t: roll }, with: { run: [cp, "{inputs.t}/table.csv", "{outputs.out}"] } }
`,
  });
  assert.is((await project.affekt(['run', 'x.yaml'])).code, 0);
  const { code, out } = await project.affekt(['reproduce']);
  assert.is(code, 3, out);
  assert.match(out, /differs +roll by .*: table.csv/);
  assert.match(out, /1 of 2 tasks gave the same bytes; the first that differs is roll/);
});

test('two runs differ by what one evaluation of both would say', async () => {
  using project = rig();
  const two = spec.replace(
    'scores: { uses: evaluate, in: model }',
    `other: { uses: train-kfold, in: mel, with: { architecture: logreg, controls: [], c: 0.0001 } }
  scores: { uses: evaluate, in: { models: [model, other] } }`,
  );
  project.write({ 'both.yaml': two });
  for (const args of [['x.yaml'], ['x.yaml', 'model.c=0.0001'], ['both.yaml']]) {
    const { code, err } = await project.affekt(['run', ...args]);
    assert.is(code, 0, err);
  }
  const ids = project
    .list('runs')
    .filter((name) => /^\d/.test(name))
    .map((name) => JSON.parse(project.read(`runs/${name}/run.json`)) as RunFile)
    .sort((a, b) => (a.started < b.started ? -1 : 1))
    .map(({ id }) => id);
  const [a = '', b = '', both = ''] = ids;
  const { code, out, err } = await project.affekt(['diff', a, b, '--json', '--html', 'd.html']);
  assert.is(code, 0, err);
  const diff = JSON.parse(out) as RunDiff;
  assert.equal(diff.spec, [{ path: 'model.c', a: 1, b: 0.0001 }]);
  assert.equal([diff.code, diff.environment], [[], []]);
  assert.equal(
    diff.tasks.find(({ stage }) => stage === 'mel')?.different,
    0,
    'features are the same',
  );
  const [run = ''] = project.list('runs').filter((name) => name.endsWith(both));
  const metrics = JSON.parse(
    project.read(`runs/${run}/stages/scores/evaluation/metrics.json`),
  ) as Metrics;
  const [expected] = metrics.comparisons;
  const [set] = diff.sets;
  // The same fractions, summed in the same order.
  assert.is(set?.comparison?.difference, expected?.difference);
  assert.is(set?.comparison?.refused, expected?.refused);
  const flips = (set?.gained.length ?? 0) - (set?.lost.length ?? 0);
  const right = (n: number): number => (metrics.sets[n]?.values['accuracy']?.value ?? 0) * 12;
  assert.is(flips, Math.round(right(1) - right(0)), 'one seed: every change of accuracy is a flip');
  assert.match(project.read('d.html'), /Right only in A/);
  const screen = await project.affekt(['diff', a, b]);
  assert.match(screen.out, /model\.c +1 +→ +0\.0001/);
  const [torn = ''] = project.list('runs').filter((name) => name.endsWith(a));
  rmSync(project.path(`runs/${torn}/resolved.yaml`));
  const gone = await project.affekt(['diff', a, b]);
  assert.is(gone.code, 2);
  assert.match(gone.err, /resolved\.yaml is gone/);
  assert.match(gone.err, /Its folder is not whole: affekt run x\.yaml makes it again/);
});

test.run();
