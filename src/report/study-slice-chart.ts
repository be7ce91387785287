import { formatPercent, formatSigned } from './format.ts';
import { type Html, html } from './html.ts';
import { type ParamAxis, shorten } from './study-axis.ts';
import { aside, diamond, dots, idOf, picture, type SearchView } from './study-frame.ts';

const width = 300;
const height = 190;
const left = 42;
const right = 14;
const top = 24;
const bottom = 22;

/**
 * Value against each param. Searches on different clips are put on one scale as the difference from the
 * median of their own trials.
 */
export function sliceChart(
  address: string,
  objective: string,
  axes: readonly ParamAxis[],
  views: readonly SearchView[],
): Html {
  const points = comparable(views);
  if (points.length < 2) return html``;
  const several = views.length > 1;
  const all = points.map(({ value }) => value);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const y = (value: number): number =>
    top + (height - top - bottom) * (high === low ? 0.5 : 1 - (value - low) / (high - low));
  const x = (at: number): number => left + 8 + (width - left - right - 8) * at;
  const word = (value: number): string => (several ? formatSigned(value) : formatPercent(value));
  const marks = [low, ...(several && low < 0 && high > 0 ? [0] : []), high];
  const panels = axes.map((axis) => {
    const own = points.flatMap(({ trial, value, chosen }, index) => {
      const at = axis.place(trial);
      return at === undefined
        ? []
        : [{ at: [x(at) + aside(axis, index), y(value)] as const, chosen }];
    });
    const shown = axis.ticks.filter(({ at }, i) => spaced(axis.ticks, at, i));
    return picture(
      {
        id: idOf(address, 'slice', axis.name),
        title: `${objective} against ${axis.name}`,
        words: `${own.length} trials that have ${axis.name}, from ${axis.ticks[0]?.text ?? ''} to ${axis.ticks.at(-1)?.text ?? ''}. The same numbers are in the table of all trials.`,
        ...{ width, height },
      },
      html`<text class="strong" x="${left}" y="13">${shorten(axis.name, 30)}</text>${marks.map(
        (value) =>
          html`<line class="axis" x1="${left}" x2="${width - 4}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}"/><text class="soft" x="${left - 5}" y="${(y(value) + 4).toFixed(1)}" text-anchor="end">${word(value)}</text>`,
      )}<path class="dots faint" d="${dots(own.map(({ at }) => at))}"/>${own.map(({ at, chosen }) => (chosen ? diamond(...at) : html``))}${shown.map(
        ({ at, text }) =>
          html`<text class="soft" x="${x(at).toFixed(1)}" y="${height - 5}" text-anchor="${at > 0.9 && text.length > 2 ? 'end' : 'middle'}">${shorten(text, 9)}</text>`,
      )}`,
    );
  });
  const what = several
    ? `${objective} of a trial less the median of its own search, points`
    : `${objective} of a trial, %`;
  return html`<h3>Value against each param</h3>
<div class="panels picture">${panels}</div>
<p class="small soft">${what}; <span class="mark">◆ chosen</span>. Trials lie densest where the search went; those of one choice stand a little apart.</p>`;
}

/** Ticks with room for their words; both ends always. */
function spaced(ticks: ParamAxis['ticks'], at: number, index: number): boolean {
  if (index === 0 || index === ticks.length - 1) return true;
  const every = Math.ceil(ticks.length / 5);
  return index % every === 0 && at > 0.16 && at < 0.84;
}

/** Values of complete trials; with several searches, less the median of their own. */
export function comparable(views: readonly SearchView[]): readonly {
  readonly trial: SearchView['trials'][number];
  readonly value: number;
  readonly chosen: boolean;
}[] {
  return views.flatMap(({ search, trials }) => {
    const values = trials.flatMap(({ value }) => value ?? []).sort((a, b) => a - b);
    const [lower, upper] = [(values.length - 1) >> 1, values.length >> 1];
    const middle = views.length === 1 ? 0 : ((values[lower] ?? 0) + (values[upper] ?? 0)) / 2;
    return trials.flatMap((trial) =>
      trial.value === null
        ? []
        : [{ trial, value: trial.value - middle, chosen: trial.trial === search.winner }],
    );
  });
}
