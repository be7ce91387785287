import { crc32 } from '../../util/crc32.ts';
import { type HalvingOptions, halvingRule } from './halving.ts';
import type { PruneRule } from './rule.ts';

export interface HyperbandOptions {
  /** The step of the lowest rung, ≥ 1. */
  readonly least: number;
  /** The last step of a trial that is not pruned. */
  readonly most: number;
  /** One in so many goes on from each rung, ≥ 2. */
  readonly eta: number;
  /** Decides which trial falls into which bracket. */
  readonly study: string;
}

export interface Hyperband {
  /** The share of trials of each bracket; the first one prunes hardest. */
  readonly budgets: readonly number[];
  /** The bracket, from 0, of the trial with this number. */
  bracketOf(number: number): number;
  readonly rule: PruneRule;
}

/**
 * Hyperband: ⌊log_eta(most / least)⌋ + 1 brackets of successive halving, bracket b without its b lowest
 * rungs; of n brackets b gets ⌈n · eta^(n−1−b) / (n − b)⌉ shares. A trial's bracket is drawn by the CRC-32
 * of "study_number", and it is compared with trials of its own bracket only.
 */
export function hyperband({ least, most, eta, study }: HyperbandOptions): Hyperband {
  const count = Math.floor(Math.log(most / least) / Math.log(eta) + 1e-9) + 1;
  const budgets = Array.from({ length: count }, (_, b) =>
    Math.ceil((count * eta ** (count - 1 - b)) / (count - b)),
  );
  const total = budgets.reduce((sum, budget) => sum + budget, 0);
  const bracketOf = (number: number): number => {
    let left = crc32(new TextEncoder().encode(`${study}_${number}`)) % total;
    return budgets.findIndex((budget) => {
      left -= budget;
      return left < 0;
    });
  };
  const options = (skip: number): HalvingOptions => ({ least, eta, skip });
  const rules = budgets.map((_, bracket) => halvingRule(options(bracket)));
  return {
    budgets,
    bracketOf,
    rule(question) {
      const bracket = bracketOf(question.trial.number);
      const trials = question.trials.filter(({ number }) => bracketOf(number) === bracket);
      return rules[bracket]!({ ...question, trials });
    },
  };
}
