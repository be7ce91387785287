import type { RowTable } from '../../dsp/augment/crop.ts';
import type { ClipMatrix, ClipShape } from './clips.ts';

/** What is subtracted from each clip: its mean over all bands and frames, of each band, or nothing. */
export type Level = 'scalar' | 'band' | 'none';

export interface PreparationOptions extends ClipShape {
  /**
   * Values of the first channel further below its loudest than this are raised to it, in the unit of
   * the features (see `decibelOf` in src/artifacts/mel-definition.ts); null raises none.
   */
  readonly floor: number | null;
  readonly level: Level;
  /** Mean and deviation of each row over the training clips; left out while they are not yet known. */
  readonly normaliser?: RowTable;
}

/** Turns stored clips into what a model sees. Holds buffers, so one instance serves one clip at a time. */
export interface Preparation {
  /** Writes channels × bands × frames values from `at` on: x(row, t), time runs fastest. */
  prepare(clip: ClipMatrix, out: Float32Array, at: number): void;
}

/**
 * x ← max(x, max x − floor), then x ← x − level, then x ← (x − mean) / deviation. Floor and level need
 * the clip alone, so nothing here knows of other clips but the normaliser. With several channels the
 * floor is the first one's (the others, as deltas, have no loudness), the level each one's own.
 */
export function createPreparation(options: PreparationOptions): Preparation {
  const { channels, bands, floor, level, normaliser } = options;
  const rows = channels * bands;
  const shift = new Float64Array(rows);
  const scale = new Float64Array(rows);
  for (let row = 0; row < rows; row++) scale[row] = 1 / (normaliser?.deviation[row] ?? 1);

  /** The lowest value that the first channel may have. */
  const lowest = ({ data, frames }: ClipMatrix): number => {
    if (floor === null) return Number.NEGATIVE_INFINITY;
    let loudest = Number.NEGATIVE_INFINITY;
    for (let t = 0; t < frames; t++) {
      for (let i = t * rows, end = i + bands; i < end; i++) {
        if (data[i]! > loudest) loudest = data[i]!;
      }
    }
    return loudest - floor;
  };

  const measureLevel = ({ data, frames }: ClipMatrix, least: number): void => {
    shift.fill(0);
    if (level === 'none') return;
    for (let t = 0; t < frames; t++) {
      for (let row = 0; row < rows; row++) {
        const value = data[t * rows + row]!;
        shift[row]! += row < bands ? Math.max(value, least) : value;
      }
    }
    for (let row = 0; row < rows; row++) shift[row]! /= frames;
    if (level === 'band') return;
    for (let channel = 0; channel < channels; channel++) {
      const own = shift.subarray(channel * bands, (channel + 1) * bands);
      own.fill(own.reduce((sum, value) => sum + value, 0) / bands);
    }
  };

  return {
    prepare(clip, out, at) {
      const { data, frames } = clip;
      const least = lowest(clip);
      measureLevel(clip, least);
      if (normaliser !== undefined)
        for (let row = 0; row < rows; row++) shift[row]! += normaliser.mean[row]!;
      for (let row = 0; row < rows; row++) {
        const bottom = row < bands ? least : Number.NEGATIVE_INFINITY;
        const own = shift[row]!;
        const gain = scale[row]!;
        const to = at + row * frames;
        for (let t = 0, i = row; t < frames; t++, i += rows) {
          out[to + t] = (Math.max(data[i]!, bottom) - own) * gain;
        }
      }
    },
  };
}
