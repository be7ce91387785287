export interface DecibelOptions {
  /** Power that is 0 dB. */
  readonly ref: number;
  /** Smallest power, > 0: the logarithm of silence stays finite. */
  readonly amin: number;
  /** Largest distance below the loudest value in dB; null keeps all. */
  readonly topDb: number | null;
}

/**
 * librosa.power_to_db: 10 log10(max(amin, S)) − 10 log10(max(amin, ref)), then at least the
 * maximum − top_db. Every step is stored in float32, as librosa stores it.
 * `out` may be `power` itself.
 */
export function powerToDb(
  power: Float32Array,
  { ref, amin, topDb }: DecibelOptions,
  out: Float32Array = new Float32Array(power.length),
): Float32Array {
  const zero = 10 * Math.log10(Math.max(amin, Math.abs(ref)));
  const floor = Math.fround(amin);
  let loudest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < power.length; i++) {
    const level = 10 * Math.fround(Math.log(Math.max(power[i]!, floor)) * Math.LOG10E);
    out[i] = zero === 0 ? level : Math.fround(level) - zero;
    if (out[i]! > loudest) loudest = out[i]!;
  }
  if (topDb === null) return out;
  const lowest = loudest - topDb;
  for (let i = 0; i < out.length; i++) if (out[i]! < lowest) out[i] = lowest;
  return out;
}

/** Natural logarithm with the same floor: ln(max(amin, S)). */
export function powerToLn(
  power: Float32Array,
  amin: number,
  out: Float32Array = new Float32Array(power.length),
): Float32Array {
  for (let i = 0; i < power.length; i++) {
    out[i] = Math.log(Math.max(power[i]!, amin));
  }
  return out;
}
