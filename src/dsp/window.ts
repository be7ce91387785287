import { cosTurns } from './elementary.ts';
import { windowShapes } from './window-shapes.ts';

/** Coefficients a_j of Σ (−1)^j a_j cos(2πjn/N). */
const cosines = {
  hann: [0.5, 0.5],
  hamming: [0.54, 0.46],
  blackman: [0.42, 0.5, 0.08],
  boxcar: [1],
  blackmanharris: [0.35875, 0.48829, 0.14128, 0.01168],
  nuttall: [0.3635819, 0.4891775, 0.1365995, 0.0106411],
  flattop: [0.21557895, 0.41663158, 0.277263158, 0.083578947, 0.006947368],
} as const satisfies Readonly<Record<string, readonly number[]>>;

export type WindowName = keyof typeof cosines | keyof typeof windowShapes;

/** Names of scipy.signal.get_window that are supported: those that need no number. */
export const windowNames = Object.keys({ ...cosines, ...windowShapes }) as readonly WindowName[];

/**
 * Periodic window of N samples, for most names w(n) = Σ_j (−1)^j a_j cos(2πjn/N): scipy.signal.get_window
 * with `fftbins=True`, which is what librosa.stft uses.
 */
export function createWindow(name: WindowName, length: number): Float64Array {
  const window = new Float64Array(length);
  if (length === 1) return window.fill(1);
  // Periodic is symmetric with one sample more, which is dropped.
  if (name in windowShapes) {
    const shape = windowShapes[name as keyof typeof windowShapes];
    return window.map((_, n) => shape(n, length + 1));
  }
  const coefficients: readonly number[] = cosines[name as keyof typeof cosines];
  for (let n = 0; n < length; n++) {
    let value = 0;
    coefficients.forEach((a, j) => {
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
