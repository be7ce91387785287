import type { Graph } from '../graph/graph.ts';
import type { Value } from '../graph/value.ts';
import { countOutputs, type Window } from '../language/window.ts';

/** Features on their way through a model that is being lowered. */
export interface Signal {
  /** [N, channels, bands, frames] with one band after frequency has ended; [N, channels] of vectors. */
  readonly value: Value;
  /**
   * [N, 1, 1, frames]: the part of the window behind each frame that lies inside the clip, from 0 to 1.
   * Undefined where all frames count.
   */
  readonly coverage: Value | undefined;
  /** Whether frames that do not count are known to be 0. */
  readonly clean: boolean;
}

/**
 * 1 for the frames that count, else 0: those whose window lies inside the clip, so just those that the
 * clip would have without padding. A clip too short for even one such frame keeps those that are
 * covered best.
 */
export function kept(g: Graph, coverage: Value): Value {
  // Coverages are multiples of 1/width of the whole window, which is below 100,000 frames.
  return g.greater(coverage, g.mul(g.max(coverage, [3], true), 1 - 1e-5));
}

/** The signal with frames that do not count set to 0, as zeros beyond the end of a clip are. */
export function cleaned(g: Graph, signal: Signal): Signal {
  const { value, coverage, clean } = signal;
  if (clean || !coverage) return signal;
  // One row per band: a product over whole planes is faster than one row by row.
  const bands = value.shape[2]!;
  const rows = g.constant(new Float32Array(bands).fill(1), [1, 1, bands, 1]);
  return { value: g.mul(value, g.mul(kept(g, coverage), rows)), coverage, clean: true };
}

/** Coverage of the frames that a layer gives. */
export function covered(g: Graph, coverage: Value | undefined, window: Window): Value | undefined {
  if (!coverage) return undefined;
  const { width, step } = window;
  if (width > 1) return g.avgPool(coverage, { kernel: [1, width], stride: [1, step] });
  if (step === 1) return coverage;
  const count = countOutputs(coverage.shape[3]!, window);
  return g.slice(coverage, [0], [(count - 1) * step + 1], [3], [step]);
}

/** A signal of features without a time axis. */
export function vector(value: Value): Signal {
  return { value, coverage: undefined, clean: true };
}

/** The same frames with other features. */
export function withValue({ coverage, clean }: Signal, value: Value): Signal {
  return { value, coverage, clean };
}
