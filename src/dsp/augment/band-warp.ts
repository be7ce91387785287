import { hzToMel, melToHz } from '../mel.ts';

/** How the bands of a mel spectrogram lie on the frequency axis. */
export interface MelAxis {
  readonly bands: number;
  /** Lowest and highest edge in Hz. */
  readonly fmin: number;
  readonly fmax: number;
  readonly htk: boolean;
}

/** Band `from` moves to `to`; the lowest and the highest stay, and those between move along lines. */
export interface Bend {
  readonly from: number;
  readonly to: number;
}

/**
 * For every band of a warped spectrogram, the place in the original where its value comes from,
 * in [0, bands − 1]: what `CropPlace.bandAt` takes.
 */
export type BandWarp = (alpha: number, bend: Bend | null, out: Float64Array) => void;

/**
 * Vocal tract length perturbation (Jaitly & Hinton 2013): a band centred on f Hz takes what the
 * original has at α f, so α > 1 lowers the formants. Places are mapped back to bands along the mel
 * axis and held at its ends. The bend is SpecAugment's time warp (Park et al. 2019) along frequency.
 * Without an axis α must be 1.
 */
export function createBandWarp(bands: number, axis: MelAxis | null): BandWarp {
  const low = axis === null ? 0 : hzToMel(axis.fmin, axis.htk);
  const step = axis === null ? 1 : (hzToMel(axis.fmax, axis.htk) - low) / (bands + 1);
  return (alpha, bend, out) => {
    for (let band = 0; band < bands; band++) {
      const at = bend === null ? band : bent(band, bands, bend);
      const place =
        alpha === 1 || axis === null
          ? at
          : (hzToMel(alpha * melToHz(low + step * (at + 1), axis.htk), axis.htk) - low) / step - 1;
      out[band] = Math.min(Math.max(place, 0), bands - 1);
    }
  };
}

function bent(band: number, bands: number, { from, to }: Bend): number {
  if (band < to) return (band * from) / to;
  const rest = bands - 1 - to;
  return rest <= 0 ? from : from + ((band - to) * (bands - 1 - from)) / rest;
}
