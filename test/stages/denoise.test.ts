import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readCorpus } from '../../src/artifacts/corpus.ts';
import { decodeMono } from '../../src/audio/decode.ts';
import { loudness } from '../../src/dsp/loudness/loudness.ts';
import { createEngineProject, finished } from '../util/project.ts';
import { writeTinyCorpus } from '../util/tiny-corpus.ts';

const test = suite('denoise stage');

const spec = (params: string): string => `name: x
stages:
  speech: { uses: fetch, with: { files: wav/*.wav, table: labels.csv, columns: { text: text } } }
  clean: { uses: denoise, in: speech, with: ${params} }
  end: { uses: command, in: { x: clean.corpus }, with: { run: [cp, "{inputs.x}/corpus.csv", "{outputs.out}"] } }
`;

test('clips keep who they are, and all get one loudness', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  project.write({ 'x.yaml': spec('{ method: none, loudness: -23 }') });
  const done = finished(await project.run('x.yaml'));
  assert.equal(done.failures, []);
  const [before, files] = [done.artifact('speech', 'corpus'), done.artifact('clean', 'corpus')];
  if (before === undefined || files === undefined) throw new Error('no corpus');
  const [noisy, clean] = [readCorpus(before), readCorpus(files)];
  assert.equal(clean.info, noisy.info);
  assert.equal(
    clean.utterances.map(({ audio, ...rest }) => rest),
    noisy.utterances.map(({ audio, ...rest }) => rest),
  );
  for (const { id, audio } of clean.utterances) {
    const sound = await decodeMono(readFileSync(files.path(`audio/${audio}.wav`)));
    if (!sound.ok) throw new Error(id);
    const level = loudness(sound.value.samples, sound.value.sampleRate);
    assert.ok(Math.abs(level + 23) < 1e-4, `${id}: ${level} LUFS`);
  }
});

test('a peak, and silent ends cut off', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  project.write({ 'x.yaml': spec('{ trim_db: 40, peak: -6 }') });
  const files = finished(await project.run('x.yaml')).artifact('clean', 'corpus');
  if (files === undefined) throw new Error('no corpus');
  for (const { audio, duration } of readCorpus(files).utterances) {
    const sound = await decodeMono(readFileSync(files.path(`audio/${audio}.wav`)));
    if (!sound.ok) throw new Error(audio);
    const peak = sound.value.samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
    assert.ok(Math.abs(20 * Math.log10(peak) + 6) < 1e-4);
    assert.is(duration, sound.value.samples.length / 8000);
  }
});

test('params that contradict each other or change nothing are refused', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  for (const [params, message] of [
    ['{ loudness: -23, peak: -1 }', /cannot both be set/],
    ['{ stationary: true }', /stationary has no effect with method logmmse/],
  ] as const) {
    project.write({ 'x.yaml': spec(params) });
    const loaded = await project.load('x.yaml').then(
      () => '',
      (error: Error) => error.message,
    );
    assert.match(loaded, message);
  }
});

test.run();
