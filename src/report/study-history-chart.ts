import { formatPercent } from './format.ts';
import { type Html, html } from './html.ts';
import { diamond, dots, idOf, picture, type SearchView } from './study-frame.ts';

const width = 300;
const height = 170;
const left = 40;
const right = 8;
const top = 22;
const bottom = 40;

/** Value by trial and the best so far, a panel for each search on one scale; pruned and failed ones below. */
export function historyChart(
  address: string,
  objective: string,
  views: readonly SearchView[],
): Html {
  const values = views.flatMap(({ trials }) => trials.flatMap(({ value }) => value ?? []));
  if (values.length === 0) return html``;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = high === low ? 0.01 : 0;
  const last = Math.max(...views.flatMap(({ trials }) => trials.map(({ trial }) => trial)));
  const scale = {
    x: (trial: number) => left + 8 + ((width - left - right - 14) * trial) / Math.max(1, last),
    y: (value: number) =>
      top + (height - top - bottom) * (1 - (value - low + room) / (high - low + 2 * room)),
  };
  const panels = views.map((view) => panel(address, objective, view, { low, high, last, scale }));
  return html`<div class="panels picture">${panels}</div>
<p class="small soft">Dots: ${objective} of a trial on its inner folds, %; line: the best so far; □ trial 0, the spec itself; <span class="mark">◆ chosen</span>${below(views)}.</p>`;
}

/** What the marks under the axes are, where there are any. */
function below(views: readonly SearchView[]): string {
  const states = new Set(views.flatMap(({ trials }) => trials.map(({ state }) => state)));
  const marks = [
    ...(states.has('pruned') ? ['| pruned'] : []),
    ...(states.has('failed') ? ['× failed'] : []),
  ];
  return marks.length === 0 ? '' : `; below the axis ${marks.join(', ')}`;
}

/** The best value up to each complete trial. */
export function bestSoFar(
  trials: SearchView['trials'],
): readonly { readonly trial: number; readonly value: number }[] {
  let best = Number.NEGATIVE_INFINITY;
  return trials.flatMap(({ trial, value }) => {
    if (value === null) return [];
    best = Math.max(best, value);
    return [{ trial, value: best }];
  });
}

interface Scale {
  readonly low: number;
  readonly high: number;
  readonly last: number;
  readonly scale: {
    readonly x: (trial: number) => number;
    readonly y: (value: number) => number;
  };
}

function panel(
  address: string,
  objective: string,
  { search, trials, name }: SearchView,
  { low, high, last, scale: { x, y } }: Scale,
): Html {
  const ticks = low === high ? [low] : [low, (low + high) / 2, high];
  const lines = ticks.map(
    (value) =>
      html`<line class="axis" x1="${left}" x2="${width - right}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}"/><text class="soft" x="${left - 6}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${formatPercent(value)}</text>`,
  );
  const steps = bestSoFar(trials)
    .map(({ trial, value }, index) =>
      index === 0
        ? `M${x(trial).toFixed(1)} ${y(value).toFixed(1)}`
        : `H${x(trial).toFixed(1)}V${y(value).toFixed(1)}`,
    )
    .join('');
  const complete = trials.flatMap(({ trial, value }) =>
    value === null ? [] : [[x(trial), y(value)] as const],
  );
  const rail = height - bottom + 11;
  const marks = (state: string, mark: (at: string) => string): string =>
    trials
      .filter((one) => one.state === state)
      .map(({ trial }) => mark(x(trial).toFixed(1)))
      .join('');
  const pruned = marks('pruned', (at) => `M${at} ${rail - 4}v8`);
  const failed = marks('failed', (at) => `M${at} ${rail}m-3.5 -3.5l7 7m0 -7l-7 7`);
  const spec = trials.find(({ trial }) => trial === 0);
  const value = search.value === null ? '–' : `${formatPercent(search.value)} %`;
  const first = spec?.value ?? null;
  const words = `${objective} of ${trials.length} trials: the spec itself ${first === null ? 'has none' : `${formatPercent(first)} %`}, the best ${value} at trial ${search.winner}.`;
  return picture(
    {
      id: idOf(address, 'history', String(search.outer ?? 'all')),
      title: `Value by trial${name === '' ? '' : `, ${name}`}`,
      ...{ words, width, height },
    },
    html`<text class="strong" x="${left}" y="12">${name}${name === '' ? '' : ': '}${value}</text>${lines}
<path class="line" stroke-width="1.5" d="${steps}H${width - right}"/><path class="dots" d="${dots(complete)}"/>
${first === null ? undefined : html`<rect class="first" x="${(x(0) - 4.5).toFixed(1)}" y="${(y(first) - 4.5).toFixed(1)}" width="9" height="9"/>`}${search.value === null ? undefined : diamond(x(search.winner), y(search.value))}
${pruned === '' ? undefined : html`<path class="pruned" d="${pruned}"/>`}${failed === '' ? undefined : html`<path class="failed" d="${failed}"/>`}
<text class="soft" x="${x(0)}" y="${height - 5}" text-anchor="middle">0</text><text class="soft" x="${width - right}" y="${height - 5}" text-anchor="end">trial ${last}</text>`,
  );
}
