import { createRealFft } from '../fft.ts';
import { createInverseFft } from '../inverse-fft.ts';
import { createWindow } from '../window.ts';

/**
 * Spectra of a signal in overlapping frames, changed, and the signal back: square-root Hann windows on both
 * ways, a quarter of a frame apart, so that unchanged spectra give the signal itself. Before and after it lie zeros.
 */
export interface OverlapAdd {
  readonly bins: number;
  /** Frames of a signal of this length. */
  frames(length: number): number;
  /** Frames × bins × (re, im). Frame t starts at sample (t − 3) hop. */
  analyse(signal: Float32Array): Float64Array;
  synthesise(spectrum: Float64Array, length: number): Float32Array;
}

/** Frames that end in the first quarter and begin in the last one cover every sample four times. */
const overlap = 4;

export function createOverlapAdd(size: number): OverlapAdd {
  const hop = size / overlap;
  const window = createWindow('hann', size).map(Math.sqrt);
  const fft = createRealFft(size);
  const inverse = createInverseFft(size);
  const width = 2 * fft.bins;
  const frames = (length: number): number => Math.ceil(length / hop) + overlap - 1;
  const frame = new Float64Array(size);
  return {
    bins: fft.bins,
    frames,
    analyse(signal) {
      const out = new Float64Array(frames(signal.length) * width);
      for (let t = 0; t * width < out.length; t++) {
        const start = (t - overlap + 1) * hop;
        for (let i = 0; i < size; i++) {
          const at = start + i;
          frame[i] = at >= 0 && at < signal.length ? window[i]! * signal[at]! : 0;
        }
        fft.spectrum(frame, out.subarray(t * width, (t + 1) * width));
      }
      return out;
    },
    synthesise(spectrum, length) {
      const sum = new Float64Array(length);
      for (let t = 0; t * width < spectrum.length; t++) {
        inverse.frame(spectrum.subarray(t * width, (t + 1) * width), frame);
        const start = (t - overlap + 1) * hop;
        const to = Math.min(size, length - start);
        for (let i = Math.max(0, -start); i < to; i++) sum[start + i]! += window[i]! * frame[i]!;
      }
      // Four squared windows add up to 2 everywhere.
      return Float32Array.from(sum, (value) => value / 2);
    },
  };
}
