import type { Part } from './document.ts';
import { html } from './html.ts';
import type { ReportData } from './report-data.ts';
import { facts } from './tables.ts';

/** The exact spec, the command that does the same again, and what it ran on. */
export function reproducePart({ command, id, environment, spec }: ReportData): Part {
  const body = html`<pre tabindex="0">${command}</pre>
<p class="small soft">The same spec, inputs and versions give the same bytes. <code>affekt reproduce ${id}</code> computes them again and compares; <code>affekt audit ${id}</code> checks from the records that no number leaked.</p>
${facts(environment)}
<h3>Spec</h3>
<p class="small soft">As resolved: bases merged, variables put in, overrides applied.</p>
<pre tabindex="0">${spec}</pre>`;
  return { title: 'Reproduce', body };
}
