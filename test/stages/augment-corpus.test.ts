import { readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Utterance } from '../../src/artifacts/corpus.ts';
import { type Corpus, readCorpus } from '../../src/artifacts/corpus.ts';
import { readSplit } from '../../src/artifacts/split.ts';
import { decodeMono } from '../../src/audio/decode.ts';
import { encodeWav } from '../../src/audio/wav-writer.ts';
import type { ArtifactFiles } from '../../src/engine/artifact.ts';
import type { Diagnostic } from '../../src/engine/diagnostic.ts';
import type { Digest } from '../../src/engine/digest.ts';
import { copiesOf } from '../../src/stages/augment/copies.ts';
import { createRandom } from '../../src/util/random.ts';
import { computed, createEngineProject, type EngineProject, finished } from '../util/project.ts';
import { everySound, writeTinyCorpus } from '../util/tiny-corpus.ts';

const test = suite('augment on a corpus');

const speech =
  'speech: { uses: fetch, with: { files: wav/*.wav, table: labels.csv, columns: { text: text } } }';

/** A spec of the tiny corpus, what `augment` is told, and stages that follow. */
function spec(
  params: string,
  more = 'seen: { uses: melspec, in: copies, with: { sample_rate: native, fmax: 4000 } }',
): string {
  return `name: x\nseed: 3\nstages:\n  ${speech}\n  copies: { uses: augment, in: speech, with: { ${params} } }\n  ${more}\n`;
}

async function corpusWith(
  project: EngineProject,
  params: string,
  options: { readonly jobs?: number; readonly local?: boolean } = {},
): Promise<{ readonly corpus: Corpus; readonly files: ArtifactFiles }> {
  project.write({ 'x.yaml': spec(params) });
  const host = project.host(options);
  const done = await project.run('x.yaml', { host, selection: { only: ['copies'] } });
  const files = finished(done).artifact('copies', 'corpus') as ArtifactFiles;
  return { corpus: readCorpus(files), files };
}

const everything = `copies: 2, ${JSON.stringify(everySound).slice(1, -1)}`;

test('stores copies that name their source, beside the originals as they are', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  const { corpus, files } = await corpusWith(project, 'copies: 2, pitch_shift: 2, speed: 0.1');
  const { utterances } = corpus;
  const originals = utterances.filter(({ source }) => source === '');
  assert.is(originals.length, 12);
  assert.is(utterances.length, 36);
  for (const one of originals) {
    const path = files.path(`audio/${one.audio}.wav`);
    assert.equal(readFileSync(path), readFileSync(project.path(`wav/${one.id}`)), 'the very bytes');
    const copies = utterances.filter(({ source }) => source === one.id);
    assert.equal(
      copies.map(({ id }) => id),
      [`${one.id}~1`, `${one.id}~2`],
    );
    for (const copy of copies) {
      const { id: _, source: __, audio, rate, duration, ...labels } = copy;
      const { emotion, speaker, sex, text, take } = one;
      assert.equal(labels, { emotion, speaker, sex, text, take });
      const sound = await decodeMono(readFileSync(files.path(`audio/${audio}.wav`)));
      assert.ok(sound.ok);
      assert.is(sound.value.sampleRate, rate);
      assert.is(sound.value.samples.length / rate, duration);
      const factor = one.duration / duration;
      assert.ok(factor > 0.9 && factor < 1.11, `speed ${factor}`);
    }
  }
  assert.is(new Set(utterances.map(({ audio }) => audio)).size, 36, 'every copy differs');
});

test('the same bytes at one job and at two, in one process and in several', async () => {
  const digests: string[][] = [];
  for (const options of [{ jobs: 1 }, { jobs: 2 }, { jobs: 2, local: true }]) {
    using project = createEngineProject();
    writeTinyCorpus(project);
    const { files } = await corpusWith(project, everything, options);
    digests.push(Object.values(files.files));
  }
  const [first, second, third] = digests;
  assert.equal(second, first);
  assert.equal(third, first);
});

test('a copy depends on the seed, its number and its id, and on no other clip', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  const params = 'copies: 2, add_color_noise: 10, gain: 3';
  const before = (await corpusWith(project, params)).corpus;
  const noise = encodeWav(
    [Float32Array.from({ length: 900 }, (_, i) => Math.sin(i / 9) / 2)],
    8000,
  );
  writeFileSync(project.path('wav/4-calm-1.wav'), noise);
  const table = readFileSync(project.path('labels.csv'), 'utf8');
  project.write({ 'labels.csv': `${table}4-calm-1.wav,calm,s4,t1\n` });
  project.write({ 'x.yaml': spec(params) });
  const done = await project.run('x.yaml', { selection: { only: ['copies'] } });
  const after = readCorpus(finished(done).artifact('copies', 'corpus') as ArtifactFiles);
  assert.is(after.utterances.length, before.utterances.length + 3);
  const audio = new Map(after.utterances.map((one) => [one.id, one.audio]));
  for (const one of before.utterances) assert.is(audio.get(one.id), one.audio, one.id);
  assert.ok(computed(done).includes('copies/combine'), computed(done).join());

  const other = spec(params).replace('seed: 3', 'seed: 4');
  project.write({ 'x.yaml': other });
  const reseeded = await project.run('x.yaml', { selection: { only: ['copies'] } });
  const drawn = readCorpus(finished(reseeded).artifact('copies', 'corpus') as ArtifactFiles);
  for (const one of drawn.utterances) {
    assert.is(audio.get(one.id) === one.audio, one.source === '', one.id);
  }
});

test('an operation changes no draw of another one', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  const levels = async (params: string): Promise<readonly number[]> => {
    const { corpus, files } = await corpusWith(project, params);
    const copies = corpus.utterances.filter(({ source }) => source !== '');
    return Promise.all(
      copies.map(async ({ audio }) => {
        const sound = await decodeMono(readFileSync(files.path(`audio/${audio}.wav`)));
        assert.ok(sound.ok);
        return Math.max(...sound.value.samples);
      }),
    );
  };
  const alone = await levels('gain: 6');
  const after = await levels(
    'gain: 6, shift: { min_shift: 0.02, max_shift: 0.02, rollover: true, fade_duration: 0 }',
  );
  assert.equal(after, alone);
  assert.ok(new Set(alone).size > 6);
});

test('keep: false puts the first copy in the place of its clip', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  const kept = (await corpusWith(project, 'copies: 2, add_color_noise: 10')).corpus;
  const { corpus, files } = await corpusWith(
    project,
    'copies: 2, keep: false, add_color_noise: 10',
  );
  const { utterances } = corpus;
  assert.is(utterances.length, 24);
  const soundOf = (id: string): string | undefined =>
    kept.utterances.find((one) => one.id === id)?.audio;
  for (const one of utterances) {
    const original = one.source === '';
    assert.is(original, !one.id.includes('~'));
    assert.is(
      one.audio,
      soundOf(original ? `${one.id}~1` : one.id),
      'the same copy in either mode',
    );
  }
  assert.is(Object.keys(files.files).filter((file) => file.startsWith('audio/')).length, 24);
});

test('copies train with their source, and are scored nowhere', async () => {
  const schemes = [
    'scheme: leave-one-speaker-out',
    'scheme: leave-one-speaker-out, validation_speakers: 1',
    'scheme: leave-one-text-out',
    'scheme: stratified-k-fold, folds: 2',
    'scheme: stratified-group-k-fold, folds: 3',
    'scheme: hold-out, test_fraction: 0.3',
    'scheme: hold-out, groups: take, test_fraction: 0.3',
  ];
  using project = createEngineProject();
  writeTinyCorpus(project);
  for (const scheme of schemes) {
    project.write({
      'x.yaml': spec(
        'copies: 2, gain: 3',
        `parts: { uses: split, in: copies, with: { ${scheme} } }\n  alone: { uses: split, in: speech, with: { ${scheme} } }`,
      ),
    });
    const done = finished(await project.run('x.yaml'));
    const corpus = readCorpus(done.artifact('copies', 'corpus') as ArtifactFiles);
    const { folds } = readSplit(done.artifact('parts', 'split') as ArtifactFiles);
    const alone = readSplit(done.artifact('alone', 'split') as ArtifactFiles).folds;
    const source = new Map(corpus.utterances.map((one) => [one.id, one.source]));
    assert.is(folds.length, alone.length);
    for (const [index, fold] of folds.entries()) {
      assert.equal(fold.test, alone[index]?.test, `${scheme}: who is scored does not change`);
      assert.equal(fold.validate, alone[index]?.validate, scheme);
      const fit = alone[index]?.fit ?? [];
      const expected = fit.flatMap((id) => [id, `${id}~1`, `${id}~2`]).sort();
      assert.equal(
        [...fold.fit].sort(),
        expected,
        `${scheme}: copies train where their source does`,
      );
      for (const id of [...fold.test, ...fold.validate]) assert.is(source.get(id), '', id);
    }
  }
});

test('noise comes from the files that are named, whatever they are called', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  const random = createRandom(1);
  const hum = encodeWav([Float32Array.from({ length: 500 }, () => 0.1 * random.normal())], 16000);
  project.write({ 'noise/readme.txt': 'x' });
  writeFileSync(project.path('noise/a.wav'), hum);
  const params =
    "sounds_path: 'noise/*.wav', add_background_noise: { min_snr_db: 10, max_snr_db: 10 }";
  const { corpus, files } = await corpusWith(project, params);
  assert.is(corpus.info.audio, 'none', 'nobody knows what the licence of the noise allows');
  for (const { id, source, audio } of corpus.utterances) {
    if (source === '') continue;
    const read = async (path: string): Promise<Float32Array> => {
      const sound = await decodeMono(readFileSync(path));
      assert.ok(sound.ok);
      return sound.value.samples;
    };
    const clean = await read(project.path(`wav/${source}`));
    const noisy = await read(files.path(`audio/${audio}.wav`));
    let [signal, noise] = [0, 0];
    for (const [i, value] of clean.entries()) {
      signal += value ** 2;
      noise += ((noisy[i] ?? 0) - value) ** 2;
    }
    assert.ok(Math.abs(10 * Math.log10(signal / noise) - 10) < 1e-3, id);
  }
  const other = createEngineProject();
  using _ = other;
  writeTinyCorpus(other);
  other.write({ 'sounds/readme.txt': 'x' });
  writeFileSync(other.path('sounds/z.wav'), hum);
  const again = await corpusWith(other, params.replace('noise/', 'sounds/'));
  assert.equal(Object.values(again.files.files), Object.values(files.files));
});

test('what cannot be done is said before anything runs, with its place', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  const refusals = async (text: string): Promise<readonly Diagnostic[]> => {
    project.write({ 'x.yaml': text });
    return project.load('x.yaml').then(
      () => [],
      (error: Error) => JSON.parse(error.message.replace(/^[^[]*/, '')) as readonly Diagnostic[],
    );
  };
  const expectOne = async (params: string, message: RegExp, hint: RegExp): Promise<void> => {
    const text = spec(params);
    const found = await refusals(text);
    assert.is(found.length, 1, `${params}: ${JSON.stringify(found)}`);
    assert.match(found[0]?.message ?? '', message);
    assert.match(
      `${found[0]?.hint ?? ''} ${found[0]?.message ?? ''} ${JSON.stringify(found[0])}`,
      hint,
    );
    assert.is(found[0]?.location?.line, 5, params);
  };
  await expectOne('pitch_shfit: 2', /unknown param "pitch_shfit"/, /pitch_shift/);
  await expectOne('reverb: 0.3', /there is no "reverb"/, /It is called room_simulator here/);
  await expectOne(
    'time_mask: 20, gain: 3',
    /"time_mask" alters features in training/,
    /after the features/,
  );
  await expectOne('tempo: 0.1, gain: 3', /"tempo" alters features/, /On sound it is time_stretch/);
  await expectOne('pitch_shift: 13', /"pitch_shift" must be/, /12/);
  await expectOne(
    'add_color_noise: { min_snr_db: 50 }',
    /add_color_noise.min_snr_db is 50, above max_snr_db 40/,
    /at most max_snr_db/,
  );
  await expectOne('copies: 2', /nothing that alters them/, /copies: 0/);
  await expectOne('copies: 0, keep: false, gain: 1', /nothing would be left/, /copies: 1/);
  await expectOne('add_background_noise: 10', /needs sounds_path/, /noise/);
  await expectOne("sounds_path: 'wav/*.wav', gain: 1", /no effect/, /add_background_noise/);

  const wrongWay = await refusals(
    `name: x\nstages:\n  ${speech}\n  mel: { uses: melspec, in: speech }\n  noisy: { uses: augment, in: mel, with: { pitch_shift: 2, tempo: 0.1 } }\n  m: { uses: train-kfold, in: noisy }\n`,
  );
  assert.is(wrongWay.length, 1, JSON.stringify(wrongWay));
  assert.match(
    wrongWay[0]?.message ?? '',
    /"pitch_shift" changes sound, and augment is given features/,
  );
  assert.match(
    wrongWay[0]?.hint ?? '',
    /vtlp moves the formants of crops. To alter sound, put augment before/,
  );
  assert.is(wrongWay[0]?.location?.line, 5);
});

test('the form is found through names, outputs, lists and chains', async () => {
  using project = createEngineProject();
  writeTinyCorpus(project);
  const kinds = async (wire: string): Promise<readonly string[]> => {
    project.write({
      'x.yaml': `name: x\nstages:\n  ${speech}\n  second: { uses: augment, in: ${wire}, with: { vtlp: 0.1 } }\n  copies: { uses: augment, in: speech, with: { vtlp: 0.1 } }\n  own: { uses: command, in: speech, with: { run: 'true', outputs: { out: corpus } } }\n  mel: { uses: melspec, in: second, with: { sample_rate: native, fmax: 4000 } }\n  policy: { uses: augment, in: mel, with: { vtlp: 0.1 } }\n`,
    });
    const plan = await project.plan('x.yaml');
    return plan.stages.map(({ address, kind }) => `${address} ${kind}`);
  };
  for (const wire of [
    'copies',
    'copies.corpus',
    '[copies]',
    '{ corpus: copies }',
    'speech',
    'own',
  ]) {
    const found = (await kinds(wire)).filter((line) => line.includes('augment'));
    assert.equal(
      [...found].sort(),
      ['copies augment-corpus', 'policy augment', 'second augment-corpus'],
      wire,
    );
  }
});

test('one sound under two names is altered alike, so that splits still see it', () => {
  const clip = (id: string, audio: string): Utterance => ({
    ...{ id, emotion: 'calm', speaker: id, sex: '', text: '', take: '', source: '' },
    ...{ audio: audio as Digest, rate: 8000, duration: 1 },
  });
  const clips = [clip('a', 'x'), clip('b', 'y'), clip('c', 'x')];
  const made = copiesOf(clips, { copies: 1, keep: false });
  assert.equal(
    made.map(({ id, drawnAs }) => [id, drawnAs]),
    [
      ['a', 'a'],
      ['b', 'b'],
      ['c', 'a'],
    ],
  );
});

test.run();
