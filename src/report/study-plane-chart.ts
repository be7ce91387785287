import { type Html, html } from './html.ts';
import type { ParamAxis } from './study-axis.ts';
import {
  aside,
  diamond,
  dots,
  fifths,
  fifthsLegend,
  idOf,
  picture,
  type SearchView,
} from './study-frame.ts';

const width = 420;
const height = 330;
const left = 64;
const right = 16;
const top = 12;
const bottom = 42;

/** Trials in the plane of the two most important params that are numbers; nothing where there are not two. */
export function planeChart(
  address: string,
  axes: readonly ParamAxis[],
  views: readonly SearchView[],
): Html {
  const [across, up] = axes.filter(({ numeric }) => numeric);
  if (across === undefined || up === undefined) return html``;
  const x = (at: number): number => left + 8 + (width - left - right - 8) * at;
  const y = (at: number): number => top + 8 + (height - top - bottom - 16) * (1 - at);
  const groups: (readonly [number, number])[][] = [[], [], [], [], []];
  const chosen: Html[] = [];
  for (const view of views) {
    for (const [trial, fifth] of fifths(view)) {
      const [a, b] = [across.place(trial), up.place(trial)];
      if (a === undefined || b === undefined) continue;
      const index = trial.trial + 7 * (view.search.outer ?? 0);
      const at = [x(a) + aside(across, index), y(b) + aside(up, index)] as const;
      groups[fifth]?.push(at);
      if (trial.trial === view.search.winner) chosen.push(diamond(...at));
    }
  }
  const grid = html`${across.ticks.map(
    ({ at, text }) =>
      html`<line class="axis" x1="${x(at).toFixed(1)}" x2="${x(at).toFixed(1)}" y1="${top}" y2="${height - bottom}"/><text class="soft" x="${x(at).toFixed(1)}" y="${height - bottom + 16}" text-anchor="${at > 0.95 ? 'end' : 'middle'}">${text}</text>`,
  )}${up.ticks.map(
    ({ at, text }) =>
      html`<line class="axis" x1="${left}" x2="${width - right}" y1="${y(at).toFixed(1)}" y2="${y(at).toFixed(1)}"/><text class="soft" x="${left - 7}" y="${(y(at) + 4).toFixed(1)}" text-anchor="end">${text}</text>`,
  )}`;
  const count = groups.reduce((sum, group) => sum + group.length, 0);
  return html`<h3>${across.name} and ${up.name}</h3>
<figure class="picture">${picture(
    {
      id: idOf(address, 'plane'),
      title: `Trials by ${across.name} and ${up.name}`,
      words: `${count} trials that have both; darker is better. The same numbers are in the table of all trials.`,
      ...{ width, height },
    },
    html`${grid}${groups.map((group, i) => html`<path class="f${i} point" d="${dots(group)}"/>`)}${chosen}
<text x="${(left + width - right) / 2}" y="${height - 6}" text-anchor="middle">${across.name}</text>
<text transform="translate(13 ${(top + height - bottom) / 2}) rotate(-90)" text-anchor="middle">${up.name}</text>`,
  )}<figcaption>${fifthsLegend(views.length > 1)}</figcaption></figure>`;
}
