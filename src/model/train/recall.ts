/** Counts hits per class. */
export interface RecallCounter {
  /** Adds a row of scores (posteriors or logits) of an example of class `truth`. */
  add(scores: ArrayLike<number>, truth: number): void;
  /** Mean recall over the classes that occurred: the unweighted average recall; 0 before any. */
  uar(): number;
}

export function createRecallCounter(classes: number): RecallCounter {
  const hits = new Float64Array(classes);
  const totals = new Float64Array(classes);
  return {
    add(scores, truth) {
      let top = 0;
      for (let k = 1; k < classes; k++) if (scores[k]! > scores[top]!) top = k;
      totals[truth]! += 1;
      if (top === truth) hits[truth]! += 1;
    },
    uar() {
      let sum = 0;
      let seen = 0;
      for (let k = 0; k < classes; k++) {
        if (totals[k] === 0) continue;
        seen++;
        sum += hits[k]! / totals[k]!;
      }
      return seen === 0 ? 0 : sum / seen;
    },
  };
}
