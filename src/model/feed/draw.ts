import type { Bend } from '../../dsp/augment/band-warp.ts';
import { drawBeta } from '../../util/beta.ts';
import type { Random } from '../../util/random.ts';
import type { MaskPolicy, Policy } from './policy.ts';

/** A run of bands or frames. */
export interface Span {
  readonly first: number;
  readonly width: number;
}

/** Everything random about one training sample. */
export interface SampleDraw {
  /** First frame of the crop, in frames of the clip. */
  readonly start: number;
  readonly rate: number;
  readonly alpha: number;
  readonly bend: Bend | null;
  readonly bandMasks: readonly Span[];
  readonly frameMasks: readonly Span[];
  /** Which of the speaker's tables, from 0. */
  readonly table: number;
  /** Shares of the sample itself in mixup and Freq-MixStyle; 1 is off. */
  readonly mixup: number;
  readonly style: number;
}

/** Sizes that the ranges of draws depend on. */
export interface DrawSizes {
  readonly bands: number;
  /** Of a crop. */
  readonly frames: number;
  /** Of the clip. */
  readonly clip: number;
  /** How many tables the clip's speaker has; 0 without any. */
  readonly tables: number;
}

/**
 * Draws one sample. Place, tempo, warps and table are drawn whether a policy uses them or not, so that
 * switching any policy on or off leaves the crop as it was; masks and mixtures come after those.
 */
export function drawSample(policy: Policy, sizes: DrawSizes, random: Random): SampleDraw {
  const { bands, frames, clip, tables } = sizes;
  const between = (limit: number): number => (2 * random.next() - 1) * limit;
  const where = random.next();
  const rate = Math.exp(between(policy.tempo));
  const alpha = Math.exp(between(policy.vtlp));
  const bend = drawBend(policy.frequencyWarp, bands, random);
  const shift = random.integer(2 * policy.timeShift + 1) - policy.timeShift;
  const table = random.integer(tables);
  const start = startOf(where, rate, policy.tempo === 0, frames, clip);
  return {
    start: start - rate * shiftWithin(shift, start, rate, frames, clip),
    rate,
    alpha,
    bend,
    table,
    bandMasks: drawMasks(policy.frequencyMask, bands, random),
    frameMasks: drawMasks(policy.timeMask, frames, random),
    mixup: policy.mixup > 0 ? drawBeta(random, policy.mixup) : 1,
    style:
      policy.freqMixStyle !== null && random.next() < policy.freqMixStyle.probability
        ? drawBeta(random, policy.freqMixStyle.alpha)
        : 1,
  };
}

/**
 * A crop inside the clip, or a clip inside the crop where that is longer. An unchanged tempo keeps to
 * whole frames, which copies them instead of blurring two into one; a clip that is shorter than a step
 * of the crop is laid on one of its frames, so that at least one is filled.
 */
function startOf(
  where: number,
  rate: number,
  whole: boolean,
  frames: number,
  clip: number,
): number {
  const rest = clip - 1 - rate * (frames - 1);
  if (whole) return Math.sign(rest) * Math.floor(where * (Math.abs(rest) + 1)) || 0;
  if (clip - 1 < rate) return -rate * Math.floor(where * frames) || 0;
  return where * rest;
}

/** The shift in frames of the crop, less where nothing of the clip would be left in it. */
function shiftWithin(
  shift: number,
  start: number,
  rate: number,
  frames: number,
  clip: number,
): number {
  if (shift === 0) return 0;
  const first = Math.ceil(-start / rate);
  const last = Math.floor((clip - 1 - start) / rate);
  return Math.min(Math.max(shift, -last), frames - 1 - first);
}

/** SpecAugment's: a place at least `limit` from both ends, and where it goes to. */
function drawBend(limit: number, bands: number, random: Random): Bend | null {
  const [u, v] = [random.next(), 2 * random.next() - 1];
  const most = Math.min(limit, (bands - 1) / 2);
  if (most <= 0) return null;
  const from = most + u * (bands - 1 - 2 * most);
  return { from, to: from + v * most };
}

function drawMasks(policy: MaskPolicy | null, size: number, random: Random): readonly Span[] {
  if (policy === null) return [];
  return Array.from({ length: policy.count }, () => {
    const width = random.integer(Math.min(policy.width, size) + 1);
    return { width, first: random.integer(size - width + 1) };
  });
}
