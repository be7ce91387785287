import type { Features } from '../../artifacts/features.ts';
import { decibelOf } from '../../artifacts/mel-definition.ts';
import type { Role } from '../../engine/artifact.ts';
import { type ClipStore, openClipStore } from '../../model/feed/clip-store.ts';
import type { ClipShape, LoadClips } from '../../model/feed/clips.ts';
import { fitNormaliser, type Normaliser } from '../../model/feed/normaliser.ts';
import { createPreparation } from '../../model/feed/preparation.ts';
import type { NetworkParams } from './train-network.ts';

/** Clips of a fold as a network sees them. */
export interface FoldClips {
  readonly shape: ClipShape;
  /** From the training clips alone; undefined where the params ask for none. */
  readonly normaliser: Normaliser | undefined;
  /** In the unit of the features; null where nothing is raised. */
  readonly floor: number | null;
  open(ids: readonly string[], role: Role): ClipStore;
}

/** Prepared clips beyond this are read again whenever they are needed. */
const residentBytes = 512e6;

export function openFoldClips(options: {
  readonly params: Pick<NetworkParams, 'level' | 'floor_db' | 'normalise'>;
  readonly features: Pick<Features, 'channels' | 'bands' | 'frames' | 'definition'>;
  /** Ids of the training clips. */
  readonly training: readonly string[];
  readonly load: (role: Role) => LoadClips;
  readonly line: (text: string) => void;
}): FoldClips {
  const { params, features, training, load, line } = options;
  const { channels, bands } = features;
  const shape = { channels, bands };
  const frames = (id: string): number => features.frames(id);
  const decibel = decibelOf(features.definition);
  const floor = params.floor_db === null || decibel === null ? null : params.floor_db * decibel;
  if (floor === null && params.floor_db !== null) {
    line('floor_db is not applied: these features are no logarithm of a power');
  }
  const raw = { ...shape, floor, level: params.level };
  const normaliser =
    params.normalise === 'none'
      ? undefined
      : fitNormaliser(training, shape, createPreparation(raw), frames, load('fit'));
  if (normaliser !== undefined && normaliser.constant.length > 0) {
    const rows = normaliser.constant.map((row) => rowName(row, shape));
    line(`constant over all training clips, set to 0: ${rows.join(', ')}`);
  }
  const preparation = createPreparation({ ...raw, ...(normaliser && { normaliser }) });
  return {
    ...{ shape, normaliser, floor },
    open: (ids, role) =>
      openClipStore({
        ...{ ...shape, ids, frames, preparation, budget: residentBytes },
        load: load(role),
      }),
  };
}

function rowName(row: number, { channels, bands }: ClipShape): string {
  const band = `band ${row % bands}`;
  return channels === 1 ? band : `${band} of channel ${Math.floor(row / bands)}`;
}
