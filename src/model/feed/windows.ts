/** Fixed windows that a model sees instead of a whole clip. */
export interface Windows {
  /** Of a window. */
  readonly frames: number;
  /** Between the starts of two windows. */
  readonly step: number;
}

/** Windows that share this part, 0 ≤ `overlap` < 1, with the next one, up to half a frame. */
export function windowsOf(frames: number, overlap: number): Windows {
  return { frames, step: Math.max(1, Math.round(frames * (1 - overlap))) };
}

/**
 * First frames of the windows of a clip: one every `step` frames, and a last one at its end, so that every
 * frame is seen. A clip that is no longer than a window is one window.
 */
export function windowStarts(clip: number, { frames, step }: Windows): readonly number[] {
  const last = clip - frames;
  if (last <= 0) return [0];
  const count = Math.ceil(last / step);
  return Array.from({ length: count + 1 }, (_, i) => Math.min(i * step, last));
}
