import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PadMode } from '../../../src/dsp/frames.ts';
import type { LogMelOptions } from '../../../src/dsp/log-mel.ts';
import type { MelNorm } from '../../../src/dsp/mel.ts';
import type { StftOptions } from '../../../src/dsp/stft.ts';
import type { WindowName } from '../../../src/dsp/window.ts';
import { golden, readFloats } from '../librosa/load.ts';

interface Made {
  readonly shape: readonly number[];
  readonly [option: string]: unknown;
}

const manifest = JSON.parse(readFileSync(join(import.meta.dirname, 'manifest.json'), 'utf8')) as {
  readonly arrays: Readonly<Record<string, Made>>;
  readonly windows: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
};

/** scipy.signal.get_window by name and length. */
export const { windows } = manifest;

/** An array that librosa or SciPy made, with the options of the call. */
export function made(name: string): { readonly values: Float32Array; readonly options: Made } {
  const options = manifest.arrays[name];
  if (options === undefined) throw new Error(`no golden array ${name}`);
  return { values: readFloats(join(import.meta.dirname, `${name}.f32`)), options };
}

/** Framing of a stored call, under our names. */
export function frameOptions({ frame_length, hop_length, center }: Made) {
  return {
    frameLength: Number(frame_length),
    hopLength: Number(hop_length),
    center: center === true,
  };
}

/** Options of a stored transform, under our names. */
export function stftOptions(options: Made): StftOptions {
  return {
    nFft: Number(options['n_fft']),
    winLength: Number(options['win_length']),
    hopLength: Number(options['hop_length']),
    window: options['window'] as WindowName,
    center: options['center'] === true,
    padMode: options['pad_mode'] as PadMode,
  };
}

/** Options of a stored mel spectrogram, under our names: powers, as they are. */
export function melOptions(options: Made): LogMelOptions {
  return {
    ...stftOptions(options),
    sampleRate: 16000,
    power: Number(options['power'] ?? 2),
    nMels: Number(options['n_mels']),
    fmin: Number(options['fmin']),
    fmax: Number(options['fmax']),
    htk: options['htk'] === true,
    norm: (options['norm'] === undefined ? 'slaney' : options['norm']) as MelNorm,
    scale: 'power',
    amin: 1e-10,
    topDb: null,
    trimDb: null,
  };
}

/** Largest |ours − theirs|; infinite where lengths differ or a value is no number. */
export function furthest(ours: ArrayLike<number>, theirs: ArrayLike<number>): number {
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < ours.length; i++) {
    const difference = Math.abs(ours[i]! - theirs[i]!);
    if (!(difference <= worst))
      worst = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return worst;
}

/** Sound between quiet noise and silence, twice, as make.py puts it together. */
export function pauses(): Float32Array {
  const signal = golden('signal');
  const quiet = made('quiet').values;
  const soft = signal.map((value) => 0.05 * value);
  const zeros = (count: number): readonly number[] => new Array<number>(count).fill(0);
  return Float32Array.from([
    ...[...zeros(3000), ...quiet, ...signal, ...quiet.subarray(0, 2500)],
    ...[...zeros(5000), ...soft, ...quiet, ...zeros(100)],
  ]);
}
