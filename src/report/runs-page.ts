import type { MetricSet, Metrics } from '../artifacts/evaluation.ts';
import { numberWithProtocol, type StatedNumber } from '../artifacts/stated-number.ts';
import { page } from './document.ts';
import { formatPercent } from './format.ts';
import { Html, html } from './html.ts';
import { type RunResultRow, resultLines } from './results.ts';
import { runsScript } from './runs-script.ts';
import { headlineSet, isQuick, metricName } from './sentence.ts';

export interface RunRow {
  /** Folder's name: the link is relative. */
  readonly folder: string;
  readonly id: string;
  readonly name: string;
  readonly state: string;
  /** ISO 8601. */
  readonly started: string;
  readonly results: readonly RunResultRow[];
  readonly hasReport: boolean;
}

/** A list beyond this is no list to read, and the page stays below 5 MB. */
const mostRuns = 1500;

/** Characters of what runs can be put side by side with. */
const mostData = 2.5e6;

/** The newest runs whose figures find room. */
function withinLimit(runs: readonly ComparedRun[]): readonly ComparedRun[] {
  let room = mostData;
  return runs.filter((run) => {
    room -= JSON.stringify(run).length;
    return room >= 0;
  });
}

/** Lines of results that a row shows: a sweep has many, and its own page has them all. */
const shownLines = 4;

/**
 * `runs/index.html`: every run, newest first. With scripts it sorts, and puts two runs side by side. Pure.
 */
export function renderRunsPage(runs: readonly RunRow[]): string {
  const listed = runs.slice(0, mostRuns);
  const compared = withinLimit(listed.flatMap((run) => comparedRun(run) ?? []));
  const known = new Set(compared.map(({ id }) => id));
  const body = html`<p id="hint" class="small soft" hidden>Tick two runs to put them side by side${compared.length < listed.filter(({ results }) => results.length > 0).length ? ' (the newest with results)' : ''}; a column's heading sorts by it.</p>
<div class="scroll" tabindex="0" role="group" aria-label="Runs"><table class="list" id="runs"><thead><tr><td class="pick" hidden></td>${heads}</tr></thead>
<tbody>${listed.map((run) => runLine(run, known.has(run.id)))}</tbody></table></div>
${runs.length > listed.length ? html`<p class="small soft">The newest ${listed.length}; affekt runs lists all.</p>` : undefined}`;
  return page({
    title: 'affekt runs',
    head: html`<h1>Runs</h1>`,
    parts: [
      { title: `${runs.length} runs`, body },
      {
        title: 'Side by side',
        body: html`<div id="sides" aria-live="polite"><p class="soft">${sidesWords(compared)}</p></div>`,
      },
    ],
    script: html`<script type="application/json" id="data">${jsonScript(compared)}</script>
<script>${new Html(runsScript)}</script>`,
  });
}

const heads = ['run', 'result, %', 'name', 'state', 'started (UTC)', 'protocol'].map(
  (name) => html`<th scope="col">${name}</th>`,
);

function sidesWords(compared: readonly ComparedRun[]): string {
  if (compared.length < 2) return 'There are not two runs with results yet.';
  const [b, a] = compared;
  return `Tick two runs above (this needs scripts), or: affekt diff ${a?.id} ${b?.id} --html diff.html`;
}

function runLine(run: RunRow, compares: boolean): Html {
  const { id, name, state, started } = run;
  const lines = resultLines(run.results);
  const rest = lines.length - shownLines;
  const shown = rest > 0 ? [...lines.slice(0, shownLines), `and ${rest} more`] : lines;
  const stated = headlineOf(run);
  const link = run.hasReport
    ? html`<a href="${encodeURIComponent(run.folder)}/report.html">${id}</a>`
    : html`${id}`;
  const pick = compares
    ? html`<input type="checkbox" value="${id}" aria-label="Put run ${id} side by side">`
    : undefined;
  return html`<tr><td class="pick" hidden>${pick}</td><th scope="row">${link}</th><td data-value="${stated?.value ?? ''}">${stated === undefined ? '–' : html`${metricName(stated.metric)} ${formatPercent(stated.value)}${stated.stamps.map((stamp) => html`<div class="mark">${stamp}</div>`)}`}</td><td>${name}</td><td>${state}</td><td>${started.slice(0, 16).replace('T', ' ')}</td><td>${shown.map((line) => html`<div>${line}</div>`)}</td></tr>
`;
}

/** The first number of a run that may stand alone. */
function headlineOf({ results }: RunRow): StatedNumber | undefined {
  for (const { metrics } of results) {
    const set = headlineSet(metrics);
    if (metrics.headline === null || isQuick(metrics) || set === undefined) continue;
    return numberWithProtocol(set, metrics);
  }
  return undefined;
}

interface ComparedRun {
  readonly id: string;
  readonly name: string;
  readonly sets: readonly ComparedSet[];
}

interface ComparedSet {
  readonly name: string;
  readonly sentence: string;
  /** `[name, value, low, high]`; the interval is null where there is none. Fractions. */
  readonly values: readonly (readonly [string, number | null, number | null, number | null])[];
  readonly labels: readonly string[];
  readonly recall: readonly (number | null)[];
  readonly counts: readonly (readonly number[])[];
}

function comparedRun({ id, name, results }: RunRow): ComparedRun | undefined {
  const sets = results.flatMap(({ address, metrics }) => {
    if (isQuick(metrics)) return [];
    const main = headlineSet(metrics);
    const sorted = [...metrics.sets].sort((a, b) => Number(b === main) - Number(a === main));
    return sorted.map((set) => comparedSet(set, metrics, results.length > 1 ? address : ''));
  });
  return sets.length === 0 ? undefined : { id, name, sets };
}

function comparedSet(set: MetricSet, metrics: Metrics, address: string): ComparedSet {
  const { labels } = metrics;
  return {
    name: address === '' ? set.name : `${address}: ${set.name}`,
    sentence: numberWithProtocol(set, metrics).sentence,
    values: Object.entries(set.values).map(([name, { value, these_speakers: near }]) => [
      metricName(name),
      value,
      near?.low ?? null,
      near?.high ?? null,
    ]),
    labels,
    recall: labels.map((label) => set.per_class[label]?.recall ?? null),
    counts: set.confusion.counts,
  };
}

/** Inside a script only `</` and `<!` could end it early. */
function jsonScript(value: unknown): Html {
  return new Html(JSON.stringify(value).replaceAll('<', '\\u003c'));
}
