import { mean } from './moments.ts';
import { studentQuantile } from './student-t.ts';

/** Clips of one cluster by class: how many there are, and how many are right. */
export interface ClassCounts {
  readonly clips: readonly number[];
  readonly hits: readonly number[];
}

/**
 * Interval of a mean recall whose clips come in G clusters that were not made independently within (all
 * clips that one model scored): R = mean_c H_c / N_c over the K classes with clips, and
 * R ± t(G − 1) √(G / (G − 1) Σ_g r_g²), r_g = Σ_c (h_gc − H_c / N_c · n_gc) / (N_c K), the part of each
 * cluster in R to first order. Where every cluster has as many clips of each class, this is the t interval
 * of the recalls per cluster. Undefined below two clusters.
 */
export function clusteredRecall(
  clusters: readonly ClassCounts[],
  level: number,
):
  | { readonly value: number; readonly low: number; readonly high: number; readonly df: number }
  | undefined {
  const groups = clusters.length;
  if (groups < 2) return undefined;
  const sum = (of: (cluster: ClassCounts) => number): number =>
    clusters.reduce((total, cluster) => total + of(cluster), 0);
  const classes = (clusters[0]?.clips ?? []).flatMap((_, c) => {
    const clips = sum((one) => one.clips[c] ?? 0);
    return clips === 0 ? [] : [{ c, clips, recall: sum((one) => one.hits[c] ?? 0) / clips }];
  });
  const value = mean(classes.map(({ recall }) => recall));
  const squares = clusters.map(({ clips: n, hits }) => {
    const parts = classes.map(
      ({ c, clips, recall }) => ((hits[c] ?? 0) - recall * (n[c] ?? 0)) / clips,
    );
    return mean(parts) ** 2;
  });
  const variance = (groups / (groups - 1)) * squares.reduce((a, b) => a + b, 0);
  const df = groups - 1;
  const reach = studentQuantile(0.5 + level / 2, df) * Math.sqrt(variance);
  return { value, low: value - reach, high: value + reach, df };
}
