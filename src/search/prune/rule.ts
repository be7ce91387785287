import type { Direction, Trial } from '../trial.ts';

/** What a decision is made from; nothing else, so that a replay decides the same. */
export interface PruneQuestion {
  readonly direction: Direction;
  /** The other trials, as far as this one may see them. */
  readonly trials: readonly Trial[];
  /** The trial with its reports up to now. */
  readonly trial: Trial;
}

/** Whether the trial should end after its last report. */
export type PruneRule = (question: PruneQuestion) => boolean;
