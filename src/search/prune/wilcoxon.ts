import { bestTrial, isBetter, type Report } from '../trial.ts';
import type { PruneRule } from './rule.ts';
import { signedRankP } from './signed-rank.ts';

export interface WilcoxonOptions {
  /** A trial is pruned where p is smaller. All k folds worse give p = 2^−k at the least. Default 0.1. */
  readonly threshold: number;
  /** No trial is pruned with fewer folds in common with the best one; at least 2, the default. */
  readonly startup: number;
}

/**
 * Prunes a trial whose folds are worse than the same folds of the best complete trial, by Wilcoxon's
 * signed-rank test, unless its mean is no worse. Never where a value is not finite.
 */
export function wilcoxonRule(options: Partial<WilcoxonOptions> = {}): PruneRule {
  const { threshold = 0.1, startup = 2 } = options;
  return ({ direction, trials, trial }) => {
    const own = trial.reports ?? [];
    const best = bestTrial(direction, trials)?.reports ?? [];
    if (![...own, ...best].every(({ value }) => Number.isFinite(value))) return false;
    const shared = own.flatMap(({ step, value }) => {
      const other = best.find((report) => report.step === step);
      return other === undefined ? [] : [value - other.value];
    });
    if (shared.length < Math.max(2, startup)) return false;
    const worse = direction === 'minimise' ? shared : shared.map((value) => -value);
    return signedRankP(worse) < threshold && isBetter(direction, mean(best), mean(own));
  };
}

function mean(reports: readonly Report[]): number {
  return reports.reduce((sum, { value }) => sum + value, 0) / reports.length;
}
