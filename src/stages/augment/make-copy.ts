import { encodeWav } from '../../audio/wav-writer.ts';
import type { Item, ItemFile, ItemTools } from '../../engine/stage.ts';
import { readSound } from '../read-sound.ts';
import { alter } from './alter.ts';
import { createBackground } from './background.ts';
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
    const what = `the sound of "${id}" (${digest.slice(0, 12)})`;
    const sound = await readSound(
      path,
      what,
      'troubleshooting.md says which formats affekt decodes.',
    );
    const samples = await alter(sound, settings, { seed, copy, id }, background);
    const facts: MadeFacts = { rate: sound.sampleRate, frames: samples.length };
    return {
      bytes: encodeWav([samples], sound.sampleRate),
      extension: '.wav',
      meta: { ...facts },
    };
  };
}
