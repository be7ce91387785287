import {
  createPeriodDifference,
  isTrough,
  type PitchOptions,
  parabolicShift,
} from './period-difference.ts';

export interface YinOptions extends PitchOptions {
  /** The first trough of d′ below this gives the period; where there is none, the lowest value does. */
  readonly troughThreshold: number;
}

/**
 * Pitch of each frame in Hz, voiced or not: librosa.yin. Silence gives the highest pitch there is, rate /
 * floor(rate / fmax), as it does there.
 *
 * @throws RangeError where `pitchProblem` finds one
 */
export function yin(signal: Float32Array, options: YinOptions): Float64Array {
  const difference = createPeriodDifference(options);
  const { count, start } = difference.grid(signal.length);
  const values = new Float64Array(difference.periods);
  const f0 = new Float64Array(count);
  for (let t = 0; t < count; t++) {
    difference.measure(signal, start(t), values);
    let chosen = values.findIndex(
      (value, k) => value < options.troughThreshold && isTrough(values, k),
    );
    if (chosen < 0)
      chosen = values.reduce((best, value, k) => (value < values[best]! ? k : best), 0);
    const period = difference.shortest + chosen + parabolicShift(values, chosen);
    f0[t] = options.sampleRate / period;
  }
  return f0;
}
