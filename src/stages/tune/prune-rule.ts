import { TaskError } from '../../engine/stage.ts';
import {
  halvingRule,
  hyperband,
  type PruneRule,
  percentileRule,
  wilcoxonRule,
} from '../../search/index.ts';
import type { TuneParams } from './tune-params.ts';

/** What ends a trial early, and between which tasks of it. */
export type Pruning =
  | {
      readonly between: 'folds';
      readonly rule: PruneRule;
      /** What is reported after a fold: its own value, or the value pooled over the folds so far. */
      readonly reports: 'fold' | 'pooled';
    }
  | {
      readonly between: 'epochs';
      readonly rule: PruneRule;
      /** Epochs after which all folds stop and are scored, ascending; the last are all epochs. */
      readonly rungs: readonly number[];
    };

export interface Prunable {
  /** Of the target: its name, and the epochs that it trains; undefined where they cannot be parted. */
  readonly target: string;
  readonly epochs: number | undefined;
  /** Decides which trial falls into which bracket of hyperband. */
  readonly study: string;
}

/** The rule that the params ask for. Throws `TaskError` where it could end no trial. */
export function pruningOf(prune: TuneParams['prune'], given: Prunable): Pruning | undefined {
  if (prune === null) return undefined;
  const { percentile, startup, threshold, eta, least } = prune;
  switch (prune.rule) {
    case 'wilcoxon':
      // Folds differ in difficulty, so they are compared pair by pair.
      return { between: 'folds', rule: wilcoxonRule({ threshold }), reports: 'fold' };
    case 'percentile':
      return { between: 'folds', rule: percentileRule({ percentile, startup }), reports: 'pooled' };
    case 'halving': {
      const rungs = rungsOf(prune, given);
      return { between: 'epochs', rule: halvingRule({ eta, least }), rungs };
    }
    case 'hyperband': {
      const rungs = rungsOf(prune, given);
      const most = rungs.at(-1) ?? least;
      const { rule } = hyperband({ least, most, eta, study: given.study });
      return { between: 'epochs', rule, rungs };
    }
    default:
      return { between: 'folds', rule: percentileRule({ startup }), reports: 'pooled' };
  }
}

/** least, least · eta, … below all epochs, then all of them. */
function rungsOf(
  { rule, least, eta }: NonNullable<TuneParams['prune']>,
  { target, epochs }: Prunable,
): readonly number[] {
  if (epochs === undefined) {
    throw new TaskError(`${rule} compares trials between the epochs of "${target}"`, {
      hint: 'It needs networks of train-kfold whose epochs are not searched; or use rule: median.',
    });
  }
  if (least >= epochs) {
    throw new TaskError(
      `${rule} can end no trial: it compares them after ${least} epochs at first, and a training has ${epochs}`,
      { hint: `Set prune.least below ${epochs}.` },
    );
  }
  const rungs: number[] = [];
  for (let rung = least; rung < epochs; rung *= eta) rungs.push(rung);
  return [...rungs, epochs];
}
