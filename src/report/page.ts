import { formatCount } from '../util/count.ts';
import { corpusParts } from './corpus-page.ts';
import { dataPart } from './data-part.ts';
import { type Part, page } from './document.ts';
import { formatSeconds } from './format.ts';
import { type Html, html } from './html.ts';
import { methodsPart } from './methods-part.ts';
import { modelsPart } from './models-part.ts';
import { pipelinePart } from './pipeline-part.ts';
import type { ReportData } from './report-data.ts';
import { reproducePart } from './reproduce-part.ts';
import { resultPart } from './result-part.ts';
import { studyPart } from './study-part.ts';

/** The page of one run: self-contained, no scripts, no requests. Pure. */
export function renderReport(data: ReportData): string {
  return page({
    title: `${data.name} ${data.id}`,
    head: html`<h1>${data.name}</h1>
<p class="soft small">${runWords(data)}</p>
${data.description === '' ? undefined : html`<p>${data.description}</p>`}${notices(data)}`,
    parts: [
      failuresPart(data),
      ...data.evaluations.map((row) => resultPart(row, data)),
      noResult(data),
      ...data.studies.map((row) => studyPart(row, data)),
      modelsPart(data),
      dataPart(data),
      ...corpusParts(data.analyses),
      pipelinePart(data),
      methodsPart(data),
      reproducePart(data),
    ],
  });
}

function runWords(data: ReportData): string {
  const when = `${data.started.slice(0, 16).replace('T', ' ')} UTC`;
  const work = `${formatCount(data.ran, 'task')} ran, ${data.cached} cached`;
  const state = data.state === 'done' ? '' : `, ${data.state}`;
  return `Run ${data.id}${state}, started ${when}, ${formatSeconds(data.seconds)}; ${work}`;
}

/** What the page lacks because it could not be read, or would be too large. */
function notices({ notices: lines, thinned }: ReportData): Html | undefined {
  const small =
    thinned.length === 0
      ? undefined
      : html`<p class="small soft">To stay below 5 MB this page is without ${thinned.join(', ')}; the run’s folder has them.</p>`;
  if (lines.length === 0) return small;
  return html`${small}<div class="notice" role="note"><p><b>Not on this page</b>, because it could not be read:</p><ul>${lines.map((line) => html`<li>${line}</li>`)}</ul></div>`;
}

function noResult({ evaluations, state, notices: lines }: ReportData): Part | undefined {
  if (evaluations.length > 0 || state !== 'done' || lines.length > 0) return undefined;
  return { title: 'Result', body: html`<p>No stage of this run evaluates a model.</p>` };
}

function failuresPart({ failures }: ReportData): Part | undefined {
  if (failures.length === 0) return undefined;
  const items = failures.map(
    ({
      address,
      message,
      details,
      hint,
      log,
    }) => html`<p><b class="bad">${address}</b>: ${message}</p>
${details.length === 0 ? undefined : html`<pre tabindex="0">${details.join('\n')}</pre>`}
<p class="small soft">${hint} <a href="${linkTo(log)}">log of ${address}</a></p>`,
  );
  return { title: 'Failed', body: html`${items}` };
}

/** A relative path as a link: brackets and `=` of an address are not legal in one. */
function linkTo(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
