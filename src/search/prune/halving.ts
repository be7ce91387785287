import { signOf, type Trial } from '../trial.ts';
import type { PruneRule } from './rule.ts';

export interface HalvingOptions {
  /** The step of the lowest rung, ≥ 1; default 1. */
  readonly least: number;
  /** One in so many goes on from each rung, ≥ 2; default 4, as in Optuna (`tune` takes 3). */
  readonly eta: number;
  /** How many of the lowest rungs are left out: its rungs are least · eta^(skip + r). Default 0. */
  readonly skip: number;
}

/**
 * Asynchronous successive halving, without waiting: a trial that reaches a rung goes on where its value is
 * among the best ⌊n / eta⌋ (at least one) of the n that reached it so far, itself included. NaN ends it.
 */
export function halvingRule(options: Partial<HalvingOptions> = {}): PruneRule {
  const { least = 1, eta = 4, skip = 0 } = options;
  const rungStep = (rung: number): number => least * eta ** (skip + rung);
  return ({ direction, trials, trial }) => {
    const sign = signOf(direction);
    const before = rungsOf({ ...trial, reports: (trial.reports ?? []).slice(0, -1) }, rungStep);
    const own = rungsOf(trial, rungStep);
    const last = trial.reports?.at(-1);
    if (last === undefined) return false;
    const others = trials.filter((other) => other.number !== trial.number);
    const reached = others.map((other) => rungsOf(other, rungStep));
    if (Number.isNaN(last.value)) return last.step >= rungStep(before.length);
    for (let rung = before.length; rung < own.length; rung++) {
      const values = [...reached.flatMap((rungs) => rungs.slice(rung, rung + 1)), last.value];
      values.sort((a, b) => sign * (a - b));
      const bar = values[Math.max(Math.floor(values.length / eta) - 1, 0)]!;
      if (sign * (last.value - bar) > 0) return true;
    }
    return false;
  };
}

/** The value at each rung that a trial reached: of its first report at or beyond it. */
function rungsOf(
  { reports = [], state }: Trial,
  rungStep: (rung: number) => number,
): readonly number[] {
  const values: number[] = [];
  for (const [i, { step, value }] of reports.entries()) {
    while (step >= rungStep(values.length) && !Number.isNaN(value)) {
      values.push(value);
      // A pruned trial fell at the first rung that its last report reached.
      if (state === 'pruned' && i === reports.length - 1) break;
    }
  }
  return values;
}
