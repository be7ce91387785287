import { type Html, html } from './html.ts';

/** Loss and UAR of one training, one value per epoch. */
export interface Curve {
  /** `fold-1-seed-1`. */
  readonly name: string;
  readonly loss: readonly number[];
  readonly uar: readonly number[];
}

const width = 400;
const height = 150;
const left = 40;
const bottom = 22;

/** Training loss and UAR by epoch, one line per fold and seed. */
export function curvesChart(curves: readonly Curve[]): Html {
  if (curves.length === 0) return html``;
  return html`<div class="side picture">${panel(
    'Training loss',
    curves.map(({ loss }) => loss),
    curves.reduce((top, { loss }) => loss.reduce((a, b) => Math.max(a, b), top), 0),
    (value) => value.toPrecision(2),
  )}${panel(
    'Training UAR, %',
    curves.map(({ uar }) => uar),
    1,
    (value) => (100 * value).toFixed(0),
  )}</div>`;
}

function panel(
  title: string,
  lines: readonly (readonly number[])[],
  top: number,
  word: (value: number) => string,
): Html {
  const epochs = Math.max(...lines.map((line) => line.length));
  const x = (epoch: number): number =>
    left + ((width - left - 6) * (epoch - 1)) / Math.max(1, epochs - 1);
  const y = (value: number): number => 6 + (height - bottom - 6) * (1 - value / top);
  const paths = lines.map((line) => {
    const points = line.map((value, i) => `${x(i + 1).toFixed(1)},${y(value).toFixed(1)}`);
    return html`<polyline class="curve" points="${points.join(' ')}"/>`;
  });
  const marks = [0, top / 2, top].map(
    (
      value,
    ) => html`<line class="axis" x1="${left}" x2="${width - 6}" y1="${y(value).toFixed(1)}" y2="${y(value).toFixed(1)}"/>
<text class="soft" x="${left - 5}" y="${(y(value) + 3.5).toFixed(1)}" text-anchor="end">${word(value)}</text>`,
  );
  return html`<figure><figcaption class="small soft">${title}, one line per fold and seed</figcaption>
<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${title} by epoch">${marks}${paths}
<text class="soft" x="${left}" y="${height - 4}">1</text><text class="soft" x="${width - 6}" y="${height - 4}" text-anchor="end">${epochs} epochs</text></svg></figure>`;
}
