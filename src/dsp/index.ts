/** What stages of their own measure sound by: librosa's definitions, from samples in memory. */
export { type DecibelOptions, powerToDb } from './decibel.ts';
export type { FrameOptions } from './frame/frame-grid.ts';
export {
  type Interval,
  type SilenceOptions,
  splitSilence,
  trimSilence,
} from './frame/non-silent.ts';
export { rms } from './frame/rms.ts';
export { zeroCrossingRate } from './frame/zero-crossings.ts';
export type { PadMode } from './frames.ts';
export { createLogMel, type LogMel, type LogMelOptions, type Matrix } from './log-mel.ts';
export type { PitchOptions } from './pitch/period-difference.ts';
export { pyin, type VoicedPitch } from './pitch/pyin.ts';
export { type YinOptions, yin } from './pitch/yin.ts';
export { preEmphasis } from './pre-emphasis.ts';
export { type ContrastOptions, spectralContrast } from './spectral/contrast.ts';
export { bandwidth, centroid, flatness, rollOff } from './spectral/measures.ts';
export {
  type SpectralMeasure,
  type SpectralOptions,
  spectralTracks,
} from './spectral/spectral-tracks.ts';
export { createStft, type Stft, type StftOptions } from './stft.ts';
export type { WindowName } from './window.ts';
