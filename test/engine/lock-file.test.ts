import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeWav } from '../../src/audio/wav-writer.ts';
import { hashFile } from '../../src/engine/cache/hash-file.ts';
import { openDataStore } from '../../src/engine/data-store.ts';
import { createEngineProject, type EngineProject } from '../util/project.ts';

const names = ['DC_a01.wav', 'DC_h01.wav', 'JE_a01.wav', 'JE_h01.wav'];

/** Registers four clips as SAVEE, whose original nobody has pinned. */
function register(project: EngineProject, hertz: number): void {
  const folder = project.path('savee');
  mkdirSync(folder, { recursive: true });
  const manifest = names.map((name, n) => {
    const samples = Float32Array.from({ length: 800 }, (_, i) => Math.sin((i * (hertz + n)) / 100));
    writeFileSync(`${folder}/${name}`, encodeWav([samples], 8000));
    return [name, hashFile(`${folder}/${name}`)] as const;
  });
  openDataStore(project.path('data')).add({
    ...{ name: 'savee', path: folder, manifest: Object.fromEntries(manifest) },
    ...{ pinned: false, unpinned_ok: false, added: '' },
  });
}

const spec = 'name: x\nstages: { speech: { uses: fetch, with: { dataset: savee } } }\n';

const test = suite('lock file');

test('a run writes down what an unpinned corpus held; later ones are held to it', async () => {
  using project = createEngineProject();
  project.write({ 'deep/x.yaml': spec });
  register(project, 1);
  await project.plan('deep/x.yaml');
  assert.equal(project.list('deep'), ['x.yaml'], 'a plan writes nothing');
  assert.is((await project.run('deep/x.yaml')).state, 'done');
  const first = project.read('deep/x.lock.yaml');
  assert.match(first, /format: affekt\.lock\/1\ncorpora:\n {2}savee: [0-9a-f]{64}\n$/);
  assert.is((await project.run('deep/x.yaml')).state, 'nothing-to-do');

  register(project, 2);
  const [problem] = await project.refused('deep/x.yaml');
  assert.match(problem?.message ?? '', /savee holds other recordings than x\.lock\.yaml says/);
  assert.match(problem?.hint ?? '', 'delete its line there');
  assert.is(project.read('deep/x.lock.yaml'), first);
  register(project, 1);
  assert.is((await project.run('deep/x.yaml')).state, 'nothing-to-do');

  register(project, 2);
  rmSync(project.path('deep/x.lock.yaml'));
  assert.is((await project.run('deep/x.yaml')).state, 'done');
  assert.is.not(project.read('deep/x.lock.yaml'), first);
});

test('lines of others stay, and a spec of another name has a lock of its own', async () => {
  using project = createEngineProject();
  const other = `  tess: ${'0'.repeat(64)}\n`;
  project.write({ 'x.yaml': spec, 'y.yml': spec, 'x.lock.yaml': `corpora:\n${other}` });
  register(project, 1);
  await project.run('x.yaml');
  assert.match(project.read('x.lock.yaml'), /\n {2}savee: .*\n {2}tess: 0{64}\n$/);
  await project.run('y.yml', { record: true });
  assert.match(project.read('y.lock.yaml'), 'savee');
});

test.run();
