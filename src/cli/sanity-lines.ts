import { type LabelCheck, type MetricSet, type Metrics, metricOf } from '../artifacts/metrics.ts';
import { humanRate } from '../corpora/human-rate.ts';
import { controlName } from '../report/control-name.ts';
import { formatPercent } from '../report/format.ts';
import { headlineSet, intervalText, isQuick, metricName } from '../report/sentence.ts';
import type { SmallestDifferences } from '../stats/smallest-difference.ts';

/**
 * What stands beside the headline of an evaluation: sanity rows, what people reach, and the smallest
 * difference that the scored clips can show. A quick look has none.
 */
export function sanityLines(metrics: Metrics): readonly string[] {
  const set = headlineSet(metrics);
  if (set === undefined || isQuick(metrics)) return [];
  const { smallest_difference: least } = set;
  return [
    `  beside it: ${besides(set, metrics).join(', ')}`,
    ...(least === undefined ? [] : [`  this corpus can show: ${leastWords(least)}`]),
  ];
}

/** Controls on permuted labels that are not at chance. */
export function labelWarnings({ sets }: Metrics): readonly string[] {
  return sets.flatMap(({ name, label_check: check }) => {
    if (check == null || check.holds_chance) return [];
    const { value, low, high, level, chance } = check;
    return [
      `${name} warns: trained on shuffled labels it reaches ${percent(value)}, and its ${formatPercent(level).replace(/\.0$/, '')} % interval ${intervalText({ low, high })} does not hold chance (${percent(chance)}): something besides the labels tells the classes`,
    ];
  });
}

function besides(set: MetricSet, metrics: Metrics): readonly string[] {
  const metric = metricOf(metrics);
  const rows = Object.entries(set.controls).flatMap(([name, values]) => {
    const value = values[metric];
    if (value == null) return [];
    const check = name === 'shuffled_labels' && metric === 'uar' ? set.label_check : null;
    const interval = check == null ? '' : ` ${checkWords(check)}`;
    return [`${controlName(name, set)} ${percent(value)}${interval}`];
  });
  const { labels } = metrics;
  const human = humanRate({ ...set.protocol.corpus, labels, clips: set.n.utterances });
  const words =
    human === undefined
      ? []
      : [`human accuracy above ${percent(human.above)} (${human.source}; ${human.remark})`];
  return [...(rows.length === 0 ? [`no sanity row of ${metricName(metric)}`] : rows), ...words];
}

function checkWords({ low, high, level, holds_chance }: LabelCheck): string {
  const verdict = holds_chance ? 'holds chance' : 'does NOT hold chance';
  return `${intervalText({ low, high })} (${formatPercent(level).replace(/\.0$/, '')} % over folds, ${verdict})`;
}

function leastWords({
  speaker_test: test,
  clip_test,
  expected,
  alpha,
}: SmallestDifferences): string {
  const one = expected[1] ?? expected[0];
  const points = (value: number | null): string =>
    value === null ? 'nothing' : `${(100 * value).toFixed(1)} points`;
  const speakers =
    test.least === null
      ? 'no test over speakers can find any'
      : `${points(test.least)} over speakers at the very least (${test.largest_family} test${test.largest_family === 1 ? '' : 's'} at ${alpha})`;
  const typical =
    one === undefined
      ? ''
      : `; where two sets disagree on ${Math.round(100 * one.q)} % of the clips, ${points(one.clips)} over clips${one.speakers === null ? '' : ` and ${points(one.speakers)} over speakers`}`;
  return `a difference of UAR of ${points(clip_test.least)} over clips, ${speakers}${typical}`;
}

function percent(fraction: number): string {
  return `${formatPercent(fraction)} %`;
}
