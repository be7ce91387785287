import { formatPercent } from '../../report/format.ts';
import { type Html, html } from '../../report/html.ts';

type Matrix = readonly (readonly number[])[];

/** Colour of a share: white to a deep blue that stays readable in print. */
function heat(share: number): string {
  const mix = (low: number, high: number) => Math.round(low + (high - low) * share);
  return `rgb(${mix(255, 11)},${mix(255, 84)},${mix(255, 130)})`;
}

/**
 * Counts coloured by the share of their row: the diagonal is recall. Wider than high, because the pages of
 * the server crop high pictures.
 */
export function confusionSvg(labels: readonly string[], counts: Matrix, title: string): string {
  const [cell, row, left, top] = [92, 48, 120, 64];
  const width = left + labels.length * cell + 20;
  const height = top + labels.length * row + 20;
  const cells = counts.flatMap((line, i) => {
    const sum = line.reduce((a, b) => a + b, 0);
    return line.map((count, j) => {
      const share = sum === 0 ? 0 : count / sum;
      const [x, y] = [left + j * cell, top + i * row];
      const ink = share > 0.5 ? '#fff' : '#1c2733';
      return html`<rect x="${x}" y="${y}" width="${cell - 2}" height="${row - 2}" fill="${heat(share)}" stroke="#e5e9ee"/>
<text x="${x + cell / 2}" y="${y + 20}" text-anchor="middle" fill="${ink}" font-size="15">${formatPercent(share)}</text>
<text x="${x + cell / 2}" y="${y + 37}" text-anchor="middle" fill="${ink}" font-size="11">${Math.round(count * 10) / 10}</text>`;
    });
  });
  const names = labels.map(
    (
      label,
      i,
    ) => html`<text x="${left - 10}" y="${top + i * row + 28}" text-anchor="end">${label}</text>
<text x="${left + i * cell + cell / 2}" y="${top - 10}" text-anchor="middle">${label}</text>`,
  );
  return frame(
    [width, height],
    html`<text x="10" y="24" font-size="15">${title}: percent of the true class, and clips</text>
<text x="10" y="${top - 10}" font-size="12">true \\ predicted</text>${names}${cells}`,
  );
}

export interface Line {
  readonly name: string;
  readonly values: readonly number[];
}

/** Lines over epochs, side by side: one panel per group. */
export function curvesSvg(
  panels: readonly { readonly title: string; readonly lines: readonly Line[] }[],
): string {
  const [width, height, left] = [460, 300, 52];
  const drawn = panels.map(({ title, lines }, index) => {
    const all = lines.flatMap(({ values }) => values).filter(Number.isFinite);
    const most = Math.max(...all, 1e-9);
    const epochs = Math.max(...lines.map(({ values }) => values.length));
    const x = (n: number) => left + ((width - left - 16) * n) / Math.max(1, epochs - 1);
    const y = (value: number) => 40 + (height - 80) * (1 - value / most);
    const marks = [0, most / 2, most].map(
      (value) =>
        html`<line x1="${left}" x2="${width - 16}" y1="${y(value)}" y2="${y(value)}" stroke="#d8dee4"/>
<text x="${left - 8}" y="${y(value) + 4}" text-anchor="end" font-size="11">${value.toPrecision(2)}</text>`,
    );
    const paths = lines.map(({ name, values }, n) => {
      const points = values.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`);
      return html`<polyline fill="none" stroke="${colour(n)}" stroke-width="1.5" stroke-opacity="0.75" points="${points.join(' ')}"><title>${name}</title></polyline>`;
    });
    return html`<g transform="translate(${index * width},0)"><text x="${left}" y="24" font-size="14">${title}</text>${marks}${paths}
<text x="${left}" y="${height - 16}" font-size="11">1</text><text x="${width - 16}" y="${height - 16}" text-anchor="end" font-size="11">${epochs} epochs</text></g>`;
  });
  return frame([width * panels.length, height], html`${drawn}`);
}

/** Told apart also by readers who do not see red and green alike. */
const colours = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#555555'];

export function colour(n: number): string {
  return colours[n % colours.length] ?? '#555555';
}

function frame([width, height]: readonly [number, number], body: Html): string {
  return html`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="Inter, sans-serif" font-size="13" fill="#1c2733"><rect width="100%" height="100%" fill="#fff"/>${body}</svg>`
    .text;
}
