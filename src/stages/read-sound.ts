import { readFileSync } from 'node:fs';
import { decodeMono, type Mono } from '../audio/decode.ts';
import { type Item, TaskError } from '../engine/stage.ts';

/** How messages name an item that is a sound file: as the column `audio` of corpus.csv begins. */
export function clipName({ digest }: Item): string {
  return `clip ${digest.slice(0, 12)}`;
}

/** One channel of a clip at its own rate. Throws `TaskError` for what cannot be decoded. */
export function readClip(item: Item, path: string): Promise<Mono> {
  const hint = 'Its row in corpus.csv is the one whose audio column starts with this number.';
  return readSound(path, clipName(item), hint);
}

/** One channel of a sound file that messages call `what`. Throws `TaskError` for what cannot be decoded. */
export async function readSound(path: string, what: string, hint: string): Promise<Mono> {
  const sound = await decodeMono(readFileSync(path));
  if (sound.ok) return sound.value;
  throw new TaskError(`cannot read ${what}: ${sound.error.message}`, { hint });
}
