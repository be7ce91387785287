import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Golden {
  readonly stretched: readonly { rate: number; n_fft: number; samples: string }[];
  readonly shifted: readonly { semitones: number; n_fft: number; samples: string }[];
  readonly filters: readonly {
    readonly order: number;
    readonly pass: 'low' | 'high';
    readonly cutoff: number;
    readonly response: readonly number[];
  }[];
  readonly thresholds: readonly { percent: number; at: readonly [number, number] }[];
}

/** What librosa 0.11, SciPy and numpy make of the signal of ../librosa. */
export const peers = JSON.parse(
  readFileSync(join(import.meta.dirname, 'golden.json'), 'utf8'),
) as Golden;

/** Base64 of little-endian float32. */
export function unpack(text: string): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);
}
