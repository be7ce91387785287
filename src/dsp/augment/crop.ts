/** A clip as the kernels of this folder read it: rows × frames, row c × bands + b is band b of channel c. */
export interface ClipRows {
  readonly data: Float32Array;
  /** Where the first value lies in `data`. */
  readonly at: number;
  /** At least 1. */
  readonly frames: number;
}

/** What is subtracted from each row, and what it is divided by. */
export interface RowTable {
  readonly mean: Float64Array;
  /** Above 0. */
  readonly deviation: Float64Array;
}

export interface CropSizes {
  readonly channels: number;
  readonly bands: number;
  /** Length of a crop. */
  readonly frames: number;
}

/** Frame t of a crop is the clip at `start` + `rate` t, band b of it the clip at `bandAt[b]`. */
export interface CropPlace {
  /** In frames of the clip; below 0 where the crop begins before the clip. */
  readonly start: number;
  /** Above 0; 1 keeps the tempo, 1.1 is a tenth faster. */
  readonly rate: number;
  /** In bands of the clip, each in [0, bands − 1]. */
  readonly bandAt: Float64Array;
}

/** Reads crops out of clips. Holds buffers, so one instance serves one crop at a time. */
export interface Cropper {
  /**
   * Writes channels × bands × frames values to `x` from `xAt` on, and 1 or 0 per frame to `mask` from
   * `maskAt` on: 0 where the crop lies outside the clip, and there x is 0. With a table, each value is
   * then (value − mean) / deviation of its row.
   */
  crop(
    clip: ClipRows,
    place: CropPlace,
    x: Float32Array,
    xAt: number,
    mask: Float32Array,
    maskAt: number,
    table?: RowTable,
  ): void;
}

/** A position that rounding has put this far outside the clip, in frames, still counts as its end. */
const slack = 1e-9;

/**
 * Crop, change of tempo and warp of the bands as one bilinear interpolation, so that a sample is
 * blurred once and read once: torch.nn.functional.grid_sample with align_corners, on a grid whose
 * time depends on the frame and whose frequency depends on the band alone. That makes it separable:
 * first two rows are mixed, then neighbours within the mixed row.
 */
export function createCropper({ channels, bands, frames }: CropSizes): Cropper {
  const left = new Int32Array(frames);
  const share = new Float64Array(frames);
  let buffer = new Float64Array(0);
  return {
    crop({ data, at, frames: length }, { start, rate, bandAt }, x, xAt, mask, maskAt, table) {
      const last = length - 1;
      let from = frames;
      let to = 0;
      for (let t = 0; t < frames; t++) {
        const place = start + rate * t;
        if (place < -slack || place > last + slack) {
          mask[maskAt + t] = 0;
          continue;
        }
        const inside = Math.min(Math.max(place, 0), last);
        const whole = Math.floor(inside);
        left[t] = whole;
        share[t] = inside - whole;
        mask[maskAt + t] = 1;
        if (t < from) from = t;
        to = t + 1;
      }
      if (from >= to) {
        x.fill(0, xAt, xAt + channels * bands * frames);
        return;
      }
      const first = left[from]!;
      const count = Math.min(left[to - 1]! + 1, last) - first + 1;
      for (let t = from; t < to; t++) left[t]! -= first;
      if (buffer.length < count + 1) buffer = new Float64Array(2 * count + 1);
      const line = buffer;
      for (let row = 0; row < channels * bands; row++) {
        const band = row % bands;
        const place = bandAt[band]!;
        const whole = Math.floor(place);
        const w = place - whole;
        const a = at + (row - band + whole) * length + first;
        const b = w === 0 ? a : a + length;
        for (let j = 0; j < count; j++) {
          const value = data[a + j]!;
          line[j] = value + w * (data[b + j]! - value);
        }
        // The right neighbour of a clip's last frame, which has no share.
        line[count] = line[count - 1]!;
        const mean = table === undefined ? 0 : table.mean[row]!;
        const scale = table === undefined ? 1 : 1 / table.deviation[row]!;
        const out = xAt + row * frames;
        if (from > 0) x.fill(0, out, out + from);
        for (let t = from; t < to; t++) {
          const j = left[t]!;
          const value = line[j]!;
          x[out + t] = (value + share[t]! * (line[j + 1]! - value) - mean) * scale;
        }
        if (to < frames) x.fill(0, out + to, out + frames);
      }
    },
  };
}
