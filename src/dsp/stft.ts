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
  /** Power of each frame, |X(t, k)|², in a buffer that is overwritten by the frames after the next. */
  power(signal: Float32Array, visit: (t: number, power: Float64Array) => void): void;
  /** Complex spectrum, frames × bins × (re, im). */
  spectrum(signal: Float32Array): Float64Array;
}

/**
 * Short-time Fourier transform as librosa.stft defines it (periodic window centred in n_fft,
 * no scaling), in double precision. Holds buffers, so one instance serves one signal at a time.
 *
 * @throws RangeError where n_fft is no even product of 2, 3 and 5
 */
export function createStft(options: StftOptions): Stft {
  const fft = createRealFft(options.nFft);
  const window = centreWindow(createWindow(options.window, options.winLength), options.nFft);
  const frames = [new Float64Array(options.nFft), new Float64Array(options.nFft)] as const;
  const powers = [new Float64Array(fft.bins), new Float64Array(fft.bins)] as const;
  const count = (length: number): number => countFrames(length, options);
  const cut = (signal: Float32Array, t: number, frame: Float64Array): Float64Array => {
    copyFrames(signal, t, options, frame);
    for (let i = 0; i < frame.length; i++) frame[i]! *= window[i]!;
    return frame;
  };
  return {
    bins: fft.bins,
    countFrames: count,
    power(signal, visit) {
      const end = count(signal.length);
      for (let t = 0; t < end; t += 2) {
        cut(signal, t, frames[0]);
        if (t + 1 < end) cut(signal, t + 1, frames[1]);
        fft.power(frames[0], powers[0], frames[1], powers[1]);
        visit(t, powers[0]);
        if (t + 1 < end) visit(t + 1, powers[1]);
      }
    },
    spectrum(signal) {
      const end = count(signal.length);
      const width = 2 * fft.bins;
      const out = new Float64Array(end * width);
      const row = (t: number): Float64Array => out.subarray(t * width, (t + 1) * width);
      for (let t = 0; t < end; t += 2) {
        cut(signal, t, frames[0]);
        if (t + 1 === end) fft.spectrum(frames[0], row(t));
        else fft.spectrum(frames[0], row(t), cut(signal, t + 1, frames[1]), row(t + 1));
      }
      return out;
    },
  };
}
