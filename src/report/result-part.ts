import type { MetricSet, Metrics } from '../artifacts/evaluation.ts';
import { metricOf, quickStamp, repeatsOf } from '../artifacts/metrics.ts';
import { schemeWords } from '../artifacts/scheme-words.ts';
import { numberWithProtocol } from '../artifacts/stated-number.ts';
import { isCoefficient, metricNames } from '../stats/metrics/index.ts';
import { formatCount } from '../util/count.ts';
import { calibrationPart } from './calibration-part.ts';
import { comparisonsPart } from './comparisons-part.ts';
import { controlsChart } from './controls-chart.ts';
import type { Part } from './document.ts';
import { errorsPart } from './errors-part.ts';
import { formatCoefficient, formatLevel, formatPercent } from './format.ts';
import { type Html, html } from './html.ts';
import type { EvaluationRow, ReportData } from './report-data.ts';
import { headlineSet, intervalText, isQuick, metricName } from './sentence.ts';
import { smallestWords } from './smallest-words.ts';
import { confusionTable, facts, frame, listTable, namedTable } from './tables.ts';

/** What a stage evaluated: the number with its protocol, and everything behind it. */
export function resultPart(row: EvaluationRow, data: ReportData): Part {
  const { address, metrics } = row;
  const title = data.evaluations.length === 1 ? 'Result' : `Result: ${address}`;
  if (isQuick(metrics)) {
    return { title, body: html`<p><span class="stamp">${quickStamp}</span></p>` };
  }
  const metric = metricOf(metrics);
  const main = headlineSet(metrics);
  const several = metrics.sets.length > 1;
  const others = row.brief ? [] : metrics.sets.filter((set) => set !== main);
  const context = { row, metric, data };
  const body = html`${main && head(main, context, several ? 'first' : 'alone')}
${several ? overview(metrics, metric) : undefined}
${comparisonsPart(metrics)}
${main && detail(main, context)}
${others.map(
  (
    set,
  ) => html`<details><summary>${set.name} <span class="soft">${valueText(set, metric)}</span></summary>
${head(set, context, 'below')}${detail(set, context)}</details>
`,
)}
<p class="small soft">All figures: metrics.json and its tables in stages/${address}.</p>`;
  return { title, body };
}

interface Context {
  readonly row: EvaluationRow;
  readonly metric: string;
  readonly data: ReportData;
}

function valueText(set: MetricSet, metric: string): string {
  const { value, these_speakers: near } = set.values[metric] ?? {};
  return `${metricName(metric)} ${formatPercent(value)} % ${near ? intervalText(near) : ''}`;
}

/** The number, its protocol in words, and what a reader must know of it. */
function head(
  set: MetricSet,
  { row, metric, data }: Context,
  lead: 'alone' | 'first' | 'below',
): Html {
  const { value, new_speakers: far, sd_seeds: spread } = set.values[metric] ?? {};
  const { metrics } = row;
  const people = row.people[set.name];
  const { stamps, sentence } = numberWithProtocol(set, metrics);
  const best = stamps.find((stamp) => stamp.startsWith('best of '));
  // What may not stand alone is not set large.
  const size = metrics.headline === null ? 'sentence' : 'number';
  const { speaker, sex } = worstOf(set);
  const number = html`<p class="${size}">${metricName(metric)} ${formatPercent(value)} %</p>`;
  return html`${lead === 'first' ? html`<h3>${set.name}</h3>` : undefined}
${lead === 'below' ? undefined : number}
<p class="sentence">${sentence}</p>
${stamps.length === 0 ? undefined : html`<p>${stamps.map((stamp) => html`<span class="stamp">${stamp}</span>`)}</p>`}
${facts([
  far
    ? [
        'New speakers',
        `mean ${formatPercent(far.mean)} % ${intervalText(far)}, ${formatLevel(far.level)} interval over ${far.df + 1} speakers`,
      ]
    : undefined,
  spread === null || spread === undefined
    ? undefined
    : ['Over seeds', `standard deviation ${formatPercent(spread)} points over ${repeatsOf(set.n)}`],
  speaker === null ? undefined : ['Worst speaker', worstWords(speaker, set.per_speaker)],
  sex === null ? undefined : ['Worse sex', worstWords(sex, set.per_sex)],
  best === undefined
    ? undefined
    : [
        'Chosen',
        `${best}: the winner was chosen on the clips that it is scored on, so its number is too good`,
      ],
  set.label_check ? ['Shuffled labels', labelWords(set.label_check)] : undefined,
  people === undefined
    ? undefined
    : [
        'People',
        `accuracy above ${formatPercent(people.above)} % (${people.source}; ${people.remark})`,
      ],
  smallestFact(set, data),
])}`;
}

/** The worst groups, where the groups differ by what the page shows. */
function worstOf({ worst, per_speaker, per_sex }: MetricSet): MetricSet['worst'] {
  const differ = (groups: MetricSet['per_speaker']): boolean =>
    new Set(Object.values(groups).map(({ uar }) => formatPercent(uar))).size > 1;
  return {
    speaker: differ(per_speaker) ? worst.speaker : null,
    sex: differ(per_sex) ? worst.sex : null,
  };
}

/**
 * The group with the lowest UAR. A recall of fewer classes is another measure: a group that lacks classes is
 * named beside, not in its place.
 */
function worstWords(
  { name, uar, n }: NonNullable<MetricSet['worst']['speaker']>,
  groups: MetricSet['per_speaker'],
): string {
  const own = groups[name]?.classes ?? 0;
  const lower = Object.entries(groups)
    .filter(([, group]) => group.uar < uar && group.classes < own)
    .map(([other, group]) => `${other} has ${formatPercent(group.uar)} % on ${group.classes}`);
  const beside = lower.length === 0 ? '' : ` (of those with ${own} classes; ${lower.join(', ')})`;
  return `${name}: UAR ${formatPercent(uar)} % on ${formatCount(n, 'clip')}${beside}`;
}

/** A training on permuted labels that is not at chance means that something else tells the classes. */
function labelWords(check: NonNullable<MetricSet['label_check']>): string {
  const { value, low, high, level, chance, holds_chance: holds } = check;
  const interval = `${formatPercent(value)} % ${intervalText({ low, high })}, ${formatLevel(level)} interval over folds`;
  return holds
    ? `${interval}, holds chance (${formatPercent(chance)} %)`
    : `${interval}, does NOT hold chance (${formatPercent(chance)} %): something besides the labels tells the classes`;
}

function smallestFact(set: MetricSet, data: ReportData): readonly [string, string] | undefined {
  const words = smallestWords(set, data.analyses);
  return words === undefined ? undefined : ['Smallest difference', words];
}

/** All sets of models, one a row, best first where they are ranked. */
function overview({ sets, rankings }: Metrics, metric: string): Html {
  const ranks = new Map(
    rankings.flatMap((ranking) => ranking.sets.map(({ set, rank }) => [set, rank] as const)),
  );
  const stamps = new Map(
    rankings.flatMap(({ best }) => (best === null ? [] : [[best.set, best.stamp] as const])),
  );
  const last = sets.length + 1;
  const sorted = [...sets].sort(
    (a, b) => (ranks.get(a.name) ?? last) - (ranks.get(b.name) ?? last),
  );
  const rows = sorted.map((set) => {
    const { value, these_speakers: near, new_speakers: far } = set.values[metric] ?? {};
    const { folds, shared, stamps: own } = set.protocol;
    const share = shared.length > 0 ? `${shared.join(', ')} shared` : '';
    const best = stamps.get(set.name);
    return [
      best === undefined ? set.name : html`${set.name} <span class="mark">${best}</span>`,
      String(ranks.get(set.name) ?? ''),
      `${formatPercent(value)} ${near ? intervalText(near) : ''}`,
      far ? `${formatPercent(far.mean)} ${intervalText(far)}` : '–',
      [`${schemeWords(set.protocol)} (${folds})`, share, ...own]
        .filter((text) => text !== '')
        .join(', '),
    ];
  });
  const header = [
    'models',
    'rank',
    `${metricName(metric)} %, these speakers`,
    'new speakers',
    'protocol',
  ];
  return frame('All sets of models', header, rows, 'list');
}

function detail(set: MetricSet, { row, metric }: Context): Html {
  const { metrics } = row;
  const { speaker, sex } = worstOf(set);
  const mark = (one: typeof speaker): Record<string, string> =>
    one === null ? {} : { [one.name]: 'worst' };
  return html`<h3>Beside its controls</h3>
${controlsChart(set, metric)}
${confusionTable(metrics.labels, set.confusion.counts, set.n)}
<div class="side">
${namedTable('Per class, %', set.per_class, ['recall', 'precision', 'f1', 'specificity', 'roc_auc', 'support'])}
${namedTable('Per speaker, %', set.per_speaker, ['uar', 'accuracy', 'classes', 'n'], { marks: mark(speaker), sorted: true })}
${namedTable('Per sex, %', set.per_sex, ['uar', 'accuracy', 'classes', 'n'], { marks: mark(sex) })}
${namedTable('Per corpus, %', set.per_corpus ?? {}, ['uar', 'accuracy', 'classes', 'n'])}
${listTable('Per fold, %', set.per_fold, ['fold', ...heldOut(set), 'uar', 'accuracy', 'n'])}
${otherValues(set, metric)}
</div>
${calibrationPart(set)}
${errorsPart(set, row)}`;
}

/** Folds by what they leave out, where that has names. */
function heldOut({ per_fold }: MetricSet): readonly ['held_out'] | readonly [] {
  return per_fold.some(({ held_out }) => typeof held_out === 'string') ? ['held_out'] : [];
}

function otherValues(set: MetricSet, headline: string): Html {
  const rows = Object.entries(set.values)
    .filter(([name]) => name !== headline)
    .map(([name, { value, these_speakers: near }]) => {
      const word = isCoefficient(name) ? formatCoefficient : formatPercent;
      return [metricName(name), word(value), near ? `[${word(near.low)}, ${word(near.high)}]` : ''];
    });
  const coefficients = metricNames.filter(isCoefficient).map(metricName).join(' and ');
  const title = `Other figures, % (${coefficients}: −1 to 1)`;
  return rows.length === 0 ? html`` : frame(title, ['', 'value', 'these speakers'], rows);
}
