import { ln } from './elementary.ts';
import { kernels } from './wasm/kernels.ts';
import { floats, layOut } from './wasm/memory.ts';

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
  // librosa compares float32 with float32; below the smallest of those nothing is rounded.
  logarithms(power, Math.fround(amin) || amin, Math.LOG10E, 10, out);
  const zero = 10 * Math.LOG10E * ln(Math.max(amin, Math.abs(ref)));
  if (zero !== 0) for (let i = 0; i < out.length; i++) out[i] = out[i]! - zero;
  if (topDb === null) return out;
  let loudest = Number.NEGATIVE_INFINITY;
  for (const level of out) if (level > loudest) loudest = level;
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
  logarithms(power, amin, 1, 1, out);
  return out;
}

/** Values that go through the kernel at a time. */
const block = 1 << 16;

/** ln(max(amin, x)) × factor, rounded to float32, times scale, rounded to float32. */
function logarithms(
  values: Float32Array,
  amin: number,
  factor: number,
  scale: number,
  out: Float32Array,
): void {
  for (let first = 0; first < values.length; first += block) {
    const part = values.subarray(first, first + block);
    const count = Math.ceil(part.length / 4) * 4;
    const [at] = layOut([], [4 * count]).areas as [number];
    floats(at, part.length).set(part);
    kernels().logarithms(at, count, amin, factor, scale);
    out.set(floats(at, part.length), first);
  }
}
