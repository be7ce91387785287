import { quantile } from '../../stats/quantile.ts';
import { isBetter, type Trial } from '../trial.ts';
import type { PruneRule } from './rule.ts';

export interface PercentileOptions {
  /** 0 … 100: the share of trials to keep; 50, the default, is the median rule. */
  readonly percentile: number;
  /** No trial is pruned before so many are complete; default 5. */
  readonly startup: number;
  /** No trial is pruned before this step; default 0. */
  readonly warmup: number;
  /** Steps between two decisions; default 1. */
  readonly every: number;
  /** Complete trials that must have a value at the step; default 1. */
  readonly least: number;
}

/** Prunes a trial whose best value so far is worse than the percentile of complete trials at its last step. */
export function percentileRule(options: Partial<PercentileOptions> = {}): PruneRule {
  const { percentile = 50, startup = 5, warmup = 0, every = 1, least = 1 } = options;
  return ({ direction, trials, trial }) => {
    const complete = trials.filter(({ state }) => state === 'complete');
    const reports = trial.reports ?? [];
    const step = reports.at(-1)?.step;
    if (complete.length === 0 || complete.length < startup) return false;
    if (step === undefined || step < warmup) return false;
    const opens = Math.floor((step - warmup) / every) * every + warmup;
    // Only the first report of an interval decides.
    if ((reports.at(-2)?.step ?? -1) >= opens) return false;
    const values = reports.map(({ value }) => value).filter((value) => !Number.isNaN(value));
    if (values.length === 0) return true;
    const best = direction === 'minimise' ? Math.min(...values) : Math.max(...values);
    const others = complete.flatMap((other) => valueAt(other, step));
    if (others.length < least) return false;
    const share = direction === 'minimise' ? percentile : 100 - percentile;
    const bar = quantile(
      others.filter((value) => !Number.isNaN(value)),
      share / 100,
    );
    return !Number.isNaN(bar) && isBetter(direction, bar, best);
  };
}

function valueAt(trial: Trial, step: number): readonly number[] {
  return (trial.reports ?? []).filter((report) => report.step === step).map(({ value }) => value);
}
