import type { MetricSet, Metrics } from '../artifacts/evaluation.ts';
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

/** `best of 4`, of a set that was chosen on the clips that it is scored on. */
export function bestStamp({ rankings }: Metrics, name: string): string | undefined {
  return rankings.find(({ best }) => best?.set === name)?.best?.stamp;
}

/** What stands where a number would: a quick look reports none. */
export const notAResult = 'quick: not a result';

export function isQuick({ sets }: Metrics): boolean {
  return sets.some(({ protocol }) => protocol.stamps.includes(notAResult));
}

/**
 * The numbers with their protocol, one per set of models: `UAR 61.2 % [57.1, 65.0] these speakers,
 * AESDD, leave-one-…`, that of the headline first. The set's name leads where there are several; models
 * that adapt to speakers never stand without the plain model on the same clips, nor a chosen winner without
 * how many it was chosen from.
 */
export function resultSentences(metrics: Metrics): readonly string[] {
  if (isQuick(metrics)) return [notAResult];
  const main = headlineSet(metrics);
  const sets = [...metrics.sets].sort((a, b) => Number(b === main) - Number(a === main));
  return sets.map(({ name, protocol: { sentence }, controls }) => {
    const best = bestStamp(metrics, name);
    const plain = controls['plain'];
    const beside =
      plain === undefined
        ? ''
        : `; the same clips without enrolment: ${formatPercent(plain['uar'])} %`;
    return `${sets.length === 1 ? '' : `${name}: `}${sentence}${best === undefined ? '' : `, ${best}`}${beside}`;
  });
}
