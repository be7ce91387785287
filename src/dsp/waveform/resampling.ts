/** Changes a signal of `orig` samples per second to `target`; only their ratio counts. Both are whole. */
export type Resample = (signal: Float32Array, orig: number, target: number) => Float32Array;

/** A ratio of whole numbers, numerator first. */
export type Fraction = readonly [number, number];

/**
 * The last convergent of the continued fraction of `value` (above 0) with terms of at most `largest`;
 * off by less than 1 / largest², relatively.
 */
export function fraction(value: number, largest: number): Fraction {
  let [p0, q0, p1, q1] = [0, 1, 1, 0];
  let rest = value;
  for (;;) {
    const whole = Math.floor(rest);
    const [p, q] = [whole * p1 + p0, whole * q1 + q0];
    if (p > largest || q > largest) break;
    [p0, q0, p1, q1] = [p1, q1, p, q];
    if (rest - whole < 1e-9) break;
    rest = 1 / (rest - whole);
  }
  return [p1, q1];
}

/**
 * Faster by `factor`, and higher by it, as a tape that runs faster (Ko et al. 2015, "Audio augmentation
 * for speech recognition"): ⌈length / factor⌉ samples.
 */
export function changeSpeed(
  signal: Float32Array,
  factor: Fraction,
  resample: Resample,
): Float32Array {
  return resample(signal, ...factor);
}
