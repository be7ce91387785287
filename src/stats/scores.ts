import { classScores } from './class-scores.ts';
import type { Confusion } from './confusion.ts';
import { type MetricName, metricNames, metrics } from './metrics/index.ts';
import type { Tally } from './metrics/metric.ts';

export type Scores = Readonly<Record<MetricName, number>>;

/** All values of one confusion matrix: NaN throughout for an empty one. */
export function scores(confusion: Confusion): Scores {
  const classes = classScores(confusion);
  const total = classes.reduce((sum, one) => sum + one.support, 0);
  const tally: Tally = {
    ...{ classes, total },
    predicted: confusion.map((_, k) => confusion.reduce((sum, row) => sum + row[k]!, 0)),
    hits: confusion.reduce((sum, row, k) => sum + row[k]!, 0),
  };
  const value = (name: MetricName): number => (total === 0 ? Number.NaN : metrics[name].of(tally));
  return Object.fromEntries(metricNames.map((name) => [name, value(name)])) as Scores;
}
