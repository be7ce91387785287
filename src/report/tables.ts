import { formatPercent } from './format.ts';
import { type Html, html, Html as Markup } from './html.ts';
import { metricName } from './sentence.ts';

/** Columns that hold counts or names; every other number is a fraction and shown in percent. */
const counts = new Set(['n', 'support', 'classes', 'fold']);

/** A table of named rows: `{ anger: { precision, recall } }`. */
export function namedTable<R extends object>(
  title: string,
  rows: Readonly<Record<string, R>>,
  columns: readonly (keyof R & string)[],
): Html {
  const entries = Object.entries(rows);
  if (entries.length === 0) return html``;
  return frame(
    title,
    ['', ...columns],
    entries.map(([name, row]) => [name, ...columns.map((column) => cell(column, row[column]))]),
  );
}

/** A table of rows that name themselves in their first column. */
export function listTable<R extends object>(
  title: string,
  rows: readonly R[],
  columns: readonly (keyof R & string)[],
): Html {
  if (rows.length === 0) return html``;
  return frame(
    title,
    columns,
    rows.map((row) => columns.map((column) => cell(column, row[column]))),
  );
}

function cell(column: string, value: unknown): string {
  if (typeof value === 'number' && !counts.has(column)) return formatPercent(value);
  return value === null || value === undefined ? '–' : String(value);
}

/** `list`: texts instead of numbers, to the left, the last column as wide as there is room. */
export function frame(
  title: string,
  header: readonly string[],
  rows: readonly (readonly (string | Html)[])[],
  kind: 'numbers' | 'list' = 'numbers',
): Html {
  const heads = header.map((name) => html`<th>${metricName(name)}</th>`);
  const body = rows.map((row) => html`<tr>${row.map((text) => html`<td>${text}</td>`)}</tr>\n`);
  const caption = title === '' ? undefined : html`<h3>${title}</h3>`;
  return html`<div>${caption}<div class="scroll"><table class="${kind}"><tr>${heads}</tr>\n${body}</table></div></div>`;
}

/** Counts coloured by the share of their row: the diagonal is recall. Rows true, columns predicted. */
export function confusionTable(
  labels: readonly string[],
  matrix: readonly (readonly number[])[],
): Html {
  if (matrix.length === 0) return html``;
  const heads = labels.map((label) => html`<th>${label}</th>`);
  const body = matrix.map((row, i) => {
    const sum = row.reduce((a, b) => a + b, 0);
    const cells = row.map((count) => {
      const share = sum === 0 ? 0 : count / sum;
      const style = new Markup(`background: rgba(var(--heat), ${(share * 0.75).toFixed(3)})`);
      const title = `${formatPercent(share)} % of ${labels[i] ?? ''}`;
      return html`<td style="${style}" title="${title}">${round(count)}<br><span class="small">${formatPercent(share)}</span></td>`;
    });
    return html`<tr><td>${labels[i] ?? ''}</td>${cells}</tr>\n`;
  });
  return html`<div class="scroll"><table class="heat"><tr><th></th>${heads}</tr>\n${body}</table></div>
<p class="small soft">Rows: true. Columns: predicted. Below each count, percent of its row.</p>`;
}

/** Counts are means over seeds, so they need not be whole. */
function round(count: number): string {
  return Number.isInteger(count) ? String(count) : count.toFixed(1);
}
