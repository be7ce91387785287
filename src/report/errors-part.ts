import type { ErrorRow } from '../artifacts/evaluation-tables.ts';
import type { MetricSet } from '../artifacts/metrics.ts';
import { formatPercent, formatSeconds } from './format.ts';
import { type Html, html } from './html.ts';
import type { EvaluationRow, ShownClip } from './report-data.ts';
import { headlineSet } from './sentence.ts';
import { frame } from './tables.ts';

/** Errors that a page shows of a set of models; errors.csv has all of them. */
export const shownErrors = 12;

/**
 * Clips that were wrong and sure. Those of the headline's models come with spectrogram, and sound where that
 * is allowed; the same clips a second time would only make the page larger.
 */
export function errorsPart({ name }: MetricSet, row: EvaluationRow): Html | undefined {
  const errors = row.errors[name] ?? [];
  if (errors.length === 0) return undefined;
  const shown = errors.slice(0, shownErrors);
  const leads = headlineSet(row.metrics)?.name === name;
  const isDrawn = ({ id }: ErrorRow): boolean => leads && row.clips[id] !== undefined;
  const drawn = shown.filter(isDrawn);
  const plain = shown.filter((error) => !isDrawn(error));
  const table = plain.map((error) => [
    error.id,
    error.speaker,
    error.truth,
    error.predicted,
    formatPercent(error.confidence),
    formatPercent(error.p_true),
    `${error.seeds_wrong} of ${error.seeds}`,
  ]);
  const header = [
    'clip',
    'speaker',
    'true',
    'predicted',
    'sure, %',
    'true class, %',
    'seeds wrong',
  ];
  return html`<h3>Most confident errors</h3>
<p class="small soft">${shown.length} of ${errors.length} clips that the mean posterior over seeds gets wrong, the surest first; errors.csv has all.${drawn.length > 0 && row.mute !== null ? ` ${row.mute}` : ''}</p>
${drawn.length === 0 ? undefined : html`<ul class="clips">${drawn.map((error) => card(error, row.clips[error.id]))}</ul>`}
${table.length === 0 ? undefined : frame('Errors', header, table, 'list')}`;
}

function card(error: ErrorRow, clip: ShownClip | undefined): Html {
  const {
    id,
    speaker,
    truth,
    predicted,
    confidence,
    p_true: own,
    seeds,
    seeds_wrong: wrong,
  } = error;
  const picture = clip?.picture ?? null;
  const said = clip === undefined || clip.text === '' ? '' : `, “${clip.text}”`;
  const length = clip === undefined ? '' : `, ${formatSeconds(clip.duration)}`;
  return html`<li><figure>${
    picture === null
      ? undefined
      : html`<img alt="Log-mel spectrogram of ${id}" src="data:image/png;base64,${Buffer.from(picture).toString('base64')}">`
  }${
    clip?.sound
      ? html`<audio controls preload="none" aria-label="Clip ${id}" src="${clip.sound}"></audio>`
      : undefined
  }<figcaption><b>${truth}</b> taken for <b>${predicted}</b>, ${formatPercent(confidence)} % sure<br>
<span class="small soft">${id}: speaker ${speaker}${said}${length}; ${truth} got ${formatPercent(own)} %${seeds > 1 ? `; wrong in ${wrong} of ${seeds} seeds` : ''}</span></figcaption></figure></li>
`;
}
