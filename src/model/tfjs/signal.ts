import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { Window } from '../language/window.ts';
import { type Coverage, covered, kept } from './coverage.ts';
import type { TensorFlow } from './tensorflow.ts';

/** Features on their way through a model. */
export interface Signal {
  /**
   * [N, bands, frames, channels], TensorFlow's own order, with one band after frequency has ended;
   * [N, channels] of vectors.
   */
  readonly value: Tensor;
  /** Undefined where all frames count. */
  readonly coverage: Coverage | undefined;
  /** Whether frames that do not count are known to be 0. */
  readonly clean: boolean;
}

/** Its value as what it is before time has been pooled. */
export function maps({ value }: Signal): Tensor4D {
  return value as Tensor4D;
}

/** A signal of features without a time axis. */
export function vector(value: Tensor): Signal {
  return { value, coverage: undefined, clean: true };
}

/** The same frames with other features. */
export function withValue({ coverage, clean }: Signal, value: Tensor): Signal {
  return { value, coverage, clean };
}

/** What a layer with a window of its own gives. */
export function next(
  { coverage }: Signal,
  {
    value,
    window,
    clean,
  }: { readonly value: Tensor; readonly window: Window; readonly clean: boolean },
): Signal {
  const after = coverage && covered(coverage, window);
  return { value, coverage: after, clean: clean || !after };
}

/** 1 for frames that count, else 0: [N, 1, frames, 1]. */
export function keptTensor(tf: TensorFlow, coverage: Coverage): Tensor4D {
  return tf.tensor4d(kept(coverage), [coverage.clips, 1, coverage.frames, 1]);
}

/** The signal with frames that do not count set to 0, as zeros beyond the end of a clip are. */
export function cleaned(tf: TensorFlow, signal: Signal): Signal {
  const { value, coverage, clean } = signal;
  if (clean || !coverage) return signal;
  return { value: tf.mul(value, keptTensor(tf, coverage)), coverage, clean: true };
}
