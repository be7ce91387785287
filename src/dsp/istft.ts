import { createInverseFft } from './inverse-fft.ts';
import { centreWindow, createWindow, type WindowName } from './window.ts';

export interface IstftOptions {
  readonly nFft: number;
  readonly hopLength: number;
  readonly winLength: number;
  readonly window: WindowName;
}

/**
 * Inverse of `createStft(…).spectrum` with `center`: librosa.istft(length=length). Frames are inverted,
 * windowed once more and added up; the sum is divided by that of the squared windows wherever that is
 * not 0. `spectrum` is frames × (n_fft / 2 + 1) × (re, im).
 */
export function istft(
  spectrum: Float64Array,
  length: number,
  { nFft, hopLength, winLength, window: name }: IstftOptions,
): Float32Array {
  const width = nFft + 2;
  const fft = createInverseFft(nFft);
  const window = centreWindow(createWindow(name, winLength), nFft);
  const sum = new Float64Array(length);
  const weight = new Float64Array(length);
  const frame = new Float64Array(nFft);
  const frames = Math.min(spectrum.length / width, Math.ceil((length + nFft) / hopLength));
  for (let t = 0; t < frames; t++) {
    fft.frame(spectrum.subarray(t * width, (t + 1) * width), frame);
    const start = t * hopLength - nFft / 2;
    const to = Math.min(nFft, length - start);
    for (let i = Math.max(0, -start); i < to; i++) {
      const w = window[i]!;
      sum[start + i]! += w * frame[i]!;
      weight[start + i]! += w * w;
    }
  }
  return Float32Array.from(sum, (value, i) => (weight[i]! > 1e-38 ? value / weight[i]! : value));
}
