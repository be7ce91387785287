import { powerToDb, powerToLn } from './decibel.ts';
import { exp } from './elementary.ts';
import { realTables } from './fft.ts';
import { copyFrames, countFrames } from './frames.ts';
import { createMelBank, type MelOptions } from './mel.ts';
import type { StftOptions } from './stft.ts';
import { kernels } from './wasm/kernels.ts';
import { createTable, floats, layOut } from './wasm/memory.ts';
import { centreWindow, createWindow } from './window.ts';

export const scales = ['db', 'ln', 'power'] as const;

export interface LogMelOptions extends StftOptions, MelOptions {
  /** Exponent of the magnitude: 2 is power, 1 amplitude. */
  readonly power: number;
  /** `db` 10 log10, `ln` natural logarithm, `power` none. */
  readonly scale: (typeof scales)[number];
  /** Values below it count as it before the logarithm, > 0: librosa.power_to_db's `amin`. */
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
  /** Of a signal at the rate of the options: frames × bands, overwritten by nothing later. */
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
  const limit = loudest * exp(((-trimDb * power) / 20) * Math.LN10);
  const first = sums.findIndex((sum) => sum >= limit);
  let last = frames - 1;
  while (last > first && sums[last]! < limit) last--;
  return [Math.max(0, first - trimMargin), Math.min(frames, last + 1 + trimMargin)];
}

/** Samples that go through the kernel at a time: long sounds need no more memory than short ones. */
const blockLength = 1 << 16;

/**
 * librosa.feature.melspectrogram followed by librosa.power_to_db(ref=1), transposed to frames ×
 * bands; then trimming. Within 1e-4 dB of librosa (one float32 step at 100 dB is 7.6e-6).
 *
 * Window, transform, power and bands of two frames at a time are one kernel in double precision: in
 * float32, a band 100 dB below the loudest is off by 0.1 dB.
 *
 * @throws RangeError where n_fft is no even product of 2, 3 and 5
 */
export function createLogMel(options: LogMelOptions): LogMel {
  const { nFft, hopLength } = options;
  const half = nFft / 2;
  const fft = realTables(nFft);
  const window = centreWindow(createWindow(options.window, options.winLength), nFft);
  const bank = createMelBank(options);
  const tables = [fft.plan, fft.turns, createTable(window.map((value) => value / 2)), bank.table];
  const { bands } = bank;
  const most = 2 * Math.ceil(blockLength / hopLength / 2);

  /** Bands of frames t … t + frames − 1 into `out`. */
  const computeBlock = (signal: Float32Array, t: number, frames: number, out: Float32Array) => {
    const rows = 2 * Math.ceil(frames / 2);
    const length = (rows - 1) * hopLength + nFft;
    const sizes = [4 * length, 16 * nFft, 16 * nFft, 16 * (half + 1), 4 * rows * bands];
    const at = layOut(tables, sizes);
    const [plan, turns, cut, weights] = at.tables as [number, number, number, number];
    const [input, a, b, powers, mel] = at.areas as [number, number, number, number, number];
    copyFrames(signal, t, options, floats(input, length));
    kernels().melFrames(
      ...([input, hopLength, frames, cut, plan, turns, half, options.power / 2] as const),
      ...([weights, bands, a, b, powers, mel] as const),
    );
    out.set(floats(mel, frames * bands), t * bands);
  };

  return {
    bands,
    empty: bank.empty,
    compute(signal) {
      const count = countFrames(signal.length, options);
      const mel = new Float32Array(count * bands);
      for (let t = 0; t < count; t += most) {
        computeBlock(signal, t, Math.min(most, count - t), mel);
      }
      const { trimDb } = options;
      const [first, end] =
        trimDb === null ? [0, count] : trimRange(mel, bands, options.power, trimDb);
      // top_db looks at the whole clip, so trimming comes after the scale and changes no value.
      toScale(mel, options);
      const whole = first === 0 && end === count;
      const data = whole ? mel : mel.slice(first * bands, end * bands);
      return { data, frames: end - first, bands };
    },
  };
}

/** In place. */
function toScale(mel: Float32Array, { scale, amin, topDb }: LogMelOptions): void {
  if (scale === 'ln') powerToLn(mel, amin, mel);
  else if (scale === 'db') powerToDb(mel, { ref: 1, amin, topDb }, mel);
}
