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
    const chosen = findPeriod(values, options.troughThreshold);
    const period = difference.shortest + chosen + parabolicShift(values, chosen);
    f0[t] = options.sampleRate / period;
  }
  return f0;
}

/** The first trough below the threshold, or else the lowest value. */
function findPeriod(values: Float64Array, threshold: number): number {
  let lowest = 0;
  for (let k = 0; k < values.length; k++) {
    if (values[k]! < threshold && isTrough(values, k)) return k;
    if (values[k]! < values[lowest]!) lowest = k;
  }
  return lowest;
}
