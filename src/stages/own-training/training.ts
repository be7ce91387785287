import type { Static, TObject } from 'typebox';
import type { FeatureMatrix } from '../../artifacts/features.ts';
import type { Figures } from '../../engine/stage.ts';
import type { Random } from '../../util/random.ts';

/** A clip to learn from: a matrix of its own, frames × (channels × bands), row-major. */
export interface LabelledClip extends FeatureMatrix {
  /** Index into the label set. */
  readonly label: number;
}

/** What a training is given of one fold: nothing of the clips that it will be scored on. */
export interface Fold<P = unknown> {
  readonly params: P;
  /** The label set, in the order of the posteriors. */
  readonly labels: readonly string[];
  /** Clips of the training speakers, by label and id. */
  readonly clips: readonly LabelledClip[];
  /** Clips to choose by, of speakers that are not trained on; empty without `split.validation_speakers`. */
  readonly validation: readonly LabelledClip[];
  /** Other numbers for another seed; the same ones where the training is not `random`. */
  readonly random: Random;
  readonly signal: AbortSignal;
  log(line: string): void;
  /** As in `TaskContext`. */
  progress(done: number, total: number, figures?: Figures): void;
}

/**
 * The posterior of a clip: a probability for each label, summing to 1 (± 1e-5). It depends on the model and
 * the clip alone. It is asked twice, in opposite orders; where the answers differ, the fold is refused, since what
 * a model learns from scored clips is a leak.
 */
export type Predict = (clip: FeatureMatrix) => ArrayLike<number> | Promise<ArrayLike<number>>;

/** A way to train a classifier on one fold. */
export interface Training<P extends TObject = TObject> {
  /** Lower-case name: the architecture in reports. */
  readonly kind: string;
  /** One sentence. */
  readonly summary: string;
  /** Its own params; those of the folds (`split`, `max_folds`, `controls`, and `seeds` if it is random) are added. */
  readonly params?: P;
  /** Whether another seed gives another model. */
  readonly random?: boolean;
  /** Numbers that it learns, for reports. Left out where they are not known before. */
  readonly parameters?: (
    sizes: { readonly channels: number; readonly bands: number; readonly classes: number },
    params: Static<P>,
  ) => number;
  train(fold: Fold<Static<P>>): Predict | Promise<Predict>;
}

/**
 * Declares a training of your own. affekt parts the clips, runs it once for each fold and seed in a process of its
 * own, opens the scored clips only after it, and hands them to `Predict` one by one, without label and name: so that an
 * audit can show that no scored clip had a say in the model. An identity function: it infers the params' type.
 */
export function defineTraining<P extends TObject = TObject>(training: Training<P>): Training<P> {
  return Object.freeze(training);
}
