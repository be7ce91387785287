import type { MetricSet, Metrics } from '../artifacts/evaluation.ts';
import { formatPercent } from './format.ts';

/** Names as papers print them. */
const metricNames: Readonly<Record<string, string>> = { uar: 'UAR', macro_f1: 'macro F1' };

export function metricName(metric: string): string {
  return metricNames[metric] ?? metric.replaceAll('_', ' ');
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
