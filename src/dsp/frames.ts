/** How a signal is continued beyond its ends: numpy.pad's modes. */
export const padModes = ['constant', 'reflect', 'symmetric', 'edge'] as const;

export type PadMode = (typeof padModes)[number];

export interface Framing {
  /** Frame length in samples. */
  readonly nFft: number;
  readonly hopLength: number;
  /** Frame t is centred on sample t × hop: n_fft / 2 samples are added on both sides. */
  readonly center: boolean;
  readonly padMode: PadMode;
}

/**
 * Number of frames of a signal: 1 + floor(length / hop) when centred, 1 + floor((length − n_fft) /
 * hop) otherwise. A signal shorter than one frame gives one frame (librosa raises an error there).
 */
export function countFrames(length: number, { nFft, hopLength, center }: Framing): number {
  return 1 + Math.floor((center ? length : Math.max(0, length - nFft)) / hopLength);
}

/** Index inside [0, length) that stands for `i` outside of it; −1 for a zero. */
function outside(i: number, length: number, mode: PadMode): number {
  if (mode === 'constant' || length === 0) return -1;
  if (mode === 'edge' || length === 1) return i < 0 ? 0 : length - 1;
  if (mode === 'symmetric') {
    const phase = ((i % (2 * length)) + 2 * length) % (2 * length);
    return phase < length ? phase : 2 * length - 1 - phase;
  }
  const period = 2 * (length - 1);
  const phase = ((i % period) + period) % period;
  return phase < length ? phase : period - phase;
}

/**
 * Copies the samples that frames t, t + 1 … cover into `out`, as many as it takes; those outside the
 * signal follow `padMode`. Repeated reflection of short signals is numpy's.
 */
export function copyFrames(
  signal: Float32Array,
  t: number,
  { nFft, hopLength, center, padMode }: Framing,
  out: Float32Array | Float64Array,
): void {
  const start = t * hopLength - (center ? nFft >> 1 : 0);
  const mode = center ? padMode : 'constant';
  const first = Math.min(out.length, Math.max(0, -start));
  const end = Math.max(first, Math.min(out.length, signal.length - start));
  const beyond = (i: number): number => {
    const from = outside(start + i, signal.length, mode);
    return from < 0 ? 0 : signal[from]!;
  };
  for (let i = 0; i < first; i++) out[i] = beyond(i);
  out.set(signal.subarray(start + first, start + end), first);
  for (let i = end; i < out.length; i++) out[i] = beyond(i);
}
