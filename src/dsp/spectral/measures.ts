import type { SpectralMeasure } from './spectral-tracks.ts';

/** Σ f S / Σ S in Hz, 0 in silence: librosa.feature.spectral_centroid. */
export const centroid: SpectralMeasure = (magnitude, hz) => {
  let total = 0;
  let moment = 0;
  for (let k = 0; k < magnitude.length; k++) {
    total += magnitude[k]!;
    moment += hz[k]! * magnitude[k]!;
  }
  return total === 0 ? 0 : moment / total;
};

/** √(Σ S (f − centroid)² / Σ S) in Hz: librosa.feature.spectral_bandwidth with its order of 2. */
export const bandwidth: SpectralMeasure = (magnitude, hz) => {
  const centre = centroid(magnitude, hz);
  let total = 0;
  let moment = 0;
  for (let k = 0; k < magnitude.length; k++) {
    total += magnitude[k]!;
    moment += magnitude[k]! * (hz[k]! - centre) ** 2;
  }
  return total === 0 ? 0 : Math.sqrt(moment / total);
};

/**
 * The lowest frequency in Hz up to which a share of Σ S lies: librosa.feature.spectral_rolloff. Sums are
 * rounded to float32 on the way, as there: the bin hangs on it where a sum comes close to the share.
 *
 * @param share in (0, 1); default 0.85, as librosa's
 */
export function rollOff(share = 0.85): SpectralMeasure {
  return (magnitude, hz) => {
    let total = 0;
    for (const value of magnitude) total = Math.fround(total + Math.fround(value));
    const threshold = Math.fround(Math.fround(share) * total);
    let sum = 0;
    for (let k = 0; k < magnitude.length; k++) {
      sum = Math.fround(sum + Math.fround(magnitude[k]!));
      if (sum >= threshold) return hz[k]!;
    }
    return hz[hz.length - 1]!;
  };
}

/** Smallest power that flatness sees. */
const amin = 1e-10;

/**
 * Geometric over arithmetic mean of the powers S², 1 for white noise and for silence, near 0 for a tone:
 * librosa.feature.spectral_flatness.
 */
export const flatness: SpectralMeasure = (magnitude) => {
  let logs = 0;
  let sum = 0;
  for (const value of magnitude) {
    const power = Math.max(amin, value * value);
    logs += Math.log(power);
    sum += power;
  }
  return Math.exp(logs / magnitude.length) / (sum / magnitude.length);
};
