/** What stages of their own measure sound by: librosa's definitions, from samples in memory. */
export { powerToDb } from './decibel.ts';
export type { FrameOptions } from './frame/frame-grid.ts';
export { splitSilence, trimSilence } from './frame/non-silent.ts';
export { rms } from './frame/rms.ts';
export { zeroCrossingRate } from './frame/zero-crossings.ts';
export { createLogMel, type LogMelOptions } from './log-mel.ts';
export type { PitchOptions } from './pitch/period-difference.ts';
export { pyin } from './pitch/pyin.ts';
export { yin } from './pitch/yin.ts';
export { preEmphasis } from './pre-emphasis.ts';
export { spectralContrast } from './spectral/contrast.ts';
export { bandwidth, centroid, flatness, rollOff } from './spectral/measures.ts';
export {
  type SpectralMeasure,
  type SpectralOptions,
  spectralTracks,
} from './spectral/spectral-tracks.ts';
export { createStft, type StftOptions } from './stft.ts';
