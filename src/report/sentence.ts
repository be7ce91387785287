import type { MetricSet, Metrics } from '../artifacts/evaluation.ts';
import { numberWithProtocol } from '../artifacts/stated-number.ts';
import { formatPercent } from './format.ts';

/** A metric as papers print it: `UAR`, `macro F1`. */
export function metricName(metric: string): string {
  return metric
    .replaceAll('_', ' ')
    .replace(/\buar\b/, 'UAR')
    .replace(/\bf1\b/, 'F1')
    .replace(/\broc auc\b/, 'ROC-AUC')
    .replace(/\bmcc\b/, 'MCC');
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

/** What stands where a number would: a quick look reports none. */
export const notAResult = 'quick: not a result';

export function isQuick({ sets }: Metrics): boolean {
  return sets.some(({ protocol }) => protocol.stamps.includes(notAResult));
}

/**
 * The numbers with their protocol, one per set of models: `UAR 61.2 % [57.1, 65.0] these speakers,
 * AESDD, leave-one-…`, that of the headline first. The set's name leads where there are several.
 */
export function resultSentences(metrics: Metrics): readonly string[] {
  if (isQuick(metrics)) return [notAResult];
  const main = headlineSet(metrics);
  const sets = [...metrics.sets].sort((a, b) => Number(b === main) - Number(a === main));
  return sets.map((set) => {
    const { sentence } = numberWithProtocol(set, metrics);
    return sets.length === 1 ? sentence : `${set.name}: ${sentence}`;
  });
}
