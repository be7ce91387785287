import type { Confusion } from './confusion.ts';

export interface ClassScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
  /** TN / (TN + FP). */
  readonly specificity: number;
  /** Clips whose true class it is. */
  readonly support: number;
}

/**
 * Precision, recall, F1 and specificity of each class against all others. A division by zero is 0
 * (`precision_recall_fscore_support(…, zero_division=0)` of scikit-learn).
 */
export function classScores(confusion: Confusion): readonly ClassScores[] {
  const classes = confusion.length;
  const predicted = new Array<number>(classes).fill(0);
  let total = 0;
  for (const row of confusion) {
    for (let j = 0; j < classes; j++) {
      predicted[j]! += row[j]!;
      total += row[j]!;
    }
  }
  return confusion.map((row, k) => {
    const support = row.reduce((sum, count) => sum + count, 0);
    const hits = row[k]!;
    const falsePositives = predicted[k]! - hits;
    return {
      precision: divide(hits, predicted[k]!),
      recall: divide(hits, support),
      f1: divide(2 * hits, support + predicted[k]!),
      specificity: divide(total - support - falsePositives, total - support),
      support,
    };
  });
}

function divide(a: number, b: number): number {
  return b === 0 ? 0 : a / b;
}
