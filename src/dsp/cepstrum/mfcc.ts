import { cosTurns, sinTurns } from '../elementary.ts';
import type { Matrix } from '../log-mel.ts';

export interface MfccOptions {
  /** Coefficients to keep, the lowest ones; at most the number of bands. */
  readonly count: number;
  /** L of the lifter, ≥ 0; 0 leaves the coefficients as they are. */
  readonly lifter: number;
}

/**
 * Mel-frequency cepstral coefficients: the orthonormal DCT-II of the bands of every frame, c(k) = s(k) Σ_n
 * x(n) cos(πk (2n + 1) / 2N) with s(0) = √(1/N) and s(k) = √(2/N), times the lifter 1 + L/2 sin(π (k + 1) / L).
 * librosa.feature.mfcc of a log-mel spectrogram.
 */
export function createMfcc(bands: number, { count, lifter }: MfccOptions): (mel: Matrix) => Matrix {
  if (count > bands) throw new RangeError(`${count} coefficients of ${bands} bands`);
  const table = Float64Array.from({ length: count * bands }, (_, i) => {
    const [k, n] = [Math.floor(i / bands), i % bands];
    const scale = Math.sqrt((k === 0 ? 1 : 2) / bands);
    const lift = lifter === 0 ? 1 : 1 + (lifter / 2) * sinTurns(k + 1, 2 * lifter);
    return lift * scale * cosTurns(k * (2 * n + 1), 4 * bands);
  });
  return ({ data, frames }) => {
    const out = new Float32Array(frames * count);
    for (let t = 0; t < frames; t++) {
      for (let k = 0; k < count; k++) {
        let sum = 0;
        for (let n = 0; n < bands; n++) sum += table[k * bands + n]! * data[t * bands + n]!;
        out[t * count + k] = sum;
      }
    }
    return { data: out, frames, bands: count };
  };
}
