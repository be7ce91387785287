import { smallestPermutationP } from './permutation.ts';
import { studentQuantile } from './student-t.ts';

/** Clips per speaker and class: what decides how finely recalls can be told apart. */
export type Counts = readonly (readonly number[])[];

export interface SmallestDifferences {
  readonly alpha: number;
  readonly speakers: number;
  readonly classes: number;
  /** Permutation over speakers: what it can give at best, and how many comparisons that allows. */
  readonly speaker_test: {
    readonly smallest_p: number;
    /** Tests in one family that are not refused: floor(α / smallest p). */
    readonly largest_family: number;
    /** UAR difference in which every speaker gains one clip; null where the test can find nothing. */
    readonly least: number | null;
  };
  /** Permutation over clips: as few clips as can be significant, all gained, in the largest class. */
  readonly clip_test: { readonly clips: number; readonly least: number | null };
  /** What to expect where the two sets of models disagree on a part q of all clips. */
  readonly expected: readonly ExpectedDifference[];
}

interface ExpectedDifference {
  /** Part of the clips that one set has right and the other wrong. */
  readonly q: number;
  /** These speakers: z √(Σ_c q / N_c) / K. */
  readonly clips: number;
  /** New speakers: t √(mean_g v_g / G), v_g = Σ_c q / n_gc / K_g². Null below two speakers. */
  readonly speakers: number | null;
}

const disagreements = [0.1, 0.2, 0.4] as const;

/**
 * The smallest difference of UAR between two sets of models that can come out as significant (two-sided,
 * level `alpha`), from the counts of the corpus alone.
 *
 * A recall of N clips on which two sets disagree on a part q has a difference with the variance q / N (its
 * mean being small beside q), so that of UAR over K classes is Σ_c q / N_c / K². Over clips the bound is z times
 * its root: what the paired bootstrap finds. Over G speakers it is t(G − 1) times √(mean_g v_g / G), were all
 * speakers alike but for chance; real ones differ more, so that the true bound is larger.
 */
export function smallestDifferences(counts: Counts, alpha: number): SmallestDifferences {
  const speakers = counts.length;
  const classes = counts[0]?.length ?? 0;
  const totals = Array.from({ length: classes }, (_, c) =>
    counts.reduce((sum, row) => sum + row[c]!, 0),
  ).filter((total) => total > 0);
  const clips = totals.reduce((a, b) => a + b, 0);
  const smallestP = smallestPermutationP(speakers);
  const family = Math.floor(alpha / smallestP + 1e-12);
  const least = leastClips(clips, alpha);
  const largest = Math.max(...totals);
  const variance = (row: readonly number[]): number => {
    const present = row.filter((n) => n > 0);
    return present.reduce((sum, n) => sum + 1 / n, 0) / present.length ** 2;
  };
  const z = studentQuantile(1 - alpha / 2, 1e6);
  const t = speakers < 2 ? Number.NaN : studentQuantile(1 - alpha / 2, speakers - 1);
  const own = counts.map(variance).reduce((a, b) => a + b, 0) / speakers;
  return {
    ...{ alpha, speakers, classes: totals.length },
    speaker_test: {
      smallest_p: smallestP,
      largest_family: family,
      least: family < 1 ? null : leastOverSpeakers(counts, totals),
    },
    clip_test: {
      clips: least,
      least: least > largest ? null : rounded(least / largest / totals.length),
    },
    expected: disagreements.map((q) => ({
      q,
      clips: rounded(z * Math.sqrt(q * variance(totals))),
      speakers: speakers < 2 ? null : rounded(t * Math.sqrt((q * own) / speakers)),
    })),
  };
}

/** Fewest clips, all in favour of one set, that a permutation over clips does not put down to chance. */
function leastClips(clips: number, alpha: number): number {
  let n = 1;
  while (n < clips && smallestPermutationP(n) > alpha + 1e-12) n++;
  return n;
}

/** Every speaker gains one clip, each in the class where it weighs least. */
function leastOverSpeakers(counts: Counts, totals: readonly number[]): number {
  const gains = counts.map((row) =>
    Math.min(...row.flatMap((n, c) => (n > 0 ? [1 / totals[c]! / totals.length] : []))),
  );
  return rounded(gains.reduce((a, b) => a + b, 0));
}

/** Six decimals: hundredths of a point and more. */
function rounded(value: number): number {
  return Number(value.toFixed(6));
}
