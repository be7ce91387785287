import { type BandWarp, createBandWarp, type MelAxis } from '../../dsp/augment/band-warp.ts';
import {
  type ClipRows,
  type Cropper,
  type CropSizes,
  createCropper,
  type RowTable,
} from '../../dsp/augment/crop.ts';
import { createFreqMixStyle } from '../../dsp/augment/freq-mix-style.ts';
import { maskBands, maskFrames } from '../../dsp/augment/mask.ts';
import { joinMasks, mixRows } from '../../dsp/augment/mix.ts';
import type { Batch } from '../engine.ts';
import type { SampleDraw } from './draw.ts';

/** Makes the samples of a batch. Holds buffers, so one instance serves one batch at a time. */
export interface Sampler {
  /** Writes sample n: crop, warps, the speaker's table, masks. */
  write(batch: Batch, n: number, clip: ClipRows, draw: SampleDraw, table?: RowTable): void;
  /** Mixes the finished samples of a batch with each other: mixup, then Freq-MixStyle. */
  mix(batch: Batch, draws: readonly SampleDraw[]): void;
}

/**
 * A sampler for batches of `count` crops.
 *
 * @param axis where the bands lie; without it every draw's α must be 1
 */
export function createSampler(count: number, sizes: CropSizes, axis: MelAxis | null): Sampler {
  const { channels, bands, frames } = sizes;
  const size = channels * bands * frames;
  const cropper: Cropper = createCropper(sizes);
  const warp: BandWarp = createBandWarp(bands, axis);
  const style = createFreqMixStyle(count, sizes);
  const bandAt = new Float64Array(bands);
  const lambda = new Float64Array(count);
  const scratch = new Float32Array(Math.max(size, frames));
  return {
    write({ x, mask }, n, clip, { start, rate, alpha, bend, bandMasks, frameMasks }, table) {
      warp(alpha, bend, bandAt);
      cropper.crop(clip, { start, rate, bandAt }, x, n * size, mask, n * frames, table);
      for (const { first, width } of bandMasks) maskBands(x, n * size, sizes, first, width);
      for (const { first, width } of frameMasks) maskFrames(x, n * size, sizes, first, width);
    },
    mix({ x, mask, side, target, weight }, draws) {
      const share = (pick: (draw: SampleDraw) => number): boolean => {
        for (let n = 0; n < count; n++) lambda[n] = pick(draws[n]!);
        return lambda.some((value) => value !== 1);
      };
      if (share((draw) => draw.mixup)) {
        mixRows(x, size, lambda, scratch);
        mixRows(target, target.length / count, lambda, scratch);
        mixRows(weight, 1, lambda, scratch);
        if (side !== undefined) mixRows(side, side.length / count, lambda, scratch);
        joinMasks(mask, frames, scratch);
      }
      // Half a batch away: mixup has taken the next one already.
      const partner = (n: number): number => (n + (count >> 1)) % count;
      if (share((draw) => draw.style)) style.apply(x, mask, lambda, partner);
    },
  };
}
