import type { MetricSet } from '../artifacts/evaluation.ts';
import { controlName } from './control-name.ts';
import { formatPercent } from './format.ts';
import { type Html, html } from './html.ts';

interface ChartRow {
  readonly label: string;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  readonly control: boolean;
}

/** The result with its intervals, and the controls on the same axis from 0 to 100 %. */
export function controlsChart(set: MetricSet, metric: string): Html {
  const ticks = [0, 25, 50, 75, 100];
  const rows = chartRows(set, metric).map(({ label, value, low, high, control }) => {
    const range =
      low === undefined || high === undefined
        ? undefined
        : html`<line class="range" stroke-width="3" x1="${percent(low)}" x2="${percent(high)}" y1="11" y2="11"/>`;
    const interval =
      low === undefined || high === undefined
        ? ''
        : ` [${formatPercent(low)}, ${formatPercent(high)}]`;
    return html`<li><span>${label}</span><svg height="22" aria-hidden="true">${ticks.map((tick) => html`<line class="axis" x1="${tick}%" x2="${tick}%" y1="0" y2="22"/>`)}${range}<circle class="${control ? 'control' : 'dot'}" cx="${percent(value)}" cy="11" r="5"/></svg><span>${formatPercent(value)}${interval}</span></li>
`;
  });
  const axis = html`<li class="soft small" aria-hidden="true"><span></span><svg height="16">${ticks.map((tick) => html`<text class="soft" x="${tick}%" y="13" text-anchor="middle">${tick}</text>`)}</svg><span></span></li>`;
  return html`<ul class="controls picture">${rows}${axis}</ul>`;
}

function percent(fraction: number): string {
  return `${(100 * fraction).toFixed(2)}%`;
}
function chartRows(set: MetricSet, metric: string): readonly ChartRow[] {
  const rows: ChartRow[] = [];
  const value = set.values[metric];
  const add = (
    label: string,
    number: unknown,
    range?: { low: number | null; high: number | null } | null,
  ): void => {
    if (typeof number !== 'number') return;
    const { low, high } = range ?? {};
    rows.push({
      label,
      value: number,
      control: range === undefined,
      ...(typeof low === 'number' && typeof high === 'number'
        ? { low: Math.max(0, low), high: Math.min(1, high) }
        : {}),
    });
  };
  add('these speakers', value?.value, value?.these_speakers ?? null);
  add('new speakers', value?.new_speakers?.mean, value?.new_speakers ?? null);
  for (const [name, row] of Object.entries(set.controls)) {
    add(controlName(name, set), row[metric]);
  }
  return rows;
}
