import { powerToDb, powerToLn } from './decibel.ts';
import { createMelBank, type MelOptions } from './mel.ts';
import { createStft, type StftOptions } from './stft.ts';

export const scales = ['db', 'ln', 'power'] as const;

export interface LogMelOptions extends StftOptions, MelOptions {
  /** Exponent of the magnitude: 2 is power, 1 amplitude. */
  readonly power: number;
  /** `db` 10 log10, `ln` natural logarithm, `power` none. */
  readonly scale: (typeof scales)[number];
  readonly amin: number;
  /** With the scale `db`: clip this far below the loudest value. Null clips nothing. */
  readonly topDb: number | null;
  /** Drop leading and trailing frames this far below the loudest frame. Null keeps all. */
  readonly trimDb: number | null;
}

export interface Matrix {
  /** Row-major, frames × bands. */
  readonly data: Float32Array;
  readonly frames: number;
  readonly bands: number;
}

export interface LogMel {
  readonly bands: number;
  /** Bands without a frequency bin: constant in every clip. */
  readonly empty: readonly number[];
  compute(signal: Float32Array): Matrix;
}

/** Frames that stay on each side of what `trimDb` keeps, so that soft onsets survive. */
const trimMargin = 3;

/**
 * First and last + 1 of the frames to keep. A frame's level is 20 / power × log10 of the sum of its
 * bands; those within `trimDb` of the loudest count as speech. Digital silence keeps every frame.
 */
export function trimRange(
  mel: Float32Array,
  bands: number,
  power: number,
  trimDb: number,
): readonly [first: number, end: number] {
  const frames = mel.length / bands;
  const sums = new Float64Array(frames);
  let loudest = 0;
  for (let t = 0; t < frames; t++) {
    let sum = 0;
    for (let i = 0; i < bands; i++) sum += mel[t * bands + i]!;
    sums[t] = sum;
    if (sum > loudest) loudest = sum;
  }
  const limit = loudest * 10 ** ((-trimDb * power) / 20);
  const first = sums.findIndex((sum) => sum >= limit);
  let last = frames - 1;
  while (last > first && sums[last]! < limit) last--;
  return [Math.max(0, first - trimMargin), Math.min(frames, last + 1 + trimMargin)];
}

/**
 * librosa.feature.melspectrogram followed by librosa.power_to_db(ref=1), transposed to frames ×
 * bands; then trimming. Within 1e-4 dB of librosa (one float32 step at 100 dB is 7.6e-6).
 * Holds buffers, so one instance serves one signal at a time.
 */
export function createLogMel(options: LogMelOptions): LogMel {
  const stft = createStft(options);
  const bank = createMelBank(options);
  const { bands } = bank;
  const exponent = options.power / 2;
  // Kept from call to call: fresh memory of this size costs more than the logarithms in it.
  let buffer = new Float32Array(0);
  return {
    bands,
    empty: bank.empty,
    compute(signal) {
      const size = stft.countFrames(signal.length) * bands;
      if (buffer.length < size) buffer = new Float32Array(size);
      const mel = buffer.subarray(0, size);
      stft.power(signal, (t, power) => {
        if (exponent === 0.5)
          for (let k = 0; k < power.length; k++) power[k] = Math.sqrt(power[k]!);
        else if (exponent !== 1)
          for (let k = 0; k < power.length; k++) power[k] = power[k]! ** exponent;
        bank.apply(power, mel, t * bands);
      });
      const { trimDb } = options;
      const [first, end] =
        trimDb === null ? [0, mel.length / bands] : trimRange(mel, bands, options.power, trimDb);
      // top_db looks at the whole clip, so trimming comes after the scale and changes no value.
      toScale(mel, options);
      const data = mel.slice(first * bands, end * bands);
      return { data, frames: end - first, bands };
    },
  };
}

/** In place. */
function toScale(mel: Float32Array, { scale, amin, topDb }: LogMelOptions): void {
  if (scale === 'ln') powerToLn(mel, amin, mel);
  else if (scale === 'db') powerToDb(mel, { ref: 1, amin, topDb }, mel);
}
