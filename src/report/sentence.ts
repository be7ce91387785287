import type { MetricSet, Metrics } from '../artifacts/evaluation.ts';
import { quickStamp } from '../artifacts/metrics.ts';
import { numberWithProtocol } from '../artifacts/stated-number.ts';
import { metrics as tabled } from '../stats/metrics/index.ts';
import type { Metric } from '../stats/metrics/metric.ts';
import { formatPercent } from './format.ts';

/** A metric, or a column of a table, as papers print it: `UAR`, `macro F1`, `ROC-AUC`. */
export function metricName(metric: string): string {
  const known = (tabled as Readonly<Record<string, Metric>>)[metric];
  if (known !== undefined) return known.title;
  return metric
    .replaceAll('_', ' ')
    .replace(/\buar\b/, 'UAR')
    .replace(/\bf1\b/, 'F1')
    .replace(/\broc auc\b/, 'ROC-AUC');
}

/** `[57.1, 65.0]`, in percent. */
export function intervalText({
  low,
  high,
}: {
  readonly low: number;
  readonly high: number;
}): string {
  return `[${formatPercent(low)}, ${formatPercent(high)}]`;
}

/** The set that the headline speaks of; the first where no number may stand alone. */
export function headlineSet({ headline, sets }: Metrics): MetricSet | undefined {
  return sets.find(({ name }) => name === headline?.set) ?? sets[0];
}

/** A quick look reports no number: its stamp stands where one would. */
export function isQuick({ sets }: Metrics): boolean {
  return sets.some(({ protocol }) => protocol.stamps.includes(quickStamp));
}

/**
 * The numbers with their protocol, one per set of models: `UAR 61.2 % [57.1, 65.0] these speakers,
 * AESDD, leave-one-…`, that of the headline first. The set's name leads where there are several.
 */
export function resultSentences(metrics: Metrics): readonly string[] {
  if (isQuick(metrics)) return [quickStamp];
  const main = headlineSet(metrics);
  const sets = [...metrics.sets].sort((a, b) => Number(b === main) - Number(a === main));
  return sets.map((set) => {
    const { sentence } = numberWithProtocol(set, metrics);
    return sets.length === 1 ? sentence : `${set.name}: ${sentence}`;
  });
}
