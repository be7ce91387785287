import type { RowTable } from '../../dsp/augment/crop.ts';
import type { Examples } from '../engine.ts';
import type { ClipStore } from './clip-store.ts';
import type { ClipShape } from './clips.ts';
import { type Windows, windowStarts } from './windows.ts';

export interface WholeClipsOptions extends ClipShape {
  readonly clips: ClipStore;
  readonly batchSize: number;
  /**
   * Frames of a batch, padding included, are at most this many, or those of one clip: what the
   * activations of a network take in memory is proportional to them.
   */
  readonly batchFrames: number;
  /** Lengths are padded to a multiple of this, so that few sizes occur; 1 pads to the longest. */
  readonly multiple: number;
  /** Shorter batches are padded to this length, the least that the network takes. */
  readonly minimumFrames: number;
  /** Numbers that join the pooled vector of a clip. */
  readonly side?: (id: string) => Float32Array;
  /** Statistics of a clip's speaker. */
  readonly table?: (id: string) => RowTable;
  /** Clips are cut into these; whole ones are given without. */
  readonly windows?: Windows;
}

/** Clips, or windows of clips, side by side, zeros and mask 0 behind the shorter ones. */
export interface WholeClips extends Examples {
  /** Of the clip of each; with windows a clip may have several. */
  readonly ids: readonly string[];
  readonly count: number;
  readonly frames: number;
}

/** A clip, or a window of it. */
interface Piece {
  readonly id: string;
  readonly start: number;
  readonly frames: number;
}

/** Clips for prediction, from short to long, so that little is padding. Arrays are new in every batch. */
export function* wholeClips(
  ids: readonly string[],
  options: WholeClipsOptions,
): Generator<WholeClips, void, undefined> {
  const { clips, windows } = options;
  const length = ({ frames }: Piece): number => padded(frames, options);
  const sorted = ids
    .flatMap((id): readonly Piece[] => {
      const frames = clips.frames(id);
      if (windows === undefined) return [{ id, start: 0, frames }];
      const own = Math.min(frames, windows.frames);
      return windowStarts(frames, windows).map((start) => ({ id, start, frames: own }));
    })
    .sort((a, b) => a.frames - b.frames || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  for (let at = 0; at < sorted.length; ) {
    let end = at + 1;
    while (
      end < sorted.length &&
      end - at < options.batchSize &&
      (end - at + 1) * length(sorted[end]!) <= options.batchFrames
    ) {
      end++;
    }
    const part = sorted.slice(at, end);
    yield together(part, length(part.at(-1)!), options);
    at = end;
  }
}

function padded(frames: number, { multiple, minimumFrames }: WholeClipsOptions): number {
  return Math.ceil(Math.max(frames, minimumFrames) / multiple) * multiple;
}

function together(
  pieces: readonly Piece[],
  frames: number,
  { channels, bands, clips, side, table }: WholeClipsOptions,
): WholeClips {
  const ids = pieces.map(({ id }) => id);
  const rows = channels * bands;
  const x = new Float32Array(ids.length * rows * frames);
  const mask = new Float32Array(ids.length * frames);
  for (const [n, clip] of clips.fetch(ids).entries()) {
    const { start, frames: count } = pieces[n]!;
    mask.fill(1, n * frames, n * frames + count);
    const own = table?.(ids[n]!);
    for (let row = 0; row < rows; row++) {
      const from = clip.at + row * clip.frames + start;
      const to = (n * rows + row) * frames;
      const mean = own?.mean[row] ?? 0;
      const scale = 1 / (own?.deviation[row] ?? 1);
      for (let t = 0; t < count; t++) x[to + t] = (clip.data[from + t]! - mean) * scale;
    }
  }
  const sides = side === undefined ? [] : ids.map(side);
  const width = sides[0]?.length ?? 0;
  const joined = new Float32Array(ids.length * width);
  for (const [n, own] of sides.entries()) joined.set(own, n * width);
  return { ids, count: ids.length, frames, x, mask, ...(width > 0 && { side: joined }) };
}
