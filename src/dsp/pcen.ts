import { exp, ln, raise } from './elementary.ts';

/** librosa.pcen's params; `b`, `max_size` and `ref` are as they are by default there. */
export interface PcenOptions {
  /** Strength of the gain control, ≥ 0: 1 cancels the level of a band, 0 keeps it. */
  readonly gain: number;
  /** Added before the root, ≥ 0. */
  readonly bias: number;
  /** The root, ≥ 0; 0 takes a logarithm instead. */
  readonly power: number;
  /** Memory of the level in seconds, > 0. */
  readonly timeConstant: number;
  /** Keeps a quiet band's gain finite, > 0. */
  readonly eps: number;
}

/** librosa expects samples as whole numbers of 32 bits; ours are between −1 and 1. */
const scale = 2 ** 31;

/**
 * Per-channel energy normalisation (Wang et al. 2017) of a frames × bands matrix, as librosa.pcen of 2³¹ S:
 * with the level M(t) = b S(t) + (1 − b) M(t − 1) of each band, M(−1) = 1,
 * out = (S / (eps + M)^gain + bias)^power − bias^power.
 *
 * @param framesPerSecond rate over hop, which with `timeConstant` gives b
 */
export function pcen(
  mel: Float32Array,
  bands: number,
  framesPerSecond: number,
  { gain, bias, power, timeConstant, eps }: PcenOptions,
): Float32Array {
  const frames = timeConstant * framesPerSecond;
  const b = (Math.sqrt(1 + 4 * frames * frames) - 1) / (2 * frames * frames);
  const level = new Float64Array(bands).fill(1);
  const out = new Float32Array(mel.length);
  const compress = (value: number): number => {
    if (power === 0) return ln(1 + value);
    if (bias === 0) return raise(value, power);
    return raise(bias, power) * (raise(1 + value / bias, power) - 1);
  };
  for (let i = 0, band = 0; i < mel.length; i++, band = band + 1 === bands ? 0 : band + 1) {
    const value = scale * mel[i]!;
    level[band] = b * value + (1 - b) * level[band]!;
    out[i] = compress(value * exp(-gain * ln(eps + level[band]!)));
  }
  return out;
}
