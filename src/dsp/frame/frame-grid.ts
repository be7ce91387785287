/** How a signal is cut into frames of samples, without a transform: of any length. */
export interface FrameOptions {
  /** In samples, at least 1. */
  readonly frameLength: number;
  /** In samples, at least 1. */
  readonly hopLength: number;
  /** Frame t is centred on sample t × hop; false starts it there. */
  readonly center: boolean;
}

/** Where the frames of a signal lie. */
export interface FrameGrid {
  readonly count: number;
  /** First sample of frame t; below 0 where the frame begins before the signal. */
  start(t: number): number;
}

/**
 * librosa.util.frame, after padding by floor(frame_length / 2) on both sides where frames are centred.
 * A signal shorter than one frame gives one frame (librosa raises an error there).
 */
export function frameGrid(
  length: number,
  { frameLength, hopLength, center }: FrameOptions,
): FrameGrid {
  const before = center ? frameLength >> 1 : 0;
  const spare = Math.max(0, length + 2 * before - frameLength);
  return {
    count: 1 + Math.floor(spare / hopLength),
    start: (t) => t * hopLength - before,
  };
}
