import { normalCdf } from '../normal.ts';

/** Up to so many differences every assignment of signs is counted, whatever ties there are. */
const exactSize = 13;

/**
 * p of Wilcoxon's signed-rank test that differences tend to be greater than 0. Ranks of zeros are split
 * between the signs, ties share the mean of their ranks. Exact for n ≤ 13 (over the signs of what is not 0,
 * the ranks as they are) and up to 50 without ties and zeros, else the normal approximation with its
 * correction for ties: `scipy.stats.wilcoxon(d, alternative='greater', zero_method='zsplit')`.
 */
export function signedRankP(differences: readonly number[]): number {
  const n = differences.length;
  const ranks = ranksOf(differences.map(Math.abs));
  let plus = 0;
  let zeros = 0;
  const signed: number[] = [];
  for (const [i, { rank }] of ranks.entries()) {
    const difference = differences[i]!;
    if (difference === 0) {
      plus += rank / 2;
      zeros += rank / 2;
    } else {
      signed.push(rank);
      if (difference > 0) plus += rank;
    }
  }
  const plain = signed.length === n && ranks.every(({ size }) => size === 1);
  if (n <= exactSize || (plain && n <= 50)) return exactP(signed, plus - zeros);
  const mean = (n * (n + 1)) / 4;
  const ties = ranks.reduce((sum, { size }) => sum + (size ** 2 - 1), 0);
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1) - ties / 2) / 24);
  return 1 - normalCdf((plus - mean) / deviation);
}

/** The chance that random signs give a sum of positive ranks of at least `sum`. */
function exactP(ranks: readonly number[], sum: number): number {
  // Doubled, so that halves of ties are whole.
  const doubled = ranks.map((rank) => Math.round(2 * rank));
  const total = doubled.reduce((a, b) => a + b, 0);
  let chances = new Float64Array(total + 1);
  chances[0] = 1;
  for (const rank of doubled) {
    chances = chances.map((chance, at) => (chance + (at < rank ? 0 : chances[at - rank]!)) / 2);
  }
  let tail = 0;
  for (let at = total; at >= Math.round(2 * sum); at--) tail += chances[at]!;
  return Math.min(1, tail);
}

/** The rank of each value and how many share it. */
function ranksOf(values: readonly number[]): readonly { rank: number; size: number }[] {
  const order = [...values.keys()].sort((a, b) => values[a]! - values[b]!);
  const ranks = new Array<{ rank: number; size: number }>(values.length);
  for (let i = 0; i < order.length; ) {
    let end = i;
    while (end + 1 < order.length && values[order[end + 1]!] === values[order[i]!]) end++;
    const shared = { rank: (i + end) / 2 + 1, size: end - i + 1 };
    for (let j = i; j <= end; j++) ranks[order[j]!] = shared;
    i = end + 1;
  }
  return ranks;
}
