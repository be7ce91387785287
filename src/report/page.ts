import type { MetricSet, Metrics } from '../artifacts/evaluation.ts';
import { drawsOf } from '../artifacts/models.ts';
import { isJsonObject, type Json } from '../util/json.ts';
import { controlsChart } from './controls-chart.ts';
import { corpusPages } from './corpus-page.ts';
import { curvesChart } from './curves-chart.ts';
import { formatCount, formatPercent, formatSeconds } from './format.ts';
import { type Html, html } from './html.ts';
import type { ReportData } from './report-data.ts';
import { headlineSet, intervalText, isQuick, metricName, notAResult } from './sentence.ts';
import { styleSheet } from './style-sheet.ts';
import { confusionTable, frame, listTable, namedTable } from './tables.ts';

/** The page of one run: self-contained, no scripts, no requests. Pure. */
export function renderReport(data: ReportData): string {
  const evaluations = data.evaluations.map(({ address, metrics }) => evaluation(address, metrics));
  const body = html`<h1>${data.name}</h1>
<p class="soft small">${description(data)}</p>
${data.description === '' ? undefined : html`<p>${data.description}</p>`}
${failures(data)}${evaluations}
${models(data)}${corpora(data)}${corpusPages(data.analyses)}
${data.evaluations.length === 0 && data.state === 'done' ? html`<p>No stage of this run evaluates a model.</p>` : undefined}
${stages(data)}
<h2>Spec</h2>
<p class="soft small">As resolved: bases merged, variables put in, overrides applied.</p>
<pre>${data.spec}</pre>
<h2>Reproduce</h2>
<pre>${data.command}</pre>
<p class="soft small">affekt ${data.affekt}. The same spec, inputs and version give the same bytes; environment.json and provenance.json beside this page say what it ran on.</p>`;
  return page(`${data.name} ${data.id}`, body);
}

/** A whole document around a body. */
export function page(title: string, body: Html): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${styleSheet}</style>
</head>
<body>
${body}
</body>
</html>
`.text;
}

function description(data: ReportData): string {
  const when = `${data.started.slice(0, 16).replace('T', ' ')} UTC`;
  const work = `${formatCount(data.ran, 'task')} ran, ${data.cached} cached`;
  const state = data.state === 'done' ? '' : `, ${data.state}`;
  return `Run ${data.id}${state}, started ${when}, ${formatSeconds(data.seconds)}; ${work}`;
}

function failures(data: ReportData): Html | undefined {
  if (data.failures.length === 0) return undefined;
  const items = data.failures.map(
    ({
      address,
      message,
      details,
      hint,
      log,
    }) => html`<p><b class="bad">${address}</b>: ${message}</p>
${details.length === 0 ? undefined : html`<pre>${details.join('\n')}</pre>`}
<p class="small soft">${hint} <a href="${linkTo(log)}">log</a></p>`,
  );
  return html`<h2>Failed</h2>${items}`;
}

/** A relative path as a link: brackets and `=` of an address are not legal in one. */
function linkTo(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function citation(fields: Readonly<Record<string, string>>): string {
  const { author, title, year } = fields;
  return [author, title, year].filter((text) => text !== undefined).join('. ');
}

/** What was trained, and how it learnt. */
function models({ models: rows }: ReportData): Html | undefined {
  if (rows.length === 0) return undefined;
  const table = rows.map(({ address, description }) => {
    const { architecture, parameters, folds, seeds, enrolment } = description;
    const draws = drawsOf(enrolment);
    return [
      address,
      architecture,
      parameters.toLocaleString('en'),
      String(folds),
      draws === 1 ? String(seeds) : `${seeds / draws} × ${draws} draws`,
    ];
  });
  return html`<h2>Models</h2>
${frame('', ['stage', 'architecture', 'parameters', 'folds', 'seeds'], table)}
${rows.map(({ address, curves }) =>
  curves.length === 0 ? html`` : html`<h3>${address}, by epoch</h3>${curvesChart(curves)}`,
)}`;
}

/** Files that a page lists; the artifact has all of them. */
const shownFiles = 50;

/** What the numbers were made of, and what was left out of it. */
function corpora(data: ReportData): Html | undefined {
  if (data.corpora.length === 0) return undefined;
  return html`<h2>Data</h2>${data.corpora.map(({ address, info, clips }) => {
    const dropped = Object.entries(info.dropped).map(
      ([label, count]) => `${formatCount(count, 'row')} labelled "${label}"`,
    );
    const files = info.bad.slice(0, shownFiles).map(({ file, reason }) => [file, reason]);
    const rest = info.bad.length - files.length;
    return html`<p><b>${address}</b>: ${info.title}, ${formatCount(clips, 'clip')}; licence: ${info.licence}</p>
${info.citations.map(({ fields }) => html`<p class="small soft">${citation(fields)}</p>`)}
${dropped.length === 0 ? undefined : html`<p>Dropped by labels: ${dropped.join(', ')}.</p>`}
${info.bad.length === 0 ? undefined : frame(`Left out: ${formatCount(info.bad.length, 'file')}`, ['file', 'reason'], files, 'list')}
${rest > 0 ? html`<p class="small soft">and ${rest} more, in corpus.json</p>` : undefined}
${info.cut === undefined ? undefined : html`<p>Cut short, and used as far as they go: ${info.cut.slice(0, shownFiles).join(', ')}${info.cut.length > shownFiles ? ' and others, in corpus.json' : ''}.</p>`}`;
  })}`;
}

function evaluation(address: string, metrics: Metrics): Html {
  if (isQuick(metrics)) {
    return html`<h2>${address}</h2>
<p><span class="stamp">${notAResult}</span></p>`;
  }
  const metric = metrics.headline?.metric ?? 'uar';
  const main = headlineSet(metrics);
  const others = metrics.sets.filter((set) => set !== main);
  // One number on top would hide which of several sets it is of.
  const several = metrics.sets.length > 1;
  return html`<h2>${address}</h2>
${several ? overview(metrics, metric) : undefined}
${several && main !== undefined ? html`<h2>${main.name}</h2>` : undefined}
${main === undefined ? undefined : setSection(main, metrics, metric)}
${others.map((set) => html`<h2>${set.name}</h2>${setSection(set, metrics, metric)}`)}
${comparisons(metrics)}`;
}

/** All sets of models, one a row. */
function overview({ sets }: Metrics, metric: string): Html {
  const rows = sets.map((set) => {
    const { value, these_speakers: near, new_speakers: far } = set.values[metric] ?? {};
    const { scheme, folds, shared, stamps } = set.protocol;
    const share = shared.length > 0 ? `${shared.join(', ')} shared` : '';
    return [
      set.name,
      `${formatPercent(value)} ${near ? intervalText(near) : ''}`,
      far ? `${formatPercent(far.mean)} ${intervalText(far)}` : '–',
      [`${scheme} (${folds})`, share, ...stamps].filter((text) => text !== '').join(', '),
    ];
  });
  const header = ['', `${metric} %, these speakers`, 'new speakers', 'protocol'];
  return frame('', header, rows, 'list');
}

function setSection(set: MetricSet, metrics: Metrics, metric: string): Html {
  const value = set.values[metric];
  const near = value?.these_speakers;
  const far = value?.new_speakers;
  const stamps = set.protocol.stamps.map((stamp) => html`<span class="stamp">${stamp}</span>`);
  const spread =
    value?.sd_seeds === null || value?.sd_seeds === undefined
      ? undefined
      : html`<p class="small">Standard deviation over seeds: ${formatPercent(value.sd_seeds)} points.</p>`;
  // What may not stand alone is not set large.
  const size = metrics.headline === null ? 'sentence' : 'number';
  return html`<p class="${size}">${metricName(metric)} ${formatPercent(value?.value)} % <span class="soft">${near ? `${intervalText(near)} these speakers` : ''}</span></p>
<p class="sentence">${set.protocol.sentence}</p>
${far ? html`<p class="small">New speakers: mean ${formatPercent(far.mean)} % ${intervalText(far)}, ${Math.round(far.level * 100)} % interval over speakers.</p>` : undefined}
${spread}${stamps}
<h3>Beside its controls</h3>
${controlsChart(set, metric)}
<h3>Confusion</h3>
${confusionTable(metrics.labels, set.confusion.counts)}
<div class="side">
${otherValues(set, metric)}
${namedTable('Per class', set.per_class, ['precision', 'recall', 'f1', 'specificity', 'support'])}
${namedTable('Per speaker', set.per_speaker, ['n', 'classes', 'uar', 'accuracy'])}
${namedTable('Per sex', set.per_sex, ['n', 'classes', 'uar', 'accuracy'])}
${listTable('Per fold', set.per_fold, ['fold', 'n', 'uar', 'accuracy'])}
</div>`;
}

function otherValues(set: MetricSet, headline: string): Html {
  const rows = Object.entries(set.values)
    .filter(([name]) => name !== headline)
    .map(([name, { value, these_speakers: near }]) => [
      metricName(name),
      formatPercent(value),
      near ? intervalText(near) : '',
    ]);
  return rows.length === 0
    ? html``
    : frame('Other figures, %', ['', 'value', 'these speakers'], rows);
}

function comparisons({ comparisons: rows }: Metrics): Html | undefined {
  if (rows.length === 0) return undefined;
  return frame(
    'Comparisons',
    ['', 'difference', 'interval', 'test', 'p', 'p (Holm)', ''],
    rows
      .filter(isJsonObject)
      .map((row) => [
        `${row['a']} − ${row['b']}`,
        percent(row['difference']),
        row['low'] === null ? '' : `[${percent(row['low'])}, ${percent(row['high'])}]`,
        String(row['test'] ?? ''),
        probability(row['p']),
        probability(row['p_holm']),
        String(row['refused'] ?? ''),
      ]),
  );
}

function percent(value: Json | undefined): string {
  return formatPercent(typeof value === 'number' ? value : null);
}

function probability(p: Json | undefined): string {
  if (typeof p !== 'number') return '–';
  return p < 0.001 ? '< 0.001' : p.toFixed(3);
}

function stages({ stages: rows }: ReportData): Html {
  return html`<h2>Stages</h2>${frame(
    '',
    ['stage', 'tasks', 'cached', 'ran', 'time'],
    rows.map(({ address, tasks, cached, seconds }) => [
      address,
      String(tasks),
      String(cached),
      String(tasks - cached),
      tasks === cached ? '' : formatSeconds(seconds),
    ]),
  )}`;
}
