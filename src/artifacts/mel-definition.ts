import type { FeaturesDefinition } from './features-definition.ts';

/** Where the bands of a mel spectrogram lie. */
export interface BandAxis {
  readonly bands: number;
  /** Hz. */
  readonly fmin: number;
  readonly fmax: number;
  readonly htk: boolean;
}

/** Features that others were stacked on as further channels: their own are the first one. */
function firstChannel(definition: FeaturesDefinition): FeaturesDefinition {
  const { of, bands, channels = 1 } = definition;
  return of !== undefined && channels > 1 && of.bands === bands ? firstChannel(of) : definition;
}

/** The frequency axis of features; null where they have none, or a different one in each clip. */
export function bandAxisOf(definition: FeaturesDefinition): BandAxis | null {
  const { kind, params, bands, rate } = firstChannel(definition);
  const { fmin, fmax, htk } = params;
  const top = fmax ?? (rate === null ? null : rate / 2);
  if (kind !== 'melspec' || typeof fmin !== 'number' || typeof top !== 'number') return null;
  return { bands, fmin, fmax: top, htk: htk === true };
}

/**
 * What a decibel of sound is in the numbers of features: 1 for power in dB, ln 10 / 10 for its natural
 * logarithm, half of that where amplitude was taken (`power: 1`). Null where the numbers are no
 * logarithm of anything loud. Of several channels, the first one's.
 */
export function decibelOf(definition: FeaturesDefinition): number | null {
  const { kind, params } = firstChannel(definition);
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
