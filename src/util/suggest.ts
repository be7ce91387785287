/**
 * The candidate a misspelt word most likely meant, or `undefined` when none is close. Distance is
 * optimal string alignment (insert, delete, replace, swap neighbours) after folding case and `_ - .`;
 * a third of the word may be wrong. A candidate that starts with the word, or the reverse, is close
 * too when three characters agree. Ties go to the earlier candidate.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = fold(word);
  const limit = Math.max(1, Math.floor(wanted.length / 3));
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const folded = fold(candidate);
    let distance = Number.POSITIVE_INFINITY;
    if (Math.abs(folded.length - wanted.length) <= limit) {
      distance = alignment(wanted, folded);
      if (distance > limit || distance >= Math.max(wanted.length, folded.length)) {
        distance = Number.POSITIVE_INFINITY;
      }
    }
    if (distance === Number.POSITIVE_INFINITY && isPrefix(wanted, folded)) distance = limit + 0.5;
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** True for `k-fold` and `KFold`: case and `_ - .` aside. */
export function sameWord(a: string, b: string): boolean {
  return fold(a) === fold(b);
}

function fold(word: string): string {
  return word.toLowerCase().replace(/[_.\-\s]/g, '');
}

function isPrefix(a: string, b: string): boolean {
  return Math.min(a.length, b.length) >= 3 && (a.startsWith(b) || b.startsWith(a));
}

function alignment(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min(replace, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
