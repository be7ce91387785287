/** Masks of random width from 0 to `width`, at random places. */
export interface MaskPolicy {
  readonly width: number;
  readonly count: number;
}

/**
 * What is done to training crops at random, beside cropping itself. 0 and null are off. Ranges are of
 * uniform draws.
 */
export interface Policy {
  /** t: a crop is faster by exp(U(−t, t)). */
  readonly tempo: number;
  /** v: frequencies in Hz are warped by α = exp(U(−v, v)). */
  readonly vtlp: number;
  /** w: a band at a random place moves by U(−w, w) bands, those between it and the ends along. */
  readonly frequencyWarp: number;
  /** n: the crop moves by up to n of its frames, beyond the ends of the clip, too, where it is empty. */
  readonly timeShift: number;
  /** Bands that are set to 0, the mean. */
  readonly frequencyMask: MaskPolicy | null;
  /** Frames of the crop that are set to 0. */
  readonly timeMask: MaskPolicy | null;
  /** a: every crop is mixed with another of its batch in the ratio λ : 1 − λ, λ ~ Beta(a, a). */
  readonly mixup: number;
  /** With this probability, band statistics are mixed with another crop's, λ ~ Beta(alpha, alpha). */
  readonly freqMixStyle: { readonly probability: number; readonly alpha: number } | null;
}

/** Crops alone. */
export const noPolicy: Policy = {
  tempo: 0,
  vtlp: 0,
  frequencyWarp: 0,
  timeShift: 0,
  frequencyMask: null,
  timeMask: null,
  mixup: 0,
  freqMixStyle: null,
};
