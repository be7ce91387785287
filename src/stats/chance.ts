import { metrics, type ShareName, shareNames } from './metrics/index.ts';

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
  const guess = { shares, labels: supports.length };
  const values = shareNames.map((name) => [name, metrics[name].chance(guess)]);
  return Object.fromEntries(values) as Record<ShareName, number>;
}
