import type { CropSizes } from './crop.ts';

/** Sets bands [first, first + width) of the sample at `at` to 0, in every channel. */
export function maskBands(
  x: Float32Array,
  at: number,
  { channels, bands, frames }: CropSizes,
  first: number,
  width: number,
): void {
  for (let channel = 0; channel < channels; channel++) {
    const start = at + (channel * bands + first) * frames;
    x.fill(0, start, start + width * frames);
  }
}

/** Sets frames [first, first + width) of the sample at `at` to 0, in every band and channel. */
export function maskFrames(
  x: Float32Array,
  at: number,
  { channels, bands, frames }: CropSizes,
  first: number,
  width: number,
): void {
  for (let row = 0; row < channels * bands; row++) {
    const start = at + row * frames + first;
    x.fill(0, start, start + width);
  }
}
