export interface McNemar {
  /** The smaller of the two counts. */
  readonly statistic: number;
  /** Exact: twice the lower tail of a binomial with chance ½, at most 1. */
  readonly p: number;
  /**
   * Twice the lower tail with only half of what was seen (Fagerland et al. 2013): less conservative,
   * and not guaranteed to keep the level.
   */
  readonly mid_p: number;
}

/**
 * McNemar's test of two classifiers on the same clips, `b` of which only the first and `c` only the second
 * gets right (`statsmodels.stats.contingency_tables.mcnemar(exact=True)`). p = 1 where they never differ.
 */
export function mcnemar(b: number, c: number): McNemar {
  const n = b + c;
  const few = Math.min(b, c);
  if (b === c) return { statistic: few, p: 1, mid_p: 1 };
  const here = pointMass(n, few);
  let tail = 0;
  let term = here;
  for (let i = few; i >= 0; i--) {
    tail += term;
    term *= i / (n - i + 1);
  }
  return { statistic: few, p: Math.min(1, 2 * tail), mid_p: 2 * tail - here };
}

/** Of k successes in n throws of a fair coin: C(n, k) / 2^n without overflow. */
function pointMass(n: number, k: number): number {
  let value = 1;
  let halves = n;
  for (let i = 1; i <= k; i++) {
    value *= (n - k + i) / i;
    while (value > 1 && halves > 0) {
      value /= 2;
      halves--;
    }
  }
  return value * 2 ** -halves;
}
