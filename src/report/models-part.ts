import { drawsOf } from '../artifacts/models.ts';
import { grouped } from '../util/count.ts';
import { curvesChart } from './curves-chart.ts';
import type { Part } from './document.ts';
import { html } from './html.ts';
import type { ReportData } from './report-data.ts';
import { frame } from './tables.ts';

/** What was trained, how large it is, and how it learnt. */
export function modelsPart({ models }: ReportData): Part | undefined {
  if (models.length === 0) return undefined;
  const rows = models.map(({ address, description, cost }) => {
    const { architecture, parameters, folds, seeds, enrolment } = description;
    const draws = drawsOf(enrolment);
    return [
      address,
      architecture,
      parameters === 0 ? '–' : grouped(parameters),
      cost === null ? '–' : `${(cost.flops / 1e6).toPrecision(3)} (${cost.frames} frames)`,
      String(folds),
      draws === 1 ? String(seeds) : `${seeds / draws} × ${draws} draws`,
    ];
  });
  const header = ['stage', 'architecture', 'parameters', 'MFLOP forward', 'folds', 'seeds'];
  const costs = models.some(({ cost }) => cost !== null);
  const body = html`${frame('Size', header, rows)}
${costs ? html`<p class="small soft">Two operations per multiply-add of convolutions and dense layers on one training crop; a training step costs about three times as much.</p>` : undefined}
${models.map(({ address, curves }) =>
  curves.length === 0 ? html`` : html`<h3>${address}, by epoch</h3>${curvesChart(curves)}`,
)}`;
  return { title: 'Models', body };
}
