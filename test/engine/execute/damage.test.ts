import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Type from 'typebox';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CachePaths } from '../../../src/engine/cache/paths.ts';
import { sha256 } from '../../../src/engine/digest.ts';
import { defineStage } from '../../../src/engine/stage.ts';
import { computed, createEngineProject, type EngineProject, finished } from '../../util/project.ts';
import { createTestKinds } from '../../util/test-kinds.ts';

const test = suite('damage');

const chain = `name: chain
stages:
  a: { uses: say, with: { label: a } }
  b: { uses: say, in: { x: a }, with: { label: b } }
`;

function rig(files: Record<string, string>) {
  const project = createEngineProject();
  const made = createTestKinds();
  project.write(files);
  return { project, host: project.host({ kinds: made.kinds }), ...made };
}

/** Where the text of a stage of `chain` lies in the cache. */
function objectOf(project: EngineProject, content: string): string {
  return new CachePaths(project.cache).object(sha256(content));
}

test('a damaged or lost object is made again, with the same bytes, and nothing below runs', async () => {
  const { project, host, taken } = rig({ 'x.yaml': chain });
  using _ = project;
  const first = await project.run('x.yaml', { host });
  const path = objectOf(project, 'a');
  const damages: Record<string, () => void> = {
    'a flipped bit': () => writeFileSync(path, 'c'),
    truncated: () => truncateSync(path, 0),
    deleted: () => unlinkSync(path),
    'another object’s content': () => writeFileSync(path, readFileSync(objectOf(project, 'b(a)'))),
  };
  for (const [name, damage] of Object.entries(damages)) {
    taken();
    const { atime, mtime } = statSync(path);
    chmodSync(path, 0o644);
    damage();
    if (name !== 'deleted') utimesSync(path, atime, mtime);
    const plan = await project.plan('x.yaml', { host });
    assert.equal(plan.stages[0]?.tasks[0]?.reason, { why: 'evicted' }, name);
    const again = finished(await project.run('x.yaml', { host }));
    assert.equal(taken(), ['a'], name);
    assert.is(again.state, 'done', name);
    assert.equal(again.outputs, first.outputs, name);
    assert.is(readFileSync(path, 'utf8'), 'a', name);
  }
});

test('an evicted result whose remake has other bytes replaces the record, and says so', async () => {
  const { project } = rig({ 'x.yaml': chain });
  using _ = project;
  let salt = 'one';
  const fickle = defineStage({
    kind: 'say',
    version: 1,
    summary: 'Differs.',
    tier: 'inline',
    inputs: {},
    openInputs: true,
    outputs: { out: { type: 'file', summary: 'text' } },
    params: Type.Object({ label: Type.String({ default: '', description: 'Label.' }) }),
    run(context) {
      writeFileSync(context.output('out').path('text'), context.params.label + salt);
    },
  });
  const host = project.host({ kinds: { say: fickle } });
  await project.run('x.yaml', { host });
  rmSync(objectOf(project, 'aone'), { force: true });
  salt = 'two';
  const again = finished(await project.run('x.yaml', { host }));
  assert.is(again.state, 'done');
  const notes = again.events.flatMap((event) =>
    event.type === 'task-done' ? [[event.address, event.note ?? '']] : [],
  );
  assert.is(notes.length, 2, 'what reads it runs again');
  assert.match(notes[0]?.[1] ?? '', /differs from the one made before, which is gone/);
  assert.is((await project.run('x.yaml', { host })).state, 'nothing-to-do');
});

test('a record cut short is made again and replaced', async () => {
  const { project, host, taken } = rig({ 'x.yaml': chain });
  using _ = project;
  const first = finished(await project.run('x.yaml', { host }));
  const key = first.tasks.find(({ address }) => address === 'a')!.key;
  const path = new CachePaths(project.cache).record(key);
  for (const left of [0, 0.1, 0.99]) {
    taken();
    const size = Math.floor(statSync(path).size * left);
    truncateSync(path, size);
    const again = await project.run('x.yaml', { host });
    assert.equal(taken(), ['a'], `${size} bytes`);
    assert.equal(again.outputs, first.outputs);
  }
});

const words = (list: string, note = '') => `name: w
stages:
  words: { uses: words, with: { words: ${list}, note: "${note}" } }
  codes: { uses: codes, in: words }
`;

const manyWords = (n: number): string =>
  `[${Array.from({ length: n }, (_, i) => `w${i}`).join(', ')}]`;

test('a corrected note computes no item; five new items compute five', async () => {
  const { project, host, taken } = rig({
    'one.yaml': words(manyWords(90)),
    'note.yaml': words(manyWords(90), 'corrected'),
    // Beyond a power of two: the chunks are cut anew, and still nothing is computed twice.
    'more.yaml': words(manyWords(100)),
    'five.yaml': words(manyWords(95)),
    'less.yaml': words(manyWords(3)),
  });
  using _ = project;
  const items = (): readonly string[] => taken().filter((word) => /^w\d/.test(word));
  await project.run('one.yaml', { host });
  assert.is(items().length, 90);
  const note = await project.run('note.yaml', { host });
  assert.equal(items(), []);
  assert.equal(computed(note), ['codes/combine', 'words']);
  await project.run('five.yaml', { host });
  assert.equal([...items()].sort(), ['w90', 'w91', 'w92', 'w93', 'w94']);
  const more = finished(await project.run('more.yaml', { host }));
  assert.is(items().length, 5);
  const table = readFileSync(more.artifact('codes', 'out')!.path('table'), 'utf8');
  assert.is(table.trimEnd().split('\n').length, 100);
  assert.ok(table.split('\n').every((line) => line === '' || line.endsWith(' 119')));
  await project.run('less.yaml', { host });
  assert.equal(items(), []);

  // A torn index costs computing, never a wrong result.
  const index = join(project.cache, 'items');
  for (const name of readdirSync(index)) truncateSync(join(index, name), 40);
  const fresh = createEngineProject('fresh');
  using __ = fresh;
  fresh.write({ 'x.yaml': words(manyWords(97)) });
  const clean = await fresh.run('x.yaml', { host: fresh.host({ kinds: host.kinds }) });
  project.write({ 'x.yaml': words(manyWords(97)) });
  const torn = await project.run('x.yaml', { host });
  assert.equal(torn.outputs, clean.outputs);
});

/** Takes a file of the world into the DAG in place, as fetch does with audio. */
function adopting(project: EngineProject) {
  const path = project.path('sound.txt');
  const take = defineStage({
    kind: 'take',
    version: 1,
    summary: 'Takes a file in place.',
    tier: 'inline',
    inputs: {},
    outputs: { out: { type: 'directory', summary: 'the file' } },
    params: Type.Object({}),
    sources: (_, context) => {
      const [file = ''] = context.glob('sound*.txt');
      return [{ name: 'file', digest: context.hashFile(file), location: file, files: [file] }];
    },
    run(context) {
      const file = String(context.source('file'));
      const digest = sha256(readFileSync(file));
      context.output('out').adopt('sound', file, digest);
    },
  });
  const spec = `name: t
stages:
  take: { uses: take }
  codes: { uses: codes, in: { words: take } }
`;
  project.write({ 'x.yaml': spec, 'sound.txt': 'sound' });
  return { path, take };
}

test('a user’s file that is edited or moved is noticed, and read again', async () => {
  const { project, kinds, taken } = rig({});
  using _ = project;
  const { path, take } = adopting(project);
  const host = project.host({ kinds: { ...kinds, take } });
  const first = await project.run('x.yaml', { host });
  assert.equal(taken(), ['sound', 'combine 1']);
  const { atime, mtime } = statSync(path);
  writeFileSync(path, 'noise');
  utimesSync(path, atime, mtime);
  const second = await project.run('x.yaml', { host });
  assert.equal(taken(), ['noise', 'combine 1']);
  assert.is.not(JSON.stringify(second.outputs), JSON.stringify(first.outputs));
  renameSync(path, project.path('sound2.txt'));
  const third = finished(await project.run('x.yaml', { host }));
  assert.equal(taken(), [], 'the same bytes in another place');
  assert.is(third.state, 'done');
  assert.equal(third.outputs, second.outputs);
  writeFileSync(project.path('sound2.txt'), 'sound');
  const back = await project.run('x.yaml', { host });
  assert.equal(back.outputs, first.outputs);
});

test('a user’s file that is edited while a task reads it: nothing is kept under the old key', async () => {
  const { project, kinds, taken } = rig({});
  using _ = project;
  const { path, take } = adopting(project);
  const codes = kinds['codes']! as never as {
    each: { open: (params: never) => Promise<(item: never, path: string) => unknown> };
  };
  let edit = true;
  const slow = {
    ...codes,
    each: {
      ...codes.each,
      // The file changes after its digest was looked up and before it is read.
      async open(params: never) {
        const compute = await codes.each.open(params);
        if (edit) writeFileSync(path, 'noise');
        return compute;
      },
    },
  } as never;
  const host = project.host({ kinds: { ...kinds, take, codes: slow } });
  const during = finished(await project.run('x.yaml', { host }));
  assert.is(during.state, 'failed');
  assert.equal(
    during.failures.map(({ failure }) => failure),
    [{ reason: 'input-changed', files: [path] }],
  );
  edit = false;
  taken();
  writeFileSync(path, 'sound');
  const after = finished(await project.run('x.yaml', { host }));
  assert.equal(taken(), ['sound', 'combine 1'], 'what was read during the edit is not there');
  assert.is(
    readFileSync(after.artifact('codes', 'out')!.path('table'), 'utf8'),
    `sound ${'s'.charCodeAt(0)}\n`,
  );
});

test('a source that is edited while its task runs: nothing is kept under the old key', async () => {
  const { project, host } = rig({});
  using _ = project;
  project.write({
    'data.txt': 'one',
    'x.yaml': `name: x
stages:
  c:
    uses: command
    with: { run: 'cat data.txt > {outputs.out}/o; printf two > data.txt', code: [data.txt] }
`,
  });
  const done = finished(await project.run('x.yaml', { host }));
  assert.equal(
    done.failures.map(({ failure }) => failure),
    [{ reason: 'input-changed', files: [project.path('data.txt')] }],
  );
  assert.not.ok(done.outputs['c']);
});

test('leftovers of a killed engine are swept by the next run', async () => {
  const { project, host } = rig({ 'x.yaml': chain });
  using _ = project;
  await project.run('x.yaml', { host });
  assert.equal(readdirSync(join(project.cache, 'attempts')), [], 'a run leaves none behind');
  assert.equal(readdirSync(join(project.cache, 'leases')), []);
});

test('a run folder that cannot be written stops the run and is the caller’s error', async () => {
  const waiting = chain.replace('b: { uses: say,', 'b: { uses: waits,');
  const { project, host, kinds, instead } = rig({ 'x.yaml': chain, 'waiting.yaml': waiting });
  using _ = project;
  // Ends when the run is stopped, and not before.
  const waits = defineStage({
    ...kinds['say']!,
    kind: 'waits',
    run: ({ signal }: { readonly signal: AbortSignal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
  } as never);
  instead.set('a', () => {
    // Where the links to stage a's outputs are to be made.
    const [name = ''] = readdirSync(project.runs).filter((one) => /^\d/.test(one));
    writeFileSync(join(project.runs, name, 'stages'), '');
  });
  let thrown: NodeJS.ErrnoException | undefined;
  try {
    await project.run('waiting.yaml', { host: project.host({ kinds: { ...kinds, waits } }) });
  } catch (error) {
    thrown = error as NodeJS.ErrnoException;
  }
  assert.ok(['ENOTDIR', 'EEXIST'].includes(thrown?.code ?? ''), String(thrown));
  assert.ok(thrown?.path);
  instead.clear();
  rmSync(project.runs, { recursive: true });
  mkdirSync(project.runs);
  assert.equal(computed(await project.run('x.yaml', { host })), ['b'], 'what was done stands');
});

test.run();
