import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadOwnStage } from '../../src/engine/own-stage.ts';
import { computed, createEngineProject, type EngineProject, failuresOf } from '../util/project.ts';

const test = suite('own stages');

const stage = (body = "writeFileSync(context.output('out').path('text'), word());") => `
import { writeFileSync } from 'node:fs';
import { defineStage, Type } from 'affekt';
import { word } from './helper.ts';
import old from './old.cjs';

export default defineStage({
  kind: 'mine',
  version: 1,
  summary: 'Writes a word.',
  tier: 'inline',
  inputs: {},
  outputs: { out: { type: 'file', summary: 'text' } },
  params: Type.Object({}),
  run(context) {
    ${body}
    if (old.never) throw new Error('never');
  },
});
`;

function rig(): EngineProject {
  const project = createEngineProject();
  project.write({
    'stages/mine.ts': stage(),
    'stages/helper.ts': "export const word = (): string => 'one';\n",
    'stages/old.cjs': 'module.exports = { never: false };\n',
    'x.yaml': 'name: x\nstages: { a: { uses: ./stages/mine.ts } }\n',
  });
  return project;
}

async function load(project: EngineProject, path = 'stages/mine.ts') {
  const host = project.host();
  const { packageRoot, stageOf } = host;
  return loadOwnStage({ cache: project.cache, packageRoot, stageOf }, project.path(path));
}

async function salt(project: EngineProject): Promise<string> {
  const loaded = await load(project);
  if (!loaded.ok) throw new Error(loaded.error.message);
  return loaded.value.salt;
}

test('its code is in the key: helpers count, comments and the working directory do not', async () => {
  using project = rig();
  const first = await salt(project);
  const cwd = process.cwd();
  process.chdir(tmpdir());
  try {
    assert.is(await salt(project), first, 'called from elsewhere');
  } finally {
    process.chdir(cwd);
  }
  using elsewhere = rig();
  assert.is(await salt(elsewhere), first, 'the same code in another place');
  project.write({ 'stages/mine.ts': `// A remark.\n${stage()}` });
  assert.is(await salt(project), first, 'a comment');
  project.write({ 'stages/helper.ts': "export const word = (): string => 'two';\n" });
  assert.is.not(await salt(project), first, 'a helper');
  project.write({
    'stages/helper.ts': "export const word = (): string => 'one';\n",
    'stages/old.cjs': 'module.exports = { never: 0 };\n',
  });
  assert.is.not(await salt(project), first, 'a CommonJS helper');
});

test('an edit runs it again, an edit of a comment does not', async () => {
  using project = rig();
  assert.equal(computed(await project.run('x.yaml')), ['a']);
  project.write({ 'stages/mine.ts': `${stage()}\n// A remark.\n` });
  assert.is((await project.run('x.yaml')).state, 'nothing-to-do');
  project.write({ 'stages/helper.ts': "export const word = (): string => 'two';\n" });
  assert.equal(computed(await project.run('x.yaml')), ['a']);
});

test('a bundle that was damaged in the cache is made again', async () => {
  using project = rig();
  const loaded = await load(project);
  if (!loaded.ok) throw new Error(loaded.error.message);
  const { module } = loaded.value;
  const text = readFileSync(module, 'utf8');
  writeFileSync(module, text.slice(0, 100));
  await load(project);
  assert.is(readFileSync(module, 'utf8'), text);
});

test('what is wrong with a module is said in words', async () => {
  using project = rig();
  const wrong: Record<string, [string, RegExp]> = {
    'syntax.ts': ['export default {', /syntax\.ts:1:\d+ {2}export default \{/],
    'import.ts': ["import './none.ts';\n", /none\.ts/],
    'throws.ts': ["throw new Error('at once');", /fails when it is loaded: at once/],
    'nothing.ts': ['export const x = 1;', /default export/],
    'null.ts': ['export default null;', /default export/],
    'kind.ts': ["export default { kind: 'x' };", /default export/],
  };
  for (const [name, [text, message]] of Object.entries(wrong)) {
    project.write({ [name]: text });
    const loaded = await load(project, name);
    assert.is(loaded.ok, false, name);
    assert.match(loaded.ok ? '' : loaded.error.message, message, name);
  }
  const near = await load(project, 'stages/mime.ts');
  assert.is(near.ok ? '' : near.error.hint, 'There is mine.ts in that folder.');
  project.write({ 'package.ts': "import 'no-such-package/part';\n" });
  const uninstalled = await load(project, 'package.ts');
  assert.match(uninstalled.ok ? '' : uninstalled.error.hint, /npm install no-such-package\/part$/);
  const absent = await load(project, 'absent.ts');
  assert.match(absent.ok ? '' : absent.error.message, /no such file/);
});

test('an output path that leaves its folder is refused', async () => {
  using project = rig();
  for (const path of ['../out', '/etc/x', 'a/../../b', '', 'a//b', 'a\\\\b']) {
    project.write({
      'stages/mine.ts': stage(`context.output('out').path(${JSON.stringify(path)}); word();`),
    });
    const [failure] = failuresOf(await project.run('x.yaml'));
    assert.match(JSON.stringify(failure), 'is not a plain relative path', path);
  }
});

test('another version of affekt makes it anew: it may call what affekt exports', async () => {
  using project = rig();
  const ran = async (affekt: string): Promise<readonly string[]> => {
    const host = project.host({ versions: { affekt, build: 'test' } });
    return computed(await project.run('x.yaml', { host, record: true }));
  };
  assert.equal(await ran('1.0.0'), ['a']);
  assert.equal(await ran('1.0.0'), []);
  assert.equal(await ran('1.0.1'), ['a']);
});

test('an error points into the user’s file, also after a comment moved the lines', async () => {
  using project = rig();
  const thrown = async (text: string): Promise<string> => {
    project.write({ 'stages/mine.ts': text });
    const host = project.host({ local: true });
    return JSON.stringify(failuresOf(await project.run('x.yaml', { host })));
  };
  const text = stage("throw new Error('boom' + word());");
  const line = text.split('\n').findIndex((each) => each.includes('boom')) + 1;
  assert.match(await thrown(text), `stages/mine.ts:${line}:`);
  assert.match(await thrown(`// A remark.\n${text}`), `stages/mine.ts:${line + 1}:`);
});

test.run();
