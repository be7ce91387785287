import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeAudio } from '../../../src/audio/decode.ts';
import { createRandom, hashSeed } from '../../../src/util/random.ts';
import { mutate, seeds } from '../../audio/mutants.ts';
import { readFloats } from '../../golden/librosa/load.ts';
import { runPython } from '../../util/run-python.ts';

const test = suite('soundfile');

interface File {
  readonly name: string;
  readonly rate: number;
  readonly channels: number;
  readonly frames: number;
}

const folder = mkdtempSync(join(tmpdir(), 'affekt-soundfile-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const printed = runPython(join(import.meta.dirname, 'reference.py'), { input: { folder } });
const { files, libsndfile } = JSON.parse(printed) as {
  readonly files: readonly File[];
  readonly libsndfile: string;
};

/**
 * Plain samples and FLAC are integers: there is one right answer. Lossy codecs are defined up to rounding
 * of their float arithmetic, which vector instructions order differently: on loud white noise libsndfile
 * and ffmpeg differ by 2e-6 in MP3, too.
 */
function tolerance(name: string): number {
  const isNoise = name.startsWith('noise');
  if (name.endsWith('.mp3')) return isNoise ? 2.5e-6 : 1e-6;
  if (name.endsWith('.ogg')) return 1e-6;
  if (name.endsWith('.opus')) return isNoise ? 1e-4 : 5e-5;
  return 0;
}

test(`${files.length} files have the samples that libsndfile ${libsndfile} reads`, async () => {
  assert.ok(files.length >= 100, `${files.length} files`);
  const wrong: string[] = [];
  for (const { name, rate, channels, frames } of files) {
    const sound = await decodeAudio(readFileSync(join(folder, name)));
    if (!sound.ok) {
      wrong.push(`${name}: ${sound.error.message}`);
      continue;
    }
    const { channels: ours, sampleRate, truncated } = sound.value;
    const shape = [sampleRate, ours.length, ours[0]!.length, truncated];
    if (shape.join() !== [rate, channels, frames, name.startsWith('cut')].join()) {
      wrong.push(`${name}: ${shape.join()}, not ${[rate, channels, frames].join()}`);
      continue;
    }
    const theirs = readFloats(join(folder, `${name}.f32`));
    let worst = 0;
    ours.forEach((samples, channel) => {
      for (let i = 0; i < frames; i++) {
        worst = Math.max(worst, Math.abs(samples[i]! - theirs[channel * frames + i]!));
      }
    });
    const allowed = tolerance(name);
    process.stdout.write(
      `${name.padEnd(22)} ${String(rate).padStart(5)} Hz  ${channels} ch  ${worst.toExponential(1)}  (${allowed})\n`,
    );
    if (!(worst <= allowed)) wrong.push(`${name}: ${worst} off, more than ${allowed}`);
  }
  assert.equal(wrong, []);
});

test('mutated files of every format end as sound or as an error in words', async () => {
  const all = seeds();
  const began = performance.now();
  let count = 0;
  for (; performance.now() - began < 8000; count++) {
    const bytes = mutate(all[count % all.length]!, all, createRandom(hashSeed('ci', count)));
    const result = await decodeAudio(bytes);
    if (result.ok) assert.ok(result.value.channels[0]!.length > 0, `mutant ${count}`);
    else assert.match(result.error.message, /^(it|its|the) /, `mutant ${count}`);
  }
  process.stdout.write(`${count} mutants\n`);
  assert.ok(count > 100, `${count} mutants in 8 s`);
});

test.run();
