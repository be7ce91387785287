/** The part of the untyped package `fft.js` that tests and benchmarks use. Arrays are re, im, re, im … */
declare module 'fft.js' {
  export default class FFT {
    /** `size` is a power of two, at least 2. */
    constructor(size: number);
    transform(out: Float64Array, data: Float64Array): void;
    realTransform(out: Float64Array, data: Float64Array): void;
  }
}
