import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  createEngineProject,
  type Done,
  type EngineProject,
  finished,
} from '../../util/project.ts';
import { createTestKinds } from '../../util/test-kinds.ts';

const test = suite('items that become files');

const spec = (words: readonly string[], note = '', copies = 2): string => `name: x
seed: 5
stages:
  w: { uses: words, with: { words: ${JSON.stringify(words)}, note: ${JSON.stringify(note)} } }
  up: { uses: upper, in: w, with: { copies: ${copies} } }
  end: { uses: command, in: { x: up.out }, with: { run: [cp, -r, "{inputs.x}", "{outputs.out}"], outputs: { out: directory } } }
`;

/** File names of the stage's output with their text. */
function made(done: Done): Readonly<Record<string, string>> {
  const out = finished(done).artifact('up', 'out');
  const names = Object.keys(out?.files ?? {}).sort();
  return Object.fromEntries(
    names.map((name) => [name, readFileSync(out?.path(name) ?? '', 'utf8')]),
  );
}

function rig(): {
  project: EngineProject;
  run(text: string): Promise<Done>;
  taken(): readonly string[];
} {
  const project = createEngineProject();
  const { kinds, taken } = createTestKinds();
  const host = project.host({ kinds });
  return {
    project,
    taken,
    run(text) {
      project.write({ 'x.yaml': text });
      return project.run('x.yaml', { host, selection: { only: ['up'] } });
    },
  };
}

test('each item and copy is made once, and linked by the name that combine gives it', async () => {
  const { project, run, taken } = rig();
  using _ = project;
  const files = made(await run(spec(['ab', 'cde'])));
  assert.equal(Object.keys(files), ['ab-0-2.txt', 'ab-1-2.txt', 'cde-0-3.txt', 'cde-1-3.txt']);
  assert.match(files['ab-1-2.txt'] ?? '', /^AB 0\.\d+$/);
  assert.is.not(files['ab-0-2.txt'], files['ab-1-2.txt'], 'a copy has random numbers of its own');
  assert.equal([...taken()].sort(), ['ab0', 'ab1', 'cde0', 'cde1', 'combine 4']);
});

test('a new item costs itself, a changed note only the combining', async () => {
  const { project, run, taken } = rig();
  using _ = project;
  const before = made(await run(spec(['ab', 'cde'])));
  taken();
  const more = made(await run(spec(['ab', 'cde', 'f'])));
  assert.equal([...taken()].sort(), ['combine 6', 'f0', 'f1']);
  for (const [name, text] of Object.entries(before)) assert.is(more[name], text, name);
  await run(spec(['ab', 'cde', 'f'], 'a note'));
  assert.equal(taken(), ['combine 6']);
  await run(spec(['ab', 'cde', 'f'], 'a note', 3));
  const ran = taken();
  assert.is(ran.length, 10, 'another param is another stage');
});

test('another seed gives other files', async () => {
  const { project, run } = rig();
  using _ = project;
  const first = made(await run(spec(['ab'])));
  const second = made(await run(spec(['ab']).replace('seed: 5', 'seed: 6')));
  assert.is.not(first['ab-0-2.txt'], second['ab-0-2.txt']);
});

test.run();
