import type { MetricSet, Metrics } from '../artifacts/evaluation.ts';
import { formatPercent } from './format.ts';

/** A metric as papers print it: `UAR`, `macro F1`. */
export function metricName(metric: string): string {
  return metric
    .replaceAll('_', ' ')
    .replace(/\buar\b/, 'UAR')
    .replace(/\bf1\b/, 'F1');
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

/** The set that the headline speaks of. */
export function headlineSet({ headline, sets }: Metrics): MetricSet | undefined {
  return sets.find(({ name }) => name === headline.set);
}

/** The number with its protocol: `UAR 61.2 % [57.1, 65.0] these speakers, AESDD, leave-one-…`. */
export function resultSentence(metrics: Metrics): string | undefined {
  return headlineSet(metrics)?.protocol.sentence;
}
