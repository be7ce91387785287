/** The part of the untyped package `fft.js` that src/dsp/fft.ts uses. Arrays are re, im, re, im … */
declare module 'fft.js' {
  export default class FFT {
    /** `size` is a power of two, at least 2. */
    constructor(size: number);
    transform(out: Float64Array, data: Float64Array): void;
    inverseTransform(out: Float64Array, data: Float64Array): void;
  }
}
