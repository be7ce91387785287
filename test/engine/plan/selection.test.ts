import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { noMatch } from '../../../src/engine/plan/no-match.ts';
import { computed, createEngineProject, type Done, finished } from '../../util/project.ts';
import { createTestKinds } from '../../util/test-kinds.ts';
import { smallSpec, writeTinyCorpus } from '../../util/tiny-corpus.ts';

const test = suite('selection');

const graph = `name: g
matrix:
  m: { one: { mid.label: mid1 }, two: { mid.label: mid2 } }
stages:
  top: { uses: say, with: { label: top } }
  side: { uses: say, with: { label: side } }
  mid: { uses: say, in: { x: top }, with: { label: mid } }
  low: { uses: say, in: { x: mid, y: side }, with: { label: low } }
  all: { uses: say, in: { x: "low[*]" }, with: { label: all } }
`;

function rig(files: Record<string, string> = { 'x.yaml': graph }) {
  const project = createEngineProject();
  const made = createTestKinds();
  project.write(files);
  const host = project.host({ kinds: made.kinds });
  const run = (selection: Record<string, readonly string[]>, more = {}): Promise<Done> =>
    project.run('x.yaml', { host, selection, ...more });
  return { project, host, run, ...made };
}

const everything = ['all', 'low[m=one]', 'low[m=two]', 'mid[m=one]', 'mid[m=two]', 'side', 'top'];

test('a stage multiplies only over the axes that reach it', async () => {
  const { project, run } = rig();
  using _ = project;
  const done = await run({});
  assert.equal(computed(done), everything);
});

test('--only runs the stage and what it needs, nothing beside or below', async () => {
  const { project, run } = rig();
  using _ = project;
  assert.equal(computed(await run({ only: ['mid'] })), ['mid[m=one]', 'mid[m=two]', 'top']);
  assert.equal(computed(await run({ only: ['low[m=two]'] })), ['low[m=two]', 'side']);
  assert.is((await run({ only: ['mid', 'low[m=two]'] })).state, 'done');
  assert.is((await run({ only: ['low[m=two]'] })).state, 'nothing-to-do');
  assert.equal(computed(await run({ only: ['low[m=*]'] })), ['low[m=one]']);
});

test('--until leaves out what comes after', async () => {
  const { project, run } = rig();
  using _ = project;
  assert.equal(computed(await run({ until: ['mid'] })), [
    'mid[m=one]',
    'mid[m=two]',
    'side',
    'top',
  ]);
  assert.equal(computed(await run({ until: ['low'], only: ['all'] })), [
    'low[m=one]',
    'low[m=two]',
  ]);
});

test('--from makes the stage and all below it again', async () => {
  const { project, run } = rig();
  using _ = project;
  await run({});
  assert.equal(computed(await run({ from: ['mid[m=two]'] })), ['all', 'low[m=two]', 'mid[m=two]']);
  assert.equal(computed(await run({ from: ['top'], until: ['mid'] })), [
    'mid[m=one]',
    'mid[m=two]',
    'top',
  ]);
});

test('a task that is named runs again alone with what reads its stage, and one that is not there is told', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  project.write({ 'x.yaml': smallSpec() });
  const cold = finished(await project.run('x.yaml', { selection: { only: ['model[fold=99]'] } }));
  assert.match(cold.unmatched[0]?.message ?? '', 'nothing matches "model[fold=99]"');
  assert.equal(finished(await project.run('x.yaml')).unmatched, []);
  const [none] = await project.refused('x.yaml', { selection: { from: ['model[fold=99]'] } });
  assert.match(none?.message ?? '', 'nothing matches "model[fold=99]"');
  const again = await project.run('x.yaml', { selection: { from: ['model[fold=2]'] } });
  const ran = computed(again);
  assert.ok(
    ran.some((address) => address.startsWith('model[fold=2')),
    ran.join(),
  );
  assert.not.ok(
    ran.some((address) => /fold=[13]/.test(address)),
    ran.join(),
  );
  assert.ok(ran.includes('scores'), ran.join());
  // A pattern that speaks of several stages: what reads any of them runs again, too.
  assert.ok(
    computed(await project.run('x.yaml', { selection: { from: ['**/split'] } })).includes('scores'),
  );
});

test('--force makes one stage again; equal bytes stop there, other bytes are reported', async () => {
  const { project, run, instead } = rig();
  using _ = project;
  await run({});
  const same = finished(await run({ force: ['mid[m=one]'] }));
  assert.is(same.same, 1);
  assert.is(
    finished(await run({ from: ['mid'] })).same,
    5,
    'mid and low of both variants, and all',
  );
  assert.equal(computed(same), ['mid[m=one]']);
  assert.is(same.state, 'done');

  let n = 0;
  const { kinds } = createTestKinds();
  const fickle = {
    ...kinds['say']!,
    async run(context: never) {
      const { params, output } = context as {
        params: { label: string };
        output: (port: string) => { path(file: string): string };
      };
      const { writeFileSync } = await import('node:fs');
      writeFileSync(output('out').path('text'), `${params.label} ${n++}`);
    },
  };
  instead.clear();
  project.write({ 'f.yaml': 'name: f\nstages: { a: { uses: say, with: { label: f } } }\n' });
  const host = project.host({ kinds: { say: fickle as never } });
  const first = await project.run('f.yaml', { host });
  const again = finished(await project.run('f.yaml', { host, selection: { force: ['a'] } }));
  const [failure] = again.failures;
  assert.is(failure?.failure.reason, 'not-deterministic');
  assert.equal([finished(first).same, again.same], [0, 0]);
  const third = await project.run('f.yaml', { host });
  assert.equal(third.outputs, first.outputs, 'the first record stands');
});

test('a glob that matches nothing names what there is; a broken one points at the place', async () => {
  const { project, host } = rig();
  using _ = project;
  const [problem] = await project.refused('x.yaml', { host, selection: { only: ['mdi'] } });
  assert.match(problem?.message ?? '', 'nothing matches "mdi"');
  assert.match(problem?.hint ?? '', 'mid');
  const [broken] = await project.refused('x.yaml', { host, selection: { force: ['mid[m='] } });
  assert.match(broken?.message ?? '', '--force');
  assert.ok((broken?.location?.column ?? 0) > 0);
});

test('a pattern says what its stage has, and the nearest name where there is no such stage', async () => {
  const { project, host } = rig();
  using _ = project;
  const only = async (text: string) =>
    (await project.refused('x.yaml', { host, selection: { only: [text] } }))[0];
  assert.match((await only('top[a=1]'))?.hint ?? '', /^top has no variants: write "top"/);
  assert.is((await only('mid[m=three]'))?.hint, 'There are mid[m=one], mid[m=two].');
  assert.is((await only('midd[fold=2]'))?.nearest, 'mid[fold=2]');
});

test('a long list of addresses is cut', () => {
  const addresses = Array.from({ length: 20 }, (_, i) => `mel[n=${i}]`);
  const problem = noMatch('mel[n=40]', addresses);
  assert.match(problem.hint ?? '', /^There are mel\[n=0\], .* and 12 more\.$/);
});

const words = `name: w
stages:
  words: { uses: words, with: { words: [ab, cd, ef] } }
  codes: { uses: codes, in: words }
  end: { uses: say, in: { x: words }, with: { label: end } }
`;

test('--force of a per-item stage computes its items, it does not copy them', async () => {
  const { project, run, taken } = rig({ 'x.yaml': words.replace('  end', '  #') });
  using _ = project;
  await run({});
  taken();
  await run({ force: ['codes'] });
  assert.equal([...taken()].sort(), ['ab', 'cd', 'combine 3', 'ef']);
  await run({ from: ['codes'] });
  assert.equal([...taken()].sort(), ['ab', 'cd', 'combine 3', 'ef']);
  await run({ force: ['codes/combine'] });
  assert.equal(taken(), ['combine 3']);
});

test.run();
