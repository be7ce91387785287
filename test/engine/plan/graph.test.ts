import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import Type from 'typebox';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { buildGraph, tooManyVariants } from '../../../src/engine/plan/graph.ts';
import type { Spec } from '../../../src/engine/spec/types.ts';
import { defineStage } from '../../../src/engine/stage.ts';
import { computed, createEngineProject, finished } from '../../util/project.ts';
import { createTestKinds } from '../../util/test-kinds.ts';

const test = suite('graph');

/** `address ← what it reads`, by port. */
async function graphOf(spec: string): Promise<readonly string[]> {
  using project = createEngineProject();
  project.write({ 'x.yaml': spec });
  const { kinds } = createTestKinds();
  const host = project.host({ kinds });
  const { spec: checked, own } = await project.load('x.yaml', host);
  return buildGraph(checked, host.kinds, own).map(({ address, inputs }) => {
    const read = Object.entries(inputs).map(
      ([port, list]) => `${port}: ${list.map(({ node }) => node.address).join(' ')}`,
    );
    return [address, ...read].join(' ← ');
  });
}

const axes = (more: string) => `name: g
matrix:
  front: { a: { top.label: a }, b: { top.label: b } }
  size: { s: { low.other: 1 }, l: { low.other: 2 } }
${more}`;

const stages = `stages:
  free: { uses: say, with: { label: free } }
  top: { uses: say, with: { label: top } }
  mid: { uses: say, in: { x: top, y: free } }
  low: { uses: say, in: { x: mid } }
`;

test('a stage multiplies over the axes that set it or an ancestor, and over no other', async () => {
  assert.equal(await graphOf(axes(stages)), [
    'free',
    'top[front=a]',
    'top[front=b]',
    'mid[front=a] ← x: top[front=a] ← y: free',
    'mid[front=b] ← x: top[front=b] ← y: free',
    'low[front=a,size=s] ← x: mid[front=a]',
    'low[front=a,size=l] ← x: mid[front=a]',
    'low[front=b,size=s] ← x: mid[front=b]',
    'low[front=b,size=l] ← x: mid[front=b]',
  ]);
});

test('[*] takes all variants, a selector takes its own, in matrix order', async () => {
  const graph = await graphOf(
    axes(`${stages}  all: { uses: say, in: { x: "low[*]" } }
  some: { uses: say, in: { x: "low[front=b]" } }
  one: { uses: say, in: { x: "low[size=l,front=a]" } }
  pair: { uses: say, in: { x: ["top[front=b]", "top[front=a]"] } }
`),
  );
  const of = (name: string) => graph.filter((line) => line.startsWith(name));
  const all = 'low[front=a,size=s] low[front=a,size=l] low[front=b,size=s] low[front=b,size=l]';
  assert.equal(of('all'), [`all ← x: ${all}`]);
  assert.equal(of('some'), [
    'some[size=s] ← x: low[front=b,size=s]',
    'some[size=l] ← x: low[front=b,size=l]',
  ]);
  assert.equal(of('one'), ['one ← x: low[front=a,size=l]']);
  assert.equal(of('pair'), ['pair ← x: top[front=b] top[front=a]']);
});

test('exclude leaves a combination out wherever all its axes meet', async () => {
  const graph = await graphOf(`name: g
matrix:
  front: { a: { top.label: a }, b: { top.label: b } }
  size: { s: { low.other: 1 }, l: { low.other: 2 } }
  exclude: [{ front: b, size: l }]
${stages}  all: { uses: say, in: { x: "low[*]" } }
`);
  assert.equal(graph.slice(5), [
    'low[front=a,size=s] ← x: mid[front=a]',
    'low[front=a,size=l] ← x: mid[front=a]',
    'low[front=b,size=s] ← x: mid[front=b]',
    'all ← x: low[front=a,size=s] low[front=a,size=l] low[front=b,size=s]',
  ]);
});

test('an axis with a param path as its name keeps the path', async () => {
  const graph = await graphOf(`name: g
matrix: { top.other: [1, 2] }
stages:
  top: { uses: say, with: { label: top } }
  low: { uses: say, in: { x: top } }
`);
  assert.equal(graph, [
    'top[top.other=1]',
    'top[top.other=2]',
    'low[top.other=1] ← x: top[top.other=1]',
    'low[top.other=2] ← x: top[top.other=2]',
  ]);
});

test('fan-in keeps the order of wiring: another order is another key', async () => {
  using project = createEngineProject();
  const { kinds, taken } = createTestKinds();
  const host = project.host({ kinds });
  const spec = (order: string) => `name: g
stages:
  a: { uses: say, with: { label: a } }
  b: { uses: say, with: { label: b } }
  c: { uses: say, in: { x: ${order} }, with: { label: c } }
`;
  project.write({ 'x.yaml': spec('[a, b]'), 'y.yaml': spec('[b, a]') });
  await project.run('x.yaml', { host });
  taken();
  const other = finished(await project.run('y.yaml', { host }));
  assert.equal(taken(), ['c']);
  assert.is(readFileSync(other.artifact('c', 'out')!.path('text'), 'utf8'), 'c(b,a)');
});

test('a path param of a per-item stage is hashed by content, for its chunks too', async () => {
  using project = createEngineProject();
  const { kinds, taken } = createTestKinds();
  const codes = kinds['codes']!;
  const params = Type.Object({
    scale: Type.Number({ default: 1, description: 'Factor.' }),
    table: Type.String({ description: 'A file.', 'x-affekt': 'path' }),
  });
  const host = project.host({
    kinds: { ...kinds, codes: defineStage({ ...codes, params } as never) },
  });
  project.write({
    'a.txt': 'one',
    'x.yaml': `name: x
stages:
  words: { uses: words, with: { words: [ab, cd] } }
  codes: { uses: codes, in: words, with: { table: a.txt } }
`,
  });
  await project.run('x.yaml', { host });
  taken();
  project.write({ 'a.txt': 'two' });
  await project.run('x.yaml', { host });
  assert.equal([...taken()].sort(), ['ab', 'cd', 'combine 2']);
});

test('paths in a list or a map are hashed by content; of a pattern the names count, its place does not', async () => {
  using project = createEngineProject();
  const path = (): ReturnType<typeof Type.String> => Type.String({ 'x-affekt': 'path' });
  const params = Type.Object({
    list: Type.Array(path(), { default: [], description: 'Files.' }),
    all: Type.Array(Type.String(), { default: [], description: 'Files.', 'x-affekt': 'path' }),
    map: Type.Object({ file: path() }, { default: { file: 'a.txt' }, description: 'A file.' }),
    glob: Type.String({ default: 'a.txt', description: 'Files.', 'x-affekt': 'path' }),
  });
  const reads = defineStage({
    kind: 'reads',
    version: 1,
    summary: 'Reads.',
    tier: 'inline',
    inputs: {},
    outputs: { out: { type: 'file', summary: '' } },
    params,
    run: (context) => writeFileSync(context.output('out').path('x'), ''),
  });
  const host = project.host({ kinds: { reads } });
  project.write({ 'a.txt': 'a', 'b/one.txt': 'one', 'b/two.txt': 'two', 'c.txt': 'c' });
  project.write({ 'elsewhere/b/one.txt': 'one', 'elsewhere/b/two.txt': 'two' });
  const ran = async (given: string): Promise<boolean> => {
    project.write({ 'x.yaml': `name: x\nstages: { a: { uses: reads, with: ${given} } }\n` });
    return computed(await project.run('x.yaml', { host, record: true })).length > 0;
  };
  for (const given of ['{ list: [c.txt] }', '{ all: [c.txt] }', '{ map: { file: c.txt } }']) {
    project.write({ 'c.txt': given });
    assert.ok(await ran(given));
    assert.not(await ran(given));
    project.write({ 'c.txt': `${given} edited` });
    assert.ok(await ran(given), given);
  }
  assert.ok(await ran('{ glob: b/*.txt }'));
  assert.not(await ran('{ glob: elsewhere/b/*.txt }'), 'the same files in another place');
  renameSync(project.path('b/two.txt'), project.path('b/three.txt'));
  assert.ok(await ran('{ glob: b/*.txt }'), 'a stage may read the names');
});

test('a file that a later stage lacks is said before the first one runs', async () => {
  using project = createEngineProject();
  const { kinds, taken } = createTestKinds();
  const host = project.host({ kinds });
  project.write({
    'x.yaml': `name: x
stages:
  a: { uses: say, with: { label: a } }
  b: { uses: command, in: { x: a }, with: { run: [python3, gone.py], code: [gone.py] } }
`,
  });
  const [problem] = await project.refused('x.yaml', { host });
  assert.match(problem?.message ?? '', 'no file matches "gone.py"');
  assert.is(problem?.location?.line, 4);
  assert.equal(taken(), []);
  const given = ['b.code=["none.py"]'];
  const [told] = await project.refused('x.yaml', { host, overrides: given });
  assert.is(told?.location?.file, 'command line', 'where it was written');
  assert.is(told?.location?.column, 'b.code='.length + 1);
  const text = project.read('x.yaml').replace('code: [gone.py]', 'code: [src]');
  project.write({ 'src/a.py': '', 'y.yaml': text });
  const [folder] = await project.refused('y.yaml', { host });
  assert.match(folder?.hint ?? '', /It is a folder: write src\/\*\*\/\*/);
  const only = await project.run('x.yaml', { host, selection: { only: ['a'] } });
  assert.equal(computed(only), ['a'], 'what is not selected may lack it');
});

test('a matrix that cannot be planned is an error, not a wait', () => {
  const variants = Array.from({ length: 200 }, (_, i) => ({ name: `${i}`, set: { 'a.x': i } }));
  const other = variants.map(({ name }) => ({ name, set: { 'a.y': 1 } }));
  const matrix = [
    { name: 'x', variants },
    { name: 'y', variants: other },
  ];
  const a = { name: 'a', uses: 'say', with: {}, inputs: [] };
  const problem = (axes: typeof matrix) =>
    tooManyVariants({ stages: [a], matrix: axes, exclude: [] } as unknown as Spec);
  assert.match(problem(matrix)?.message ?? '', '40000 variants of "a": 200 of x × 200 of y');
  assert.is(problem(matrix.slice(1)), undefined);
});

test.run();
