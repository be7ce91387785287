import type { Analysis, Finding } from '../artifacts/analysis.ts';
import { formatCount } from '../util/count.ts';
import type { Part } from './document.ts';
import { formatPercent, formatSeconds } from './format.ts';
import { Html, html } from './html.ts';
import type { AnalysisRow, DrawnChart } from './report-data.ts';
import { frame } from './tables.ts';

/** The corpus pages: what each analyze stage found, what its corpus can show, charts. */
export function corpusParts(analyses: readonly AnalysisRow[]): readonly Part[] {
  return analyses.map((row) => ({
    title: `Corpus: ${row.analysis.corpus.title}`,
    body: corpusBody(row),
  }));
}

function corpusBody({ address, analysis, charts }: AnalysisRow): Html {
  const { clips, speakers, labels, texts, duration } = analysis.corpus;
  const warnings = analysis.findings.filter(({ level }) => level === 'warning');
  const notes = analysis.findings.filter(({ level }) => level === 'note');
  return html`<p><b>${address}</b>: ${formatCount(clips, 'clip')}, ${formatSeconds(duration)}; ${formatCount(speakers, 'speaker')}, ${formatCount(labels.length, 'emotion')}${texts === 0 ? '' : `, ${formatCount(texts, 'sentence')}`}.</p>
${warnings.length === 0 ? html`<p>No warnings.</p>` : html`<h3>What will bite</h3>${findingList(warnings)}`}
${notes.length === 0 ? undefined : html`<h3>To be known</h3>${findingList(notes)}`}
${smallest(analysis)}
<h3>In pictures</h3>
<div class="charts">${charts.map(figure)}</div>
<p class="small soft">Tables (CSV) and charts (Vega-Lite) are in stages/${address}/analysis; docs/analysis.md defines every measure.</p>`;
}

function findingList(findings: readonly Finding[]): Html {
  return html`<ul class="findings">${findings.map(
    ({ level, text, advice }) =>
      html`<li class="${level}">${text}<br><span class="small soft">${advice}</span></li>\n`,
  )}</ul>`;
}

function smallest({ smallest_difference: one }: Analysis): Html {
  const points = (value: number | null): string => (value === null ? '–' : formatPercent(value));
  const { smallest_p: p, largest_family: family, least } = one.speaker_test;
  const allowed =
    family < 1
      ? `can never be significant at ${one.alpha}, and is refused`
      : `allows at most ${formatCount(family, 'comparison')} at ${one.alpha}; more are refused`;
  return html`<h3>The smallest difference this corpus can show</h3>
<p>Two sets of models on the same clips, points of UAR, two-sided at ${one.alpha}. A permutation over the ${formatCount(one.speakers, 'speaker')} reaches p = ${Number(p.toPrecision(3))} at best: it ${allowed}.</p>
${frame(
  '',
  ['where the sets disagree on', 'these speakers (clips)', 'new speakers (speakers)'],
  one.expected.map(({ q, clips, speakers }) => [
    `${formatPercent(q)} % of the clips`,
    points(clips),
    points(speakers),
  ]),
)}
<p class="small soft">What to expect from a paired bootstrap over clips and from a paired t over speakers, were speakers alike: real ones differ more. At the very least: ${points(one.clip_test.least)} points over clips (${one.clip_test.clips} clips gained, none lost)${least === null ? '' : `, ${points(least)} over speakers (one clip gained by each)`}.</p>`;
}

function figure({ name, title, drawing }: DrawnChart): Html {
  const body =
    'svg' in drawing
      ? new Html(drawing.svg.replace('<svg ', html`<svg role="img" aria-label="${title}" `.text))
      : 'png' in drawing
        ? html`<img alt="${title}" src="data:image/png;base64,${Buffer.from(drawing.png).toString('base64')}">`
        : html`<p class="small soft">charts/${name}.vl.json could not be drawn: ${drawing.error}</p>`;
  return html`<figure><figcaption>${title}</figcaption>${body}</figure>\n`;
}
