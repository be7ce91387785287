import FFT from 'fft.js';

/** Transform of real frames of one size, in double precision; reuses its buffers, so not reentrant. */
export interface RealFft {
  /** Frame length N, a power of two. */
  readonly size: number;
  /** N / 2 + 1: frequencies 0 … Nyquist. */
  readonly bins: number;
  /** X(k) = Σ x(n) e^(−2πi kn/N), k = 0 … N/2, into `out` as re, im, re, im … (2 × bins values). */
  spectrum(frame: Float64Array, out: Float64Array): void;
  /** |X(k)|² into `out` (bins values). */
  power(frame: Float64Array, out: Float64Array): void;
}

/** Complex transform of one size; arrays are re, im, re, im … and `out` differs from `data`. */
export interface ComplexFft {
  readonly size: number;
  forward(data: Float64Array, out: Float64Array): void;
  /** Inverse with the factor 1 / size. */
  inverse(data: Float64Array, out: Float64Array): void;
}

/** True for the sizes that the transforms take: powers of two from 4 on. */
export function isFftSize(size: number): boolean {
  return Number.isInteger(size) && size >= 4 && Math.log2(size) % 1 === 0;
}

function assertSize(size: number): void {
  if (!isFftSize(size)) throw new RangeError(`FFT size ${size} is not a power of two ≥ 4`);
}

export function createComplexFft(size: number): ComplexFft {
  assertSize(size);
  const fft = new FFT(size);
  return {
    size,
    forward: (data, out) => fft.transform(out, data),
    inverse: (data, out) => fft.inverseTransform(out, data),
  };
}

/**
 * The even samples are taken as real and the odd ones as imaginary parts of N / 2 complex numbers:
 * one complex transform of half the size, then X(k) = E(k) + e^(−2πik/N) O(k) takes them apart.
 * Twice as fast as the package's own real transform.
 */
export function createRealFft(size: number): RealFft {
  assertSize(size);
  const half = size / 2;
  const quarter = half >> 1;
  const fft = new FFT(half);
  const z = new Float64Array(size);
  const cos = new Float64Array(quarter + 1);
  const sin = new Float64Array(quarter + 1);
  for (let k = 0; k <= quarter; k++) {
    cos[k] = Math.cos((2 * Math.PI * k) / size);
    sin[k] = Math.sin((2 * Math.PI * k) / size);
  }
  return {
    size,
    bins: half + 1,
    spectrum(frame, out) {
      fft.transform(z, frame);
      out[0] = z[0]! + z[1]!;
      out[1] = 0;
      out[size] = z[0]! - z[1]!;
      out[size + 1] = 0;
      for (let k = 1; k <= quarter; k++) {
        const a = 2 * k;
        const b = size - a;
        const evenRe = 0.5 * (z[a]! + z[b]!);
        const evenIm = 0.5 * (z[a + 1]! - z[b + 1]!);
        const oddRe = 0.5 * (z[a + 1]! + z[b + 1]!);
        const oddIm = 0.5 * (z[b]! - z[a]!);
        const re = oddRe * cos[k]! + oddIm * sin[k]!;
        const im = oddIm * cos[k]! - oddRe * sin[k]!;
        out[a] = evenRe + re;
        out[a + 1] = evenIm + im;
        out[b] = evenRe - re;
        out[b + 1] = im - evenIm;
      }
    },
    power(frame, out) {
      fft.transform(z, frame);
      const sum = z[0]! + z[1]!;
      const difference = z[0]! - z[1]!;
      out[0] = sum * sum;
      out[half] = difference * difference;
      for (let k = 1; k <= quarter; k++) {
        const a = 2 * k;
        const b = size - a;
        const evenRe = 0.5 * (z[a]! + z[b]!);
        const evenIm = 0.5 * (z[a + 1]! - z[b + 1]!);
        const oddRe = 0.5 * (z[a + 1]! + z[b + 1]!);
        const oddIm = 0.5 * (z[b]! - z[a]!);
        const re = oddRe * cos[k]! + oddIm * sin[k]!;
        const im = oddIm * cos[k]! - oddRe * sin[k]!;
        const lowRe = evenRe + re;
        const lowIm = evenIm + im;
        const highRe = evenRe - re;
        const highIm = im - evenIm;
        out[k] = lowRe * lowRe + lowIm * lowIm;
        out[half - k] = highRe * highRe + highIm * highIm;
      }
    },
  };
}
