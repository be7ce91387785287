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
  return sets.find(({ name }) => name === headline?.set);
}

/** What stands where a number would: a quick look reports none. */
export const notAResult = 'quick: not a result';

/**
 * The numbers with their protocol, one per set of models: `UAR 61.2 % [57.1, 65.0] these speakers,
 * AESDD, leave-one-…`. The set's name leads where there are several.
 */
export function resultSentences({ headline, sets }: Metrics): readonly string[] {
  if (headline === null) return [notAResult];
  return sets.map(({ name, protocol: { sentence } }) =>
    sets.length === 1 ? sentence : `${name}: ${sentence}`,
  );
}
