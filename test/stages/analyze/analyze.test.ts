import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Analysis, readAnalysis } from '../../../src/artifacts/analysis.ts';
import { encodeWav } from '../../../src/audio/wav-writer.ts';
import { loudness as measureLoudness } from '../../../src/dsp/loudness/loudness.ts';
import { findDuplicates } from '../../../src/stages/analyze/duplicates.ts';
import { quantile } from '../../../src/stats/quantile.ts';
import { parseCsv } from '../../../src/util/csv.ts';
import { createRandom } from '../../../src/util/random.ts';
import { createEngineProject, type EngineProject, finished } from '../../util/project.ts';

const test = suite('analyze stage');

const rate = 16_000;
const speakers = ['1', '2', '3', '4'];
const emotions = ['anger', 'calm'];
const texts = 4;

/** Syllables of a voice with two moving resonances: another seed is another utterance. */
function speak(seed: number, pitch: number): Float32Array {
  const random = createRandom(seed);
  const syllables = Array.from({ length: 7 }, () => ({
    f0: pitch * (0.85 + 0.3 * random.next()),
    formants: [300 + 500 * random.next(), 1000 + 1500 * random.next()],
    level: 0.2 + 0.6 * random.next(),
  }));
  const length = Math.round((1.3 + 0.2 * random.next()) * rate);
  let phase = 0;
  const sound = Float32Array.from({ length }, (_, i) => {
    const place = (i / length) * syllables.length;
    const { f0, formants, level } = syllables[Math.floor(place)]!;
    phase += f0 / rate;
    let value = 0;
    for (let h = 1; h * f0 < 3500; h++) {
      const gain = formants.reduce((sum, f) => sum + 1 / (1 + ((h * f0 - f) / 120) ** 2), 0);
      value += gain * Math.sin(2 * Math.PI * h * phase);
    }
    return level * Math.sin(Math.PI * (place % 1)) ** 2 * value + 0.002 * random.normal();
  });
  const peak = sound.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  const gain = (0.4 + 0.5 * random.next()) / peak;
  return sound.map((value) => gain * value);
}

/** One channel as PCM of 24 bits. */
function encode24(samples: Float32Array): Uint8Array {
  const bytes = Buffer.alloc(44 + 3 * samples.length);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(bytes.length - 8, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(3 * rate, 28);
  bytes.writeUInt16LE(3, 32);
  bytes.writeUInt16LE(24, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(3 * samples.length, 40);
  for (const [i, value] of samples.entries()) {
    bytes.writeIntLE(Math.round(value * 8_388_607), 44 + 3 * i, 3);
  }
  return bytes;
}

interface Clip {
  readonly name: string;
  readonly emotion: string;
  readonly speaker: string;
  readonly text: string;
  readonly samples: Float32Array;
}

function cleanClips(): Clip[] {
  return speakers.flatMap((speaker, s) =>
    emotions.flatMap((emotion, e) =>
      Array.from({ length: texts }, (_, t) => ({
        ...{ name: `${speaker}-${emotion}-${t}`, emotion, speaker, text: `${speaker}${t}` },
        samples: speak(1000 * s + 100 * e + t, 120 + 25 * s + 30 * e),
      })),
    ),
  );
}

const spec = `name: faults
stages:
  speech: { uses: fetch, with: { files: wav/*.wav, table: labels.csv, columns: { text: text } } }
  overview: { uses: analyze, in: speech }
`;

function write(
  project: EngineProject,
  clips: readonly Clip[],
  is24: (clip: Clip) => boolean,
): void {
  const rows = ['file,emotion,speaker,text'];
  mkdirSync(project.path('wav'), { recursive: true });
  for (const clip of clips) {
    const bytes = is24(clip) ? encode24(clip.samples) : encodeWav([clip.samples], rate);
    writeFileSync(project.path(`wav/${clip.name}.wav`), bytes);
    rows.push(`${clip.name}.wav,${clip.emotion},${clip.speaker},${clip.text}`);
  }
  project.write({ 'labels.csv': `${rows.join('\n')}\n`, 'x.yaml': spec });
}

interface Analysed {
  readonly analysis: Analysis;
  /** Rules that warn, with the clips they name. */
  readonly warnings: Readonly<Record<string, readonly string[]>>;
  readonly clips: readonly Readonly<Record<string, string>>[];
  /** Chunks and others that were computed. */
  readonly ran: number;
}

async function analyse(project: EngineProject): Promise<Analysed> {
  const done = finished(await project.run('x.yaml'));
  const files = done.artifact('overview', 'analysis');
  if (files === undefined) throw new Error('no analysis');
  const analysis = readAnalysis(files);
  const warnings = analysis.findings.filter(({ level }) => level === 'warning');
  const { header, rows } = parseCsv(readFileSync(files.path('clips.csv'), 'utf8'));
  return {
    analysis,
    warnings: Object.fromEntries(warnings.map(({ rule, clips }) => [rule, clips])),
    clips: rows.map((row) => Object.fromEntries(header.map((name, i) => [name, row[i] ?? '']))),
    ran: done.ran,
  };
}

test('a clean corpus gives no warning, and its pitch is that it was made with', async () => {
  using project = createEngineProject();
  const made = cleanClips();
  write(project, made, () => false);
  const { warnings, analysis, clips } = await analyse(project);
  assert.equal(warnings, {});
  assert.is(analysis.corpus.clips, 32);
  for (const { id, snr, format, loudness } of clips) {
    assert.ok(Number(snr) > 15, `${id}: ${snr} dB`);
    const samples = made.find(({ name }) => `${name}.wav` === id)!.samples;
    // `loudness` is held against pyloudnorm; a table states three digits.
    assert.is(loudness, `${Number(measureLoudness(samples, rate).toFixed(3))}`, id);
    assert.is(format, 'wav float 32-bit');
  }
  for (const [s, speaker] of speakers.entries()) {
    for (const [e, emotion] of emotions.entries()) {
      const own = clips.filter(
        (clip) => clip['speaker'] === speaker && clip['emotion'] === emotion,
      );
      const f0 = quantile(
        own.map((clip) => Number(clip['f0'])),
        0.5,
      );
      // Syllables have 0.85 to 1.15 times the pitch.
      assert.ok(Math.abs(f0 / (120 + 25 * s + 30 * e) - 1) < 0.16, `${speaker} ${emotion}: ${f0}`);
    }
  }
});

test('every planted fault is warned of, and nothing else', async () => {
  using project = createEngineProject();
  const random = createRandom(9);
  const clips = cleanClips()
    .filter(({ speaker, emotion }) => !(speaker === '2' && emotion === 'calm'))
    .map((clip): Clip => {
      const { samples, name } = clip;
      if (name === '1-anger-0') {
        return { ...clip, samples: samples.map((x) => Math.max(-0.5, Math.min(0.5, 3 * x))) };
      }
      if (name === '1-calm-1')
        return { ...clip, samples: samples.map(() => 1e-5 * random.normal()) };
      return clip;
    });
  const original = clips.find(({ name }) => name === '3-anger-2')!;
  // 3 dB less, and noise 20 dB below it.
  const power = original.samples.reduce((sum, x) => sum + x * x, 0) / original.samples.length;
  const gain = 10 ** (-3 / 20);
  const noise = gain * Math.sqrt(power) * 0.1;
  const copy = original.samples.map((x) => gain * x + noise * random.normal());
  clips.push({ ...original, name: '3-anger-copy', samples: copy });
  write(project, clips, ({ speaker }) => speaker === '4');
  const { warnings, analysis } = await analyse(project);
  assert.equal(warnings, {
    'speaker-format': [],
    'missing-class': [],
    'near-duplicates': ['3-anger-2.wav', '3-anger-copy.wav'],
    silent: ['1-calm-1.wav'],
    clipped: ['1-anger-0.wav'],
  });
  const text = (rule: string): string =>
    analysis.findings.find((one) => one.rule === rule)?.text ?? '';
  assert.match(text('speaker-format'), /^Speaker 4 is recorded as wav pcm 24-bit, 16000 Hz/);
  assert.match(text('missing-class'), 'speaker 2 no calm');
});

test('five clips more cost their chunks’ new items alone, and a label costs none', async () => {
  using project = createEngineProject();
  const clips = cleanClips();
  write(project, clips.slice(0, -5), () => false);
  const first = await analyse(project);
  write(
    project,
    clips.slice(0, -5).map((clip, i) => (i === 0 ? { ...clip, emotion: 'calm' } : clip)),
    () => false,
  );
  // The corpus and what combines the chunks.
  assert.is((await analyse(project)).ran, 2);
  write(project, clips, () => false);
  assert.ok((await analyse(project)).ran <= first.ran);
});

test('equal bytes are exact duplicates; stored copies of one clip are no news', () => {
  const row = (id: string, audio: string, source = ''): never =>
    ({ id, audio, source, print: '', duration: 1 }) as never;
  const found = findDuplicates([
    row('a', 'x'),
    row('b', 'x'),
    row('c', 'y', 'a'),
    row('d', 'y', 'a'),
  ]);
  assert.equal(
    found.map(({ a, b, kind }) => [a.id, b.id, kind]),
    [['a', 'b', 'exact']],
  );
});

test.run();
