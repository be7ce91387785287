import { cosTurns } from './elementary.ts';

/** Names of scipy.signal.get_window that are supported. */
export const windowNames = ['hann', 'hamming', 'blackman', 'boxcar'] as const;

export type WindowName = (typeof windowNames)[number];

/** Coefficients a_j of Σ (−1)^j a_j cos(2πjn/N). */
const cosines: Readonly<Record<WindowName, readonly number[]>> = {
  hann: [0.5, 0.5],
  hamming: [0.54, 0.46],
  blackman: [0.42, 0.5, 0.08],
  boxcar: [1],
};

/**
 * Periodic window of N samples, w(n) = Σ_j (−1)^j a_j cos(2πjn/N): scipy.signal.get_window with
 * `fftbins=True`, which is what librosa.stft uses.
 */
export function createWindow(name: WindowName, length: number): Float64Array {
  const window = new Float64Array(length);
  for (let n = 0; n < length; n++) {
    let value = 0;
    cosines[name].forEach((a, j) => {
      value += (j % 2 === 0 ? a : -a) * cosTurns(j * n, length);
    });
    window[n] = value;
  }
  return window;
}

/** The window with zeros on both sides up to `size`: librosa.util.pad_center. */
export function centreWindow(window: Float64Array, size: number): Float64Array {
  const out = new Float64Array(size);
  out.set(window, Math.floor((size - window.length) / 2));
  return out;
}
