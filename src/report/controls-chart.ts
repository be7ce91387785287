import type { MetricSet } from '../artifacts/evaluation.ts';
import { formatPercent } from './format.ts';
import { type Html, html } from './html.ts';

const rowHeight = 26;
const labelWidth = 190;
const plotWidth = 420;
const valueWidth = 150;

interface ChartRow {
  readonly label: string;
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
  readonly control: boolean;
}

/** The result with its intervals, and the sanity rows on the same axis from 0 to 100 %. */
export function controlsChart(set: MetricSet, metric: string): Html {
  const rows = chartRows(set, metric);
  const x = (fraction: number): string => (labelWidth + fraction * plotWidth).toFixed(1);
  const height = rows.length * rowHeight + 24;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (tick) => html`<line class="axis" x1="${x(tick)}" x2="${x(tick)}" y1="0" y2="${height - 22}"/>
<text class="soft" x="${x(tick)}" y="${height - 6}" text-anchor="middle">${tick * 100}</text>`,
  );
  const marks = rows.map(({ label, value, low, high, control }, index) => {
    const y = index * rowHeight + rowHeight / 2;
    const range =
      low === undefined || high === undefined
        ? undefined
        : html`<line class="range" stroke-width="3" x1="${x(low)}" x2="${x(high)}" y1="${y}" y2="${y}"/>`;
    const numbers =
      low === undefined || high === undefined
        ? formatPercent(value)
        : `${formatPercent(value)} [${formatPercent(low)}, ${formatPercent(high)}]`;
    return html`<text x="${labelWidth - 12}" y="${y + 4}" text-anchor="end">${label}</text>${range}
<circle class="${control ? 'control' : 'dot'}" cx="${x(value)}" cy="${y}" r="5"/>
<text x="${labelWidth + plotWidth + 14}" y="${y + 4}">${numbers}</text>`;
  });
  const width = labelWidth + plotWidth + valueWidth;
  return html`<div class="scroll"><svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="The result beside its controls">${ticks}${marks}</svg></div>`;
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
    add(name.replaceAll('_', ' '), row[metric]);
  }
  return rows;
}
