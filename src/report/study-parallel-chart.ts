import type { StudyTrial } from '../artifacts/study.ts';
import { formatPercent } from './format.ts';
import { type Html, html } from './html.ts';
import { type ParamAxis, shorten } from './study-axis.ts';
import { axisName, fifths, fifthsLegend, idOf, picture, type SearchView } from './study-frame.ts';

const height = 320;
const top = 50;
const bottom = 34;
const left = 70;
/** Pixels from axis to axis: as many as words need, and no picture narrower than the least. */
const closest = 128;
const narrowest = 520;

/** Every complete trial as a line over the params, coloured by its fifth within its own search. */
export function parallelChart(
  address: string,
  objective: string,
  axes: readonly ParamAxis[],
  views: readonly SearchView[],
): Html {
  const values = views.flatMap(({ trials }) => trials.flatMap(({ value }) => value ?? []));
  if (values.length < 2) return html``;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const step = Math.max(closest, narrowest / axes.length);
  const width = left + step * axes.length + 60;
  const y = (share: number): number => top + (height - top - bottom) * (1 - share);
  const x = (index: number): number => left + step * index;
  // Below the axis: a conditional param that this trial does not have.
  const lineOf = (trial: StudyTrial): string => {
    const places = axes.map((axis) => axis.place(trial));
    const end = high === low ? 0.5 : ((trial.value ?? low) - low) / (high - low);
    const points = [...places.map((at) => (at === undefined ? y(0) + 18 : y(at))), y(end)];
    return points
      .map((at, i) => `${i === 0 ? 'M' : 'L'}${x(i).toFixed(1)} ${at.toFixed(1)}`)
      .join('');
  };
  const groups: string[] = ['', '', '', '', ''];
  for (const view of views) {
    for (const [trial, fifth] of fifths(view)) groups[fifth] += lineOf(trial);
  }
  const chosen = views.flatMap(({ search, trials }) =>
    trials.filter(({ trial }) => trial === search.winner).map(lineOf),
  );
  const conditional = axes.some((axis) =>
    views.some(({ trials }) =>
      trials.some((trial) => trial.value !== null && axis.place(trial) === undefined),
    ),
  );
  const ends = [
    { at: 0, text: formatPercent(low) },
    { at: 1, text: formatPercent(high) },
  ];
  const columns = [...axes, { name: `value.${objective}, %`, ticks: ends }];
  const scales = columns.map(
    ({ name, ticks }, i) => html`${axisName(name, x(i), 16)}
<line class="axis strong" x1="${x(i).toFixed(1)}" x2="${x(i).toFixed(1)}" y1="${y(1)}" y2="${y(0)}"/>${ticks.map(
      ({ at, text }) =>
        html`<text class="soft halo" x="${(x(i) + (i === axes.length ? 8 : -7)).toFixed(1)}" y="${(y(at) + 4).toFixed(1)}" text-anchor="${i === axes.length ? 'start' : 'end'}">${shorten(text, 12)}</text>`,
    )}`,
  );
  const words = `${values.length} trials over ${axes.map(({ name }) => name).join(', ')}, and their ${objective} from ${formatPercent(low)} to ${formatPercent(high)} %. The same numbers are in the table of all trials.`;
  return html`<h3>Trials across params</h3>
<div class="scroll picture wide" tabindex="0" role="group" aria-label="Trials across params">${picture(
    { id: idOf(address, 'parallel'), title: 'Trials across params', words, width, height },
    html`${groups.map((path, i) => html`<path class="f${i} trial" d="${path}"/>`)}<path class="winner" d="${chosen.join('')}"/>${scales}${conditional ? html`<text class="soft" x="4" y="${y(0) + 22}">not set</text>` : undefined}`,
  )}</div>
${fifthsLegend(views.length > 1)}`;
}
