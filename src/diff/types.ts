import type { Comparison, MetricSet } from '../artifacts/metrics.ts';
import type { Json } from '../util/json.ts';

/** A setting that two runs do not share; undefined where a run does not have it. */
export interface Change {
  readonly path: string;
  readonly a: Json | undefined;
  readonly b: Json | undefined;
}

/** Tasks of a stage by what became of them. */
export interface StageTasks {
  readonly stage: string;
  /** The same key: made of the same inputs by the same code. */
  readonly same: number;
  /** The same address, made of something else. */
  readonly different: number;
  readonly onlyA: number;
  readonly onlyB: number;
}

/** A clip that one of two sets predicts right and the other does not, by the mean over seeds. */
export interface Flip {
  readonly id: string;
  readonly speaker: string;
  readonly truth: string;
  readonly a: string;
  readonly b: string;
  /** Mean posterior of the true class. */
  readonly trueA: number;
  readonly trueB: number;
}

/** Two sets of models on the clips that both scored. */
export interface SetDiff {
  readonly a: MetricSet;
  readonly b: MetricSet;
  /** Their numbers with all that has to be known of them. */
  readonly stated: { readonly a: string; readonly b: string };
  /** Clips that only one of them scored: then there is no comparison. */
  readonly onlyA: readonly string[];
  readonly onlyB: readonly string[];
  /** The folds hold the same clips. */
  readonly sameFolds: boolean;
  /** B less A; null where the clips or the protocols differ. */
  readonly comparison: Comparison | null;
  /** Recalls, null where undefined; no class where the clips, their side or the classes differ. */
  readonly perClass: Readonly<
    Record<string, { readonly a: number | null; readonly b: number | null }>
  >;
  /** Right in B alone, and right in A alone, the largest change first. */
  readonly gained: readonly Flip[];
  readonly lost: readonly Flip[];
}

export interface RunDiff {
  readonly format: 'affekt.diff/1';
  readonly a: string;
  readonly b: string;
  readonly spec: readonly Change[];
  readonly code: readonly Change[];
  readonly environment: readonly Change[];
  readonly tasks: readonly StageTasks[];
  readonly sets: readonly SetDiff[];
  /** Sets that have no partner of their name. */
  readonly unpaired: readonly string[];
}
