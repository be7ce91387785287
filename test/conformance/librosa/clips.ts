import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeMono, type Mono } from '../../../src/audio/decode.ts';
import { encodeWav } from '../../../src/audio/wav-writer.ts';
import { createRandom } from '../../../src/util/random.ts';

const data =
  process.env['AFFEKT_TEST_DATA'] ?? join(import.meta.dirname, '../../../../shared/data');

function wavFiles(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.wav'))
    .sort()
    .map((file) => join(folder, file));
}

/** Every n-th of a corpus's files that can be read, about `count`; says so where there are none. */
export async function sample(folder: string, count: number): Promise<readonly string[]> {
  const files: string[] = [];
  for (const file of wavFiles(join(data, folder))) {
    if ((await decodeMono(readFileSync(file))).ok) files.push(file);
  }
  if (files.length === 0) process.stdout.write(`skip: no clips in ${join(data, folder)}\n`);
  const step = Math.max(1, Math.floor(files.length / count));
  return files.filter((_, i) => i % step === 0);
}

/** Noise that swells and fades to silence, at a rate that few files have. */
export function synthetic(folder: string): string {
  const random = createRandom(11);
  const samples = Float32Array.from({ length: 30000 }, (_, n) =>
    n > 25000 ? 0 : 0.2 * random.normal() * Math.sin(n / 5000) ** 8,
  );
  const path = join(folder, 'synthetic.wav');
  writeFileSync(path, encodeWav([samples], 24414));
  return path;
}

/** A tone of full scale and a hiss 110 dB below it, in float32: where single precision would show. */
export function hidden(folder: string): string {
  const random = createRandom(12);
  const samples = Float32Array.from(
    { length: 16000 },
    (_, n) => Math.sin((2 * Math.PI * 440 * n) / 16000) + 3e-6 * random.normal(),
  );
  const path = join(folder, 'hidden.wav');
  writeFileSync(path, encodeWav([samples], 16000));
  return path;
}

export async function decode(path: string): Promise<Mono> {
  const sound = await decodeMono(readFileSync(path));
  if (!sound.ok) throw new Error(`${path}: ${sound.error.message}`);
  return sound.value;
}

/** A line that the run shows though all is well. The mark of a finished test may stand before it. */
export function figure(text: string): void {
  process.stdout.write(`\nfigure: ${text}\n`);
}
