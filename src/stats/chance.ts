import type { ShareName } from './scores.ts';

/**
 * What guessing gives: each clip gets one of the K classes that are scored, all alike, whatever it holds.
 *
 *     recall_k = 1 / K     precision_k = p_k     F1_k = 2 p_k / (K p_k + 1)
 *
 * with p_k the share of clips of class k. Recalls, UAR and accuracy are expectations; precision and F1 the
 * values that they tend to with many clips. As everywhere, UAR is a mean over the scored classes and
 * macro values are means over the label set, in which a class without clips counts as 0.
 *
 * @param supports clips of each class of the label set, at least one of them above 0
 */
export function chance(supports: readonly number[]): Readonly<Record<ShareName, number>> {
  const total = supports.reduce((sum, count) => sum + count, 0);
  const shares = supports.filter((count) => count > 0).map((count) => count / total);
  const k = shares.length;
  const sum = (of: (share: number) => number): number =>
    shares.reduce((whole, share) => whole + of(share), 0);
  const f1 = (share: number): number => (2 * share) / (k * share + 1);
  return {
    uar: 1 / k,
    accuracy: 1 / k,
    macro_precision: 1 / supports.length,
    macro_recall: 1 / supports.length,
    macro_f1: sum(f1) / supports.length,
    weighted_precision: sum((share) => share * share),
    weighted_recall: 1 / k,
    weighted_f1: sum((share) => share * f1(share)),
  };
}
