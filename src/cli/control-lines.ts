import { type LabelCheck, type MetricSet, type Metrics, metricOf } from '../artifacts/metrics.ts';
import { humanRate } from '../corpora/human-rate.ts';
import { controlName } from '../report/control-name.ts';
import { formatPercent } from '../report/format.ts';
import { headlineSet, intervalText, isQuick, metricName } from '../report/sentence.ts';
import { smallestWords } from '../report/smallest-words.ts';

/**
 * What stands beside the headline of an evaluation: controls, what people reach, and the smallest
 * difference that the scored clips can show. A quick look has none.
 */
export function controlLines(metrics: Metrics): readonly string[] {
  const set = headlineSet(metrics);
  if (set === undefined || isQuick(metrics)) return [];
  const least = smallestWords(set, []);
  return [
    ...corpusLines(set),
    `  beside it: ${besides(set, metrics).join(', ')}`,
    ...(least === undefined ? [] : [`  smallest difference it can show: ${least}`]),
  ];
}

/** A merged corpus stands for several questions: its scored parts have their own answers. */
function corpusLines({ per_corpus = {} }: MetricSet): readonly string[] {
  const parts = Object.entries(per_corpus);
  if (parts.length < 2) return [];
  const most = Math.max(...parts.map(([, { classes }]) => classes));
  const words = parts.map(([name, { uar, classes }]) => {
    const fewer = classes < most ? ` (${classes} of ${most} classes)` : '';
    return `${name} ${percent(uar)}${fewer}`;
  });
  return [`  UAR by corpus: ${words.join(', ')}`];
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
  return [...(rows.length === 0 ? [`no control of ${metricName(metric)}`] : rows), ...words];
}

function checkWords({ low, high, level, holds_chance }: LabelCheck): string {
  const verdict = holds_chance ? 'holds chance' : 'does NOT hold chance';
  return `${intervalText({ low, high })} (${formatPercent(level).replace(/\.0$/, '')} % over folds, ${verdict})`;
}

function percent(fraction: number): string {
  return `${formatPercent(fraction)} %`;
}
