import {
  halvingRule,
  hyperband,
  type PruneRule,
  percentileRule,
  wilcoxonRule,
} from '../../search/index.ts';
import type { TuneParams } from './tune-params.ts';

/** What ends a trial between its folds. */
export interface Pruning {
  readonly rule: PruneRule;
  /** What is reported after a fold: its own value, or the value pooled over the folds so far. */
  readonly reports: 'fold' | 'pooled';
}

/** The rule that the params ask for; rungs of halving and hyperband are folds. */
export function pruningOf(
  prune: TuneParams['prune'],
  folds: number,
  study: string,
): Pruning | undefined {
  if (prune === null) return undefined;
  const { percentile, startup, threshold, eta } = prune;
  switch (prune.rule) {
    case 'wilcoxon':
      // Folds differ in difficulty, so they are compared pair by pair.
      return { rule: wilcoxonRule({ threshold }), reports: 'fold' };
    case 'percentile':
      return { rule: percentileRule({ percentile, startup }), reports: 'pooled' };
    case 'halving':
      return { rule: halvingRule({ eta, least: 1 }), reports: 'pooled' };
    case 'hyperband':
      return { rule: hyperband({ least: 1, most: folds, eta, study }).rule, reports: 'pooled' };
    default:
      return { rule: percentileRule({ startup }), reports: 'pooled' };
  }
}
