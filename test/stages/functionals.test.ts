import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type FeatureMatrix, openFeatures } from '../../src/artifacts/features.ts';
import { encodeWav } from '../../src/audio/wav-writer.ts';
import { functionalNames } from '../../src/dsp/functionals/functionals.ts';
import type { ArtifactFiles } from '../../src/engine/artifact.ts';
import { sha256 } from '../../src/engine/digest.ts';
import { fillDefaults } from '../../src/engine/spec/defaults.ts';
import { functionals } from '../../src/stages/functionals.ts';
import type { JsonObject } from '../../src/util/json.ts';
import { golden } from '../golden/functionals/load.ts';
import { createEngineProject, finished } from '../util/project.ts';
import { rowsEach } from '../util/rows-each.ts';
import { writeTinyCorpus } from '../util/tiny-corpus.ts';
import { refusal } from './fetch-harness.ts';

const test = suite('functionals stage');

const each = rowsEach(functionals);
const params = fillDefaults(functionals.params, {}) as never;

const data = process.env['AFFEKT_TEST_DATA'] ?? join(import.meta.dirname, '../../../shared/data');
const emodb = join(data, 'emodb/wav');

/**
 * The golden numbers have six decimals, ours are float32 (1e-6 at 16, the longest voiced run). At EmoDB's
 * 16 kHz only pitch sees a resampler: ours and soxr's differ by −96 dB, which rarely decides
 * between two periods, and in none of these clips. Of all 535, two differ more, in the deviation
 * and change of F0, by up to 0.0014 and 0.0007. From 22.05 kHz the spectrum sees the resamplers, too: on
 * the 604 clips of AESDD energies and tilt differ by up to 0.002, the range, deviation and change
 * of F0 by 0.014, the voiced fraction by 0.004, the voiced run by 0.6 frames, voicing by 0.002.
 */
const tolerance = 3e-6;

/** Rows of an artifact by id. */
function rowsOf(files: ArtifactFiles | undefined): ReadonlyMap<string, FeatureMatrix> {
  if (files === undefined) throw new Error('no features');
  const none = { port: '', digest: sha256(''), from: '', object: String, consume: () => {} };
  const made = openFeatures({ ...files, ...none, raw: files.path });
  assert.equal(made.definition.columns, functionalNames);
  return made.load('apply', made.ids);
}

test('on clips of EmoDB the numbers are those of soxr and numpy', async () => {
  if (!existsSync(emodb)) {
    process.stdout.write(`skipped: no EmoDB at ${emodb} (AFFEKT_TEST_DATA)\n`);
    return;
  }
  const compute = await each.open(params);
  const clips = golden.filter(({ clip }) => clip !== undefined);
  assert.ok(clips.length >= 30, `${clips.length}`);
  for (const { clip = '', numbers } of clips) {
    const path = join(emodb, clip);
    const { data: found } = await compute({ digest: sha256(readFileSync(path)) }, path);
    for (const [i, name] of functionalNames.entries()) {
      const off = Math.abs(found[i]! - numbers[i]!);
      assert.ok(off <= tolerance, `${clip} ${name}: ${found[i]}, not ${numbers[i]}`);
    }
  }
});

test('a corpus gives one row of named columns per clip, which a classifier can be trained on', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  project.write({
    'x.yaml': `name: x
stages:
  speech: { uses: fetch, with: { files: wav/*.wav, table: labels.csv } }
  voice: { uses: functionals, in: speech, with: { f0_max: 400 } }
  model: { uses: train-kfold, in: voice, with: { architecture: logreg, split: { scheme: leave-one-speaker-out } } }
  scores: { uses: evaluate, in: model }
`,
  });
  const done = finished(await project.run('x.yaml'));
  assert.is(done.state, 'done');
  const clips = rowsOf(done.artifact('voice', 'features'));
  assert.is(clips.size, 12);
  for (const { data: row, frames, bands } of clips.values()) {
    assert.equal([frames, bands], [1, 15]);
    assert.ok(row.every(Number.isFinite));
  }
  // Anger has a period of 20 + 3 × speaker + text samples at 8 kHz, calm one of 50 + …
  for (const [id, period] of [
    ['1-anger-2', 25],
    ['3-calm-1', 60],
  ] as const) {
    const row = [...clips].find(([name]) => name.startsWith(id))?.[1];
    assert.ok(Math.abs(row!.data[0]! - Math.log(8000 / period)) < 1e-6, id);
  }
});

test('says how many clips have no voice, and which cannot be read', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  for (const [i, name] of ['1-anger-1', '1-calm-1'].entries()) {
    const hush = encodeWav([new Float32Array(1000 * (i + 1))], 8000);
    writeFileSync(project.path(`wav/${name}.wav`), hush);
  }
  project.write({
    'x.yaml': `name: x
stages:
  speech: { uses: fetch, with: { files: wav/*.wav, table: labels.csv } }
  voice: { uses: functionals, in: speech }
`,
  });
  const done = finished(await project.run('x.yaml'));
  const lines = done.events.flatMap((event) => (event.type === 'task-log' ? [event.line] : []));
  assert.match(lines.join(' '), /warning: 2 clips have no voiced frame/);
  for (const { data: row } of rowsOf(done.artifact('voice', 'features')).values()) {
    assert.ok(row.every(Number.isFinite));
  }
  const compute = await each.open(params);
  const path = project.path('labels.csv');
  const { message } = await refusal(() => compute({ digest: sha256('x') }, path));
  assert.match(message, /^cannot read clip [0-9a-f]{12}: it is a text file$/);
});

test('the range of pitch is at least an octave', () => {
  const told = (given: JsonObject): readonly string[] =>
    (functionals.check?.(fillDefaults(functionals.params, given) as never) ?? []).map(
      ({ message }) => message,
    );
  assert.equal(told({}), []);
  assert.equal(told({ f0_min: 300 }), ['f0_max 500 Hz is not an octave above f0_min 300 Hz']);
});

test.run();
