import { type Html, html } from './html.ts';

interface Bin {
  readonly count: number;
  readonly confidence: number | null;
  readonly accuracy: number | null;
}

const size = 300;
const left = 46;
const bottom = 40;
const top = 8;

/** Accuracy by confidence. A dot's area is the share of the clips; on the diagonal confidence is right. */
export function reliabilityChart(raw: readonly Bin[], scaled: readonly Bin[] | undefined): Html {
  const width = left + size + 12;
  const height = top + size + bottom;
  const x = (value: number): number => left + value * size;
  const y = (value: number): number => top + (1 - value) * size;
  const ticks = [0, 0.25, 0.5, 0.75, 1].map(
    (tick) => html`<line class="axis" x1="${x(tick)}" x2="${x(tick)}" y1="${top}" y2="${y(0)}"/>
<line class="axis" x1="${left}" x2="${x(1)}" y1="${y(tick)}" y2="${y(tick)}"/>
<text class="soft" x="${x(tick)}" y="${y(0) + 16}" text-anchor="middle">${tick * 100}</text>
<text class="soft" x="${left - 7}" y="${y(tick) + 4}" text-anchor="end">${tick * 100}</text>`,
  );
  const series = (bins: readonly Bin[], line: string, dot: string): Html => {
    const total = bins.reduce((sum, { count }) => sum + count, 0);
    const dots = bins.flatMap(({ count, confidence, accuracy }) =>
      confidence === null || accuracy === null
        ? []
        : [{ cx: x(confidence), cy: y(accuracy), r: 2 + 11 * Math.sqrt(count / total) }],
    );
    const points = dots.map(({ cx, cy }) => `${cx.toFixed(1)},${cy.toFixed(1)}`).join(' ');
    return html`<polyline class="${line}" stroke-width="1.5" points="${points}"/>
${dots.map(({ cx, cy, r }) => html`<circle class="${dot}" cx="${cx.toFixed(1)}" cy="${cy.toFixed(1)}" r="${r.toFixed(1)}" fill-opacity=".75"/>`)}`;
  };
  const words = scaled === undefined ? '' : ' Dashed: after temperature scaling.';
  return html`<figure class="picture"><svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Reliability: accuracy by confidence">${ticks}
<line class="ideal" x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}"/>
${scaled && series(scaled, 'line second', 'ring')}${series(raw, 'line', 'dot')}
<text x="${x(0.5)}" y="${height - 4}" text-anchor="middle">confidence, %</text>
<text transform="translate(12 ${y(0.5)}) rotate(-90)" text-anchor="middle">accuracy, %</text></svg>
<figcaption class="small soft">Dots: bins, by area of their clips. Dotted: confidence is right.${words}</figcaption></figure>`;
}
