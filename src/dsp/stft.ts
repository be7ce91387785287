import { createRealFft } from './fft.ts';
import { copyFrames, countFrames, type Framing } from './frames.ts';
import { centreWindow, createWindow, type WindowName } from './window.ts';

export interface StftOptions extends Framing {
  /** Window length in samples, at most n_fft; zeros on both sides make it n_fft long. */
  readonly winLength: number;
  readonly window: WindowName;
}

export interface Stft {
  /** n_fft / 2 + 1. */
  readonly bins: number;
  countFrames(length: number): number;
  /** Power of each frame, |X(t, k)|², in a buffer that is overwritten by the next frame. */
  power(signal: Float32Array, visit: (t: number, power: Float64Array) => void): void;
  /** Complex spectrum, frames × bins × (re, im). */
  spectrum(signal: Float32Array): Float64Array;
}

/**
 * Short-time Fourier transform as librosa.stft defines it (periodic window centred in n_fft,
 * no scaling), in double precision. Holds buffers, so one instance serves one signal at a time.
 */
export function createStft(options: StftOptions): Stft {
  const fft = createRealFft(options.nFft);
  const window = centreWindow(createWindow(options.window, options.winLength), options.nFft);
  const frame = new Float64Array(options.nFft);
  const power = new Float64Array(fft.bins);
  const frames = (length: number): number => countFrames(length, options);
  const windowFrame = (signal: Float32Array, t: number): Float64Array => {
    copyFrames(signal, t, options, frame);
    for (let i = 0; i < frame.length; i++) frame[i]! *= window[i]!;
    return frame;
  };
  return {
    bins: fft.bins,
    countFrames: frames,
    power(signal, visit) {
      const count = frames(signal.length);
      for (let t = 0; t < count; t++) {
        fft.power(windowFrame(signal, t), power);
        visit(t, power);
      }
    },
    spectrum(signal) {
      const count = frames(signal.length);
      const width = 2 * fft.bins;
      const out = new Float64Array(count * width);
      for (let t = 0; t < count; t++) {
        fft.spectrum(windowFrame(signal, t), out.subarray(t * width, (t + 1) * width));
      }
      return out;
    },
  };
}
