import { type ClipStore, openClipStore } from '../../../src/model/feed/clip-store.ts';
import type { ClipMatrix, LoadClips } from '../../../src/model/feed/clips.ts';
import { createPreparation } from '../../../src/model/feed/preparation.ts';
import { createRandom } from '../../../src/util/random.ts';

/** Random clips of given lengths, `c0` … */
export interface MadeUp {
  readonly ids: readonly string[];
  readonly matrices: ReadonlyMap<string, ClipMatrix>;
  readonly frames: (id: string) => number;
  readonly load: LoadClips;
  /** Ids of every call of `load`. */
  readonly loads: (readonly string[])[];
}

export function madeUp(bands: number, lengths: readonly number[]): MadeUp {
  const random = createRandom(5);
  const matrices = new Map(
    lengths.map((frames, n): [string, ClipMatrix] => [
      `c${n}`,
      { data: Float32Array.from({ length: frames * bands }, () => random.normal()), frames },
    ]),
  );
  const find = (id: string): ClipMatrix => {
    const clip = matrices.get(id);
    if (clip === undefined) throw new Error(`no ${id}`);
    return clip;
  };
  const loads: (readonly string[])[] = [];
  return {
    ids: [...matrices.keys()],
    matrices,
    loads,
    frames: (id) => find(id).frames,
    load(ids) {
      loads.push(ids);
      return new Map(ids.map((id) => [id, find(id)]));
    },
  };
}

/** The clips as they are, but with time running fastest. */
export function storeOf(
  { ids, frames, load }: MadeUp,
  bands: number,
  budget = Number.POSITIVE_INFINITY,
): ClipStore {
  const shape = { channels: 1, bands };
  const preparation = createPreparation({ ...shape, floor: null, level: 'none' });
  return openClipStore({ ...shape, ids, frames, load, preparation, budget });
}
