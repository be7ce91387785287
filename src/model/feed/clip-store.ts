import type { ClipRows } from '../../dsp/augment/crop.ts';
import { type ClipShape, inParts, type LoadClips, loaded } from './clips.ts';
import type { Preparation } from './preparation.ts';

/** Prepared clips, in memory or read again whenever they are asked for. */
export interface ClipStore {
  frames(id: string): number;
  /** Clips in the order asked for; valid until the next call. */
  fetch(ids: readonly string[]): readonly ClipRows[];
}

export interface ClipStoreOptions extends ClipShape {
  /** The clips that may be asked for. */
  readonly ids: readonly string[];
  /** Frames of a clip, known without reading it. */
  readonly frames: (id: string) => number;
  readonly load: LoadClips;
  readonly preparation: Preparation;
  /** Bytes that clips may take in memory; beyond, each is read and prepared when it is asked for. */
  readonly budget: number;
}

/** Numbers that are read at once while the memory is filled: 16 MiB. */
const partValues = 2 ** 22;

export function openClipStore(options: ClipStoreOptions): ClipStore {
  const { channels, bands, ids, frames, load, preparation, budget } = options;
  const rows = channels * bands;
  const sizeOf = (id: string): number => rows * frames(id);
  const total = ids.reduce((sum, id) => sum + sizeOf(id), 0);

  if (total * 4 <= budget) {
    const held = new Map<string, ClipRows>();
    for (const part of inParts(ids, sizeOf, partValues)) {
      const clips = load(part);
      for (const id of part) {
        const clip = loaded(clips, id);
        const data = new Float32Array(rows * clip.frames);
        preparation.prepare(clip, data, 0);
        held.set(id, { data, at: 0, frames: clip.frames });
      }
    }
    const get = (id: string): ClipRows => {
      const clip = held.get(id);
      if (clip === undefined) throw new Error(`the clip "${id}" was not opened`);
      return clip;
    };
    return { frames, fetch: (wanted) => wanted.map(get) };
  }

  let buffer = new Float32Array(0);
  return {
    frames,
    fetch(wanted) {
      const clips = load(wanted);
      const size = wanted.reduce((sum, id) => sum + rows * loaded(clips, id).frames, 0);
      if (buffer.length < size) buffer = new Float32Array(size);
      let at = 0;
      return wanted.map((id): ClipRows => {
        const clip = loaded(clips, id);
        preparation.prepare(clip, buffer, at);
        const out = { data: buffer, at, frames: clip.frames };
        at += rows * clip.frames;
        return out;
      });
    },
  };
}
