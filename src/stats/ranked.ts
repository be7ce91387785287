/** Rows by falling score. Equal scores form one run: no threshold can part them. */
export interface Ranked {
  /** Row indices, best score first. */
  readonly order: Int32Array;
  /** 1 where the row at this place of `order` is the last of its run, else 0. */
  readonly last: Uint8Array;
}

/** Sorts once what many weightings are asked about. Throws on NaN, which has no place in an order. */
export function rankRows(scores: ArrayLike<number>): Ranked {
  const order = Int32Array.from({ length: scores.length }, (_, i) => i);
  for (const row of order) {
    if (Number.isNaN(scores[row])) throw new Error('a score is not a number');
  }
  order.sort((a, b) => scores[b]! - scores[a]! || a - b);
  const last = new Uint8Array(order.length);
  for (let i = 0; i < order.length; i++) {
    if (i + 1 === order.length || scores[order[i]!] !== scores[order[i + 1]!]) last[i] = 1;
  }
  return { order, last };
}

export interface RankScores {
  /**
   * Area under the ROC curve: the chance that a positive row scores above a negative one, ties counted
   * half (`sklearn.metrics.roc_auc_score`). NaN without positive or without negative rows.
   */
  readonly roc_auc: number;
  /**
   * Σ (R_n − R_{n−1}) P_n over thresholds (`sklearn.metrics.average_precision_score`). NaN without
   * positive rows.
   */
  readonly average_precision: number;
}

/**
 * How well scores part positive from negative rows.
 *
 * @param positive whether a row is positive
 * @param weight how often a row counts; once each by default
 */
export function rankScores(
  { order, last }: Ranked,
  positive: (row: number) => boolean,
  weight: (row: number) => number = () => 1,
): RankScores {
  let area = 0;
  let precisions = 0;
  let hits = 0;
  let misses = 0;
  let hitsBefore = 0;
  let missesBefore = 0;
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!;
    if (positive(row)) hits += weight(row);
    else misses += weight(row);
    if (last[i] === 0) continue;
    area += ((misses - missesBefore) * (hits + hitsBefore)) / 2;
    if (hits > hitsBefore) precisions += ((hits - hitsBefore) * hits) / (hits + misses);
    hitsBefore = hits;
    missesBefore = misses;
  }
  const pairs = hits * misses;
  return {
    roc_auc: pairs === 0 ? Number.NaN : area / pairs,
    average_precision: hits === 0 ? Number.NaN : precisions / hits,
  };
}
