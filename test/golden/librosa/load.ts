import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LogMelOptions } from '../../../src/dsp/log-mel.ts';

interface Facts {
  readonly shape: readonly number[];
  readonly [fact: string]: unknown;
}

const manifest = JSON.parse(readFileSync(join(import.meta.dirname, 'manifest.json'), 'utf8')) as {
  readonly arrays: Readonly<Record<string, Facts>>;
  readonly windows: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
};

export const { windows } = manifest;

/** Reads raw little-endian float32. */
export function readFloats(path: string): Float32Array {
  const bytes = readFileSync(path);
  return new Float32Array(new Uint8Array(bytes).buffer);
}

export function golden(name: string): Float32Array {
  return readFloats(join(import.meta.dirname, `${name}.f32`));
}

export function facts(name: string): Facts {
  return manifest.arrays[name]!;
}

/** Options of a stored mel spectrogram, from the call that made it. */
export function melOptions(name: string): LogMelOptions {
  const call = facts(name) as unknown as Record<string, never>;
  return {
    sampleRate: 16000,
    nFft: call['n_fft']!,
    winLength: call['win_length']!,
    hopLength: call['hop_length']!,
    window: call['window']!,
    center: call['center']!,
    padMode: call['pad_mode']!,
    power: call['power']!,
    nMels: call['n_mels']!,
    fmin: call['fmin']!,
    fmax: call['fmax']!,
    htk: call['htk']!,
    norm: call['norm']!,
    scale: 'power',
    amin: 1e-10,
    topDb: null,
    trimDb: null,
  };
}

/** Largest |ours − theirs|, ours frames × bands and theirs bands × frames. */
export function worstDifference(ours: Float32Array, theirs: Float32Array, bands: number): number {
  if (ours.length !== theirs.length) return Number.POSITIVE_INFINITY;
  const frames = ours.length / bands;
  let worst = 0;
  for (let t = 0; t < frames; t++) {
    for (let i = 0; i < bands; i++) {
      const difference = Math.abs(ours[t * bands + i]! - theirs[i * frames + t]!);
      if (!(difference <= worst)) worst = difference;
    }
  }
  return worst;
}
