import { countOutputs, type Window } from '../language/window.ts';

/**
 * clips × frames: the part of the window behind each frame that lies inside the clip, from 0 to 1.
 * Known before anything is computed, so it is plain numbers.
 */
export interface Coverage {
  readonly clips: number;
  readonly frames: number;
  readonly data: Float32Array;
}

/** Of the input: the mask itself. Undefined if no frame pads, where all frames count. */
export function coverageOf(mask: Float32Array, clips: number): Coverage | undefined {
  if (mask.every((value) => value === 1)) return undefined;
  return { clips, frames: mask.length / clips, data: mask };
}

/** Of the frames that a layer with this window gives. */
export function covered({ clips, frames, data }: Coverage, { width, step }: Window): Coverage {
  if (width === 1 && step === 1) return { clips, frames, data };
  const count = countOutputs(frames, { width, step });
  const means = new Float32Array(clips * count);
  for (let n = 0; n < clips; n++) {
    for (let j = 0; j < count; j++) {
      const from = n * frames + j * step;
      let sum = 0;
      for (let i = 0; i < width; i++) sum += data[from + i]!;
      means[n * count + j] = sum / width;
    }
  }
  return { clips, frames: count, data: means };
}

/**
 * 1 for the frames that count, else 0: those whose window lies inside the clip. A clip too short for
 * even one such frame keeps those that are covered best.
 */
export function kept({ clips, frames, data }: Coverage): Float32Array {
  const counts = new Float32Array(data.length);
  for (let n = 0; n < clips; n++) {
    const row = data.subarray(n * frames, (n + 1) * frames);
    // Coverages are multiples of 1/width of the whole window, which is below 100,000 frames.
    const bar = row.reduce((a, b) => Math.max(a, b), 0) * (1 - 1e-5);
    for (let t = 0; t < frames; t++) counts[n * frames + t] = row[t]! > bar ? 1 : 0;
  }
  return counts;
}

/** How many frames of each clip count, at least 1. */
export function countKept({ clips, frames }: Coverage, counts: Float32Array): Float32Array {
  return Float32Array.from({ length: clips }, (_, n) =>
    Math.max(
      1,
      counts.subarray(n * frames, (n + 1) * frames).reduce((a, b) => a + b, 0),
    ),
  );
}
