import { readFileSync } from 'node:fs';
import { decodeMono } from '../../audio/decode.ts';
import { createResampler } from '../../audio/resample.ts';
import { encodeWav } from '../../audio/wav-writer.ts';
import { type Item, type ItemFile, type ItemTools, TaskError } from '../../engine/stage.ts';
import { alter, type BackgroundNoise, type Sound } from './alter.ts';
import { settingsOf } from './settings.ts';
import type { SoundParams } from './sound-params.ts';

/** What an item says beside its sound: which copy it is, and of which clip, the first one with this sound. */
export interface CopyData {
  readonly id: string;
  readonly copy: number;
}

/** Facts of a made file that its row in the corpus states. */
export interface MadeFacts {
  readonly rate: number;
  readonly frames: number;
}

/** Makes one altered clip after another: a mono float32 WAV file at the clip's own rate. */
export function createCopyMaker(
  params: SoundParams,
  { seed, source }: ItemTools,
): (item: Item, path: string) => Promise<ItemFile> {
  const settings = settingsOf(params);
  const files = params.sounds_path === null ? [] : (source('sounds') as readonly string[]);
  const background = createBackground(files);
  return async ({ digest, data }, path) => {
    const { id, copy } = data as unknown as CopyData;
    const sound = await read(path, `the sound of "${id}" (${digest.slice(0, 12)})`);
    const samples = await alter(sound, settings, { seed, copy, id }, background);
    const facts: MadeFacts = { rate: sound.sampleRate, frames: samples.length };
    return {
      bytes: encodeWav([samples], sound.sampleRate),
      extension: '.wav',
      meta: { ...facts },
    };
  };
}

async function read(path: string, what: string): Promise<Sound> {
  const sound = await decodeMono(readFileSync(path));
  if (sound.ok) return sound.value;
  throw new TaskError(`cannot read ${what}: ${sound.error.message}`, {
    hint: 'Every file must be sound that affekt can decode; troubleshooting says which formats.',
  });
}

/** Noise is read once per file and rate, begins anywhere, and starts over where it is too short. */
function createBackground(files: readonly string[]): BackgroundNoise {
  const known = new Map<string, Promise<Float32Array>>();
  const load = async (file: string, sampleRate: number): Promise<Float32Array> => {
    const sound = await read(file, file);
    return createResampler(sound.sampleRate, sampleRate).resample(sound.samples);
  };
  return async (length, sampleRate, random) => {
    const file = files[random.integer(files.length)] ?? '';
    const key = `${sampleRate} ${file}`;
    const loading = known.get(key) ?? load(file, sampleRate);
    known.set(key, loading);
    const noise = await loading;
    const start = random.integer(noise.length);
    return Float32Array.from({ length }, (_, i) => noise[(start + i) % noise.length] ?? 0);
  };
}
