import { createRealFft } from './fft.ts';

/** Real frames of one size from their spectra; holds buffers, so one instance serves one frame at a time. */
export interface InverseFft {
  readonly size: number;
  /** x(n) = (1 / N) Σ X(k) e^(2πi kn/N) over all N frequencies; `spectrum` holds 0 … N / 2 as re, im. */
  frame(spectrum: Float64Array, out: Float64Array): void;
}

/**
 * The transform there also leads back: with X = A + iB, A even and B odd, the real sequence A + B has the
 * spectrum C with Re C(n) = Σ A cos and Im C(n) = −Σ B sin, so N x(±n) = Re C(n) ± Im C(n).
 * What is imaginary at 0 and at Nyquist cannot be in a real frame and is left out.
 */
export function createInverseFft(size: number): InverseFft {
  const fft = createRealFft(size);
  const half = size / 2;
  const joined = new Float64Array(size);
  const turned = new Float64Array(2 * fft.bins);
  return {
    size,
    frame(spectrum, out) {
      joined[0] = spectrum[0]!;
      joined[half] = spectrum[2 * half]!;
      for (let k = 1; k < half; k++) {
        joined[k] = spectrum[2 * k]! + spectrum[2 * k + 1]!;
        joined[size - k] = spectrum[2 * k]! - spectrum[2 * k + 1]!;
      }
      fft.spectrum(joined, turned);
      out[0] = turned[0]! / size;
      out[half] = turned[2 * half]! / size;
      for (let n = 1; n < half; n++) {
        out[n] = (turned[2 * n]! + turned[2 * n + 1]!) / size;
        out[size - n] = (turned[2 * n]! - turned[2 * n + 1]!) / size;
      }
    },
  };
}
