import type { RowTable } from '../../dsp/augment/crop.ts';
import { type ClipShape, inParts, type LoadClips, loaded } from './clips.ts';
import { addMoments, clipMoments, type Moments, tableOf } from './moments.ts';
import type { Preparation } from './preparation.ts';

/** Mean and deviation of each row over the frames of the training clips. */
export interface Normaliser extends RowTable {
  /** Rows that never change. Their deviation is 1, so that they become 0 and stay finite elsewhere. */
  readonly constant: readonly number[];
}

/** Numbers that are held at once while statistics are taken: 16 MiB. */
const partValues = 2 ** 22;

/** Below this part of its greatest absolute value, the deviation of a row is rounding noise of float32. */
const noise = 1e-6;

/**
 * Statistics of prepared clips (with floor and level, without a normaliser). Reads every clip once and
 * holds few at a time.
 */
export function fitNormaliser(
  ids: readonly string[],
  shape: ClipShape,
  preparation: Preparation,
  frames: (id: string) => number,
  load: LoadClips,
): Normaliser {
  const rows = shape.channels * shape.bands;
  const greatest = new Float64Array(rows);
  let buffer = new Float32Array(0);
  let all: Moments | undefined;
  for (const part of inParts(ids, (id) => rows * frames(id), partValues)) {
    const clips = load(part);
    for (const id of part) {
      const clip = loaded(clips, id);
      if (buffer.length < clip.data.length) buffer = new Float32Array(clip.data.length);
      for (let i = 0, row = 0; i < clip.data.length; i++, row = row + 1 === rows ? 0 : row + 1) {
        const size = Math.abs(clip.data[i]!);
        if (size > greatest[row]!) greatest[row] = size;
      }
      preparation.prepare(clip, buffer, 0);
      const own = clipMoments({ data: buffer, at: 0, frames: clip.frames }, rows);
      all = all === undefined ? own : addMoments([all, own]);
    }
  }
  if (all === undefined) throw new RangeError('no training clips');
  const { mean, deviation } = tableOf(all);
  const constant: number[] = [];
  for (let row = 0; row < rows; row++) {
    if (deviation[row]! > noise * greatest[row]!) continue;
    constant.push(row);
    deviation[row] = 1;
  }
  return { mean, deviation, constant };
}
