import { cpSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openFeatures } from '../../../src/artifacts/features.ts';
import type { InputArtifact } from '../../../src/engine/artifact.ts';
import {
  computed,
  createEngineProject,
  type Done,
  failuresOf,
  finished,
} from '../../util/project.ts';
import { writeTinyCorpus } from '../../util/tiny-corpus.ts';

const test = suite('recordings used in place');

const spec = (folder: string, mels: number): string => `name: x
stages:
  speech: { uses: fetch, with: { files: '${folder}/*.wav', table: ${folder}.csv } }
  mel: { uses: melspec, in: speech, with: { sample_rate: native, n_fft: 256, win_length: 200, hop_length: 80, n_mels: ${mels}, fmax: 4000 } }
`;

function clip(done: Done, id: string): readonly number[] {
  const artifact = finished(done).artifact('mel', 'features');
  if (artifact === undefined) throw new Error('no features');
  const input = { ...artifact, consume: () => undefined } as unknown as InputArtifact;
  return [...(openFeatures(input).load('apply', [id]).get(id)?.data ?? [])];
}

test('a second copy of a recording is read, not the first one that was edited since', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  const id = '1-anger-1.wav';
  const original = readFileSync(project.path(`wav/${id}`));
  const other = readFileSync(project.path('wav/3-calm-2.wav'));
  // Another corpus that shares one recording with the first.
  project.write({ 'copy.csv': `file,emotion,speaker\n${id},anger,s1\nz.wav,calm,s2\n` });
  project.write({ 'copy/.keep': '' });
  writeFileSync(project.path(`copy/${id}`), original);
  writeFileSync(project.path('copy/z.wav'), readFileSync(project.path('wav/2-calm-1.wav')));
  project.write({ 'wav.csv': readFileSync(project.path('labels.csv'), 'utf8') });
  project.write({ 'a.yaml': spec('wav', 6), 'b.yaml': spec('copy', 8) });

  await project.run('a.yaml');
  writeFileSync(project.path(`wav/${id}`), other);
  const copied = clip(await project.run('b.yaml'), id);

  using fresh = createEngineProject();
  fresh.write({ 'b.yaml': spec('copy', 8) });
  fresh.write({ 'copy.csv': readFileSync(project.path('copy.csv'), 'utf8'), 'copy/.keep': '' });
  writeFileSync(fresh.path(`copy/${id}`), original);
  writeFileSync(fresh.path('copy/z.wav'), readFileSync(project.path('copy/z.wav')));
  assert.equal(copied, clip(await fresh.run('b.yaml'), id));
});

test('a corpus is the same wherever it lies, and is linked anew where it was moved', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  project.write({ 'wav.csv': readFileSync(project.path('labels.csv'), 'utf8') });
  project.write({ 'a.yaml': spec('wav', 6), 'b.yaml': spec('moved', 6) });
  await project.run('a.yaml');
  cpSync(project.path('wav'), project.path('moved'), { recursive: true });
  cpSync(project.path('wav.csv'), project.path('moved.csv'));
  assert.equal(computed(await project.run('b.yaml')), []);
  rmSync(project.path('wav'), { recursive: true });
  assert.equal(computed(await project.run('b.yaml', { record: true })), ['speech']);
});

test('a table that vanishes while the corpus is read is a change, not a bug of affekt', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  project.write({ 'wav.csv': readFileSync(project.path('labels.csv'), 'utf8') });
  project.write({ 'a.yaml': spec('wav', 6) });
  const done = await project.run('a.yaml', {
    listener(event) {
      if (event.type === 'task-started' && event.address === 'speech')
        unlinkSync(project.path('wav.csv'));
    },
  });
  const [failure] = failuresOf(done);
  assert.is(failure?.reason, 'input-changed');
});

test.run();
