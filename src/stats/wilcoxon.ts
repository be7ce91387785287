export interface Wilcoxon {
  /** The smaller of the sums of positive and of negative ranks. */
  readonly statistic: number;
  readonly p: number;
  /** Differences other than 0. */
  readonly n: number;
}

/** Differences closer than this are equal: means of the same counts differ in their last digits. */
const grain = 1e-12;

/** The smallest p that a test with so many differences can give, whatever they are. */
export function smallestWilcoxonP(differences: number): number {
  return Math.min(1, 2 / 2 ** differences);
}

/**
 * Wilcoxon's signed-rank test that paired differences are symmetric about 0, two-sided. Zeros are left
 * out (Wilcoxon 1945), equal sizes share the mean of their ranks, and p is exact: over all 2^n signs of
 * the ranks as they are, ties included (`scipy.stats.wilcoxon` with `zero_method='wilcox'`, and
 * `method='exact'` without ties or `PermutationMethod` with them). p = 1 where all differences are 0.
 */
export function wilcoxon(differences: readonly number[]): Wilcoxon {
  const sizes = differences.map((value) => Math.round(value / grain)).filter((size) => size !== 0);
  const n = sizes.length;
  const ranks = doubledRanks(sizes.map(Math.abs));
  let plus = 0;
  let total = 0;
  for (const [i, rank] of ranks.entries()) {
    total += rank;
    if (sizes[i]! > 0) plus += rank;
  }
  const statistic = Math.min(plus, total - plus);
  // Chance of each sum of positive ranks, one rank after the other.
  let chances = new Float64Array(total + 1);
  chances[0] = 1;
  for (const rank of ranks) {
    chances = chances.map((chance, sum) => (chance + (sum < rank ? 0 : chances[sum - rank]!)) / 2);
  }
  let tail = 0;
  for (let sum = 0; sum <= statistic; sum++) tail += chances[sum]!;
  return { statistic: statistic / 2, p: Math.min(1, 2 * tail), n };
}

/** Twice the rank of each value, ties at the mean of their ranks: whole numbers. */
function doubledRanks(values: readonly number[]): readonly number[] {
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
  const ranks = new Array<number>(values.length);
  for (let i = 0; i < order.length; ) {
    let end = i;
    while (end + 1 < order.length && values[order[end + 1]!] === values[order[i]!]) end++;
    for (let j = i; j <= end; j++) ranks[order[j]!] = i + end + 2;
    i = end + 1;
  }
  return ranks;
}
