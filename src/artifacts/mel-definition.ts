import type { FeaturesDefinition } from './features-definition.ts';

/** Where the bands of a mel spectrogram lie. */
export interface BandAxis {
  readonly bands: number;
  /** Hz. */
  readonly fmin: number;
  readonly fmax: number;
  readonly htk: boolean;
}

/** The frequency axis of features; null where they have none, or a different one in each clip. */
export function bandAxisOf({ kind, params, bands, rate }: FeaturesDefinition): BandAxis | null {
  const { fmin, fmax, htk } = params;
  const top = fmax ?? (rate === null ? null : rate / 2);
  if (kind !== 'melspec' || typeof fmin !== 'number' || typeof top !== 'number') return null;
  return { bands, fmin, fmax: top, htk: htk === true };
}

/**
 * What a decibel of sound is in the numbers of features: 1 for power in dB, ln 10 / 10 for its natural
 * logarithm, half of that where amplitude was taken (`power: 1`). Null where the numbers are no
 * logarithm of anything loud.
 */
export function decibelOf({ kind, params }: FeaturesDefinition): number | null {
  const exponent = params['power'];
  if (kind !== 'melspec' || typeof exponent !== 'number') return null;
  switch (params['scale']) {
    case 'db':
      return exponent / 2;
    case 'ln':
      return ((exponent / 2) * Math.LN10) / 10;
    default:
      return null;
  }
}
