import { spawnSync } from 'node:child_process';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readCursor } from '../../../src/tracking/sync/cursor.ts';
import { createRig } from '../../tracking/client/rig.ts';
import { arrived } from '../../tracking/sync/rig.ts';
import { createProject, type Project } from '../../util/cli.ts';
import { tinyNetwork, writeTinyCorpus } from '../../util/tiny-corpus.ts';

const test = suite('a run whose end is the end of its container');

const spec = `name: tiny
stages:
  speech: { uses: fetch, with: { files: wav/*.wav, table: labels.csv, columns: { text: text } } }
  mel: { uses: melspec, in: speech, with: { sample_rate: native, n_fft: 256, win_length: 200, hop_length: 80, n_mels: 8, fmax: 4000 } }
  net: { uses: train-kfold, in: mel, with: ${JSON.stringify({ ...tinyNetwork, controls: [] })} }
  scores: { uses: evaluate, in: net, with: { resamples: 200 } }
`;

/** Processes of their own count, as a container has: when the first one ends, the kernel ends all others. */
const container = ['--user', '--map-root-user', '--pid', '--fork', '--mount-proc', '--kill-child'];
const possible = spawnSync('unshare', [...container, 'true']).status === 0;

function inContainer(project: Project, url: string, shell: readonly string[]) {
  writeTinyCorpus(project);
  project.write({ 'tiny.yaml': spec });
  const [AFFEKT_CACHE, AFFEKT_RUNS] = [project.path('cache'), project.path('runs')];
  return project.affekt(['run', 'tiny.yaml'], {
    within: ['unshare', ...container, ...shell],
    env: { AFFEKT_CACHE, AFFEKT_RUNS, MLFLOW_TRACKING_URI: url },
  });
}

for (const [who, shell] of [
  ['the first process', []],
  // Not its last command: a shell would put that in its own place.
  ['the child of a shell', ['sh', '-c', '"$@"; exit $?', 'sh']],
] as const) {
  test(`as ${who} it ends when all is sent`, async () => {
    if (!possible) {
      process.stdout.write('skip: this system gives nobody a process namespace (unshare)\n');
      return;
    }
    using project = createProject();
    await using rig = await createRig();
    const { code, out, err } = await inContainer(project, rig.url, shell);
    assert.is(code, 0, err);
    assert.match(out, /mlflow {2}http:.*\/runs\/\w+/);
    const [folder = ''] = project.list('runs').filter((name) => /^\d{8}-/.test(name));
    const path = project.path(`runs/${folder}`);
    assert.is(readCursor(path)?.state, 'whole');
    const journey = { folder: path, cache: project.path('cache'), experiment: 'tiny' };
    const { values, lost, doubled } = await arrived(journey, rig.url);
    assert.ok(values > 150, `${values} values`);
    assert.equal([...lost, ...doubled], []);
  });
}

test('it does not wait for a server that is away', async () => {
  if (!possible) return;
  using project = createProject();
  const rig = await createRig();
  await rig[Symbol.asyncDispose]();
  const { code, err } = await inContainer(project, rig.url, []);
  assert.is(code, 0, err);
  assert.match(err, /not yet on http:.* later: affekt sync/);
});

test.run();
