import type { Part } from './document.ts';
import { formatSeconds } from './format.ts';
import { html } from './html.ts';
import { pipelineOf } from './pipeline.ts';
import { pipelinePicture } from './pipeline-picture.ts';
import type { ReportData } from './report-data.ts';
import { frame } from './tables.ts';

/** How the run was computed: the graph, and a table of its stages. */
export function pipelinePart(data: ReportData): Part | undefined {
  const pipeline = pipelineOf(data);
  if (data.stages.length === 0 && pipeline.nodes.length === 0) return undefined;
  const rows = data.stages.map(({ address, tasks, cached, seconds }) => [
    address,
    String(tasks),
    String(cached),
    String(tasks - cached),
    tasks === cached ? '' : formatSeconds(seconds),
  ]);
  const body = html`${pipeline.nodes.length === 0 ? undefined : pipelinePicture(pipeline)}
${pipeline.nodes.length === 0 ? undefined : html`<p class="small soft">Dashed: everything was in the cache. Times are summed over processes.</p>`}
${rows.length === 0 ? undefined : frame('Stages', ['stage', 'tasks', 'cached', 'ran', 'time'], rows)}`;
  return { title: 'Pipeline', body };
}
