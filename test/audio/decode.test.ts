import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeMono } from '../../src/audio/decode.ts';
import { encodeWav } from '../../src/audio/wav-writer.ts';

const test = suite('decode');

test('mono is the mean of the channels', async () => {
  const bytes = encodeWav(
    [Float32Array.of(1, 0.5), Float32Array.of(0, -0.5), Float32Array.of(0, 0)],
    8000,
  );
  const sound = await decodeMono(bytes);
  assert.ok(sound.ok);
  assert.equal(sound.value, {
    sampleRate: 8000,
    samples: Float32Array.of(1 / 3, 0),
    truncated: false,
  });
});

test('refuses samples that are not numbers, with the place', async () => {
  const samples = new Float32Array(8000).fill(0.1);
  samples[4000] = Number.NaN;
  const sound = await decodeMono(encodeWav([samples], 8000));
  if (sound.ok) throw new Error('was read');
  assert.equal(sound.error, {
    reason: 'not-finite',
    message: 'sample 4000 (at 0.500 s) is not a number',
  });
});

const data = process.env['AFFEKT_TEST_DATA'] ?? join(import.meta.dirname, '../../../shared/data');
const originals = join(data, 'aesdd-originals');
if (existsSync(originals)) {
  test('AESDD originals: float, 24 bits, an unpadded chunk, a missing data chunk', async () => {
    // Lengths as libsndfile counts them.
    const frames: Readonly<Record<string, number>> = {
      'anger/a01 (1).wav': 182975,
      'anger/a06 (5)b.wav': 237054,
      'anger/a18 (6).wav': 214091,
      'disgust/d03 (01).wav': 182195,
      'fear/f20 (1).wav': 43270,
      'happiness/h01 (6).wav': 395966,
      'sadness/s01 (5)a.wav': 202860,
      'sadness/s19 (6).wav': 561607,
    };
    for (const [file, length] of Object.entries(frames)) {
      const sound = await decodeMono(readFileSync(join(originals, file)));
      assert.ok(sound.ok, file);
      assert.equal(
        [file, sound.value.sampleRate, sound.value.samples.length],
        [file, 44100, length],
      );
      assert.ok(
        sound.value.samples.every((value) => Math.abs(value) <= 1),
        file,
      );
    }
    const bad = await decodeMono(readFileSync(join(originals, 'sadness/s05 (3).wav')));
    if (bad.ok) throw new Error('was read');
    assert.is(bad.error.reason, 'no-data');
  });
} else {
  test.skip('AESDD originals', () => undefined);
  process.stdout.write(`skip: no AESDD originals in ${originals}\n`);
}

test.run();
