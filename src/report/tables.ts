import { type MetricSet, repeatsOf } from '../artifacts/metrics.ts';
import { naturalOrder } from '../util/natural-order.ts';
import { formatPercent } from './format.ts';
import { type Html, html, Html as Markup } from './html.ts';
import { metricName } from './sentence.ts';

/** Columns that hold counts or names; every other number is a fraction and shown in percent. */
const counts = new Set(['n', 'support', 'classes', 'fold']);

/** Columns with a bar behind the number: what groups are compared by. */
const bars = new Set(['uar', 'recall']);

interface NamedOptions {
  /** Words beside the names that they are of. */
  readonly marks?: Readonly<Record<string, string>>;
  /** By name, numbers by value; else as they come. */
  readonly sorted?: boolean;
}

/** A table of named rows: `{ anger: { precision, recall } }`. */
export function namedTable<R extends object>(
  title: string,
  rows: Readonly<Record<string, R>>,
  columns: readonly (keyof R & string)[],
  { marks = {}, sorted = false }: NamedOptions = {},
): Html {
  const entries = Object.entries(rows);
  if (entries.length === 0) return html``;
  // Names that are numbers would come first, in an order of JavaScript's own.
  if (sorted) entries.sort(([a], [b]) => naturalOrder(a, b));
  return frame(
    title,
    ['', ...columns],
    entries.map(([name, row]) => [
      !Object.hasOwn(marks, name) ? name : html`${name} <span class="mark">${marks[name]}</span>`,
      ...columns.map((column) => cell(column, row[column])),
    ]),
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

function cell(column: string, value: unknown): string | Html {
  if (value === null || value === undefined) return '–';
  if (typeof value !== 'number' || counts.has(column)) return String(value);
  const text = formatPercent(value);
  if (!bars.has(column)) return text;
  const style = new Markup(`--v:${text}%`);
  return html`<span class="bar" style="${style}">${text}</span>`;
}

/**
 * Heads that are text are worded as metrics are; markup stands as it is. `list`: texts instead of numbers, to
 * the left, the last column as wide as there is room.
 */
export function frame(
  title: string,
  header: readonly (string | Html)[],
  rows: readonly (readonly (string | Html)[])[],
  kind: 'numbers' | 'list' = 'numbers',
): Html {
  const heads = header.map((name) =>
    name === ''
      ? html`<td></td>`
      : html`<th scope="col">${typeof name === 'string' ? metricName(name) : name}</th>`,
  );
  const body = rows.map(
    ([first, ...rest]) =>
      html`<tr><th scope="row">${first}</th>${rest.map((text) => html`<td>${text}</td>`)}</tr>\n`,
  );
  const caption = title === '' ? undefined : html`<caption>${title}</caption>`;
  const [first = 'Table'] = header.filter((name) => typeof name === 'string' && name !== '');
  const label = title === '' ? first : title;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${label}"><table class="${kind}">${caption}<thead><tr>${heads}</tr></thead>
<tbody>${body}</tbody></table></div>`;
}

/** Terms and what is to be said of them, in two columns. */
export function facts(rows: readonly (readonly [string, string | Html] | undefined)[]): Html {
  const shown = rows.filter((row) => row !== undefined);
  if (shown.length === 0) return html``;
  return html`<dl class="facts">${shown.map(([term, text]) => html`<div><dt>${term}</dt><dd>${text}</dd></div>\n`)}</dl>`;
}

/** Counts coloured by the share of their row: the diagonal is recall. Rows true, columns predicted. */
export function confusionTable(
  labels: readonly string[],
  matrix: readonly (readonly number[])[],
  n: MetricSet['n'],
): Html {
  if (matrix.length === 0) return html``;
  const heads = labels.map((label) => html`<th scope="col">${label}</th>`);
  const body = matrix.map((row, i) => {
    const sum = row.reduce((a, b) => a + b, 0);
    const cells = row.map((count, j) => {
      const share = sum === 0 ? 0 : count / sum;
      const style = new Markup(`--s:${share.toFixed(3)}`);
      const hit = i === j ? ' class="hit"' : '';
      return html`<td style="${style}"${new Markup(hit)}>${count}<span class="share">${formatPercent(share)}</span></td>`;
    });
    return html`<tr><th scope="row">${labels[i] ?? ''}</th>${cells}</tr>\n`;
  });
  const summed = n.seeds > 1 ? `, summed over ${repeatsOf(n)}` : '';
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Confusion"><table class="heat"><caption>Confusion</caption>
<thead><tr><td class="corner">true ↓ predicted →</td>${heads}</tr></thead>
<tbody>${body}</tbody></table></div>
<p class="small soft">Clips${summed}; beside each count, percent of its row. The diagonal is recall.</p>`;
}
