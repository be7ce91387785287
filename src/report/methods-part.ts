import type { Citation } from '../util/citation.ts';
import { bibtex } from './bibtex.ts';
import type { Part } from './document.ts';
import { html } from './html.ts';
import { methodsText } from './methods.ts';
import type { ReportData } from './report-data.ts';

/** What goes into a paper: how the numbers were made, and whom to cite. */
export function methodsPart(data: ReportData): Part | undefined {
  const paragraphs = data.evaluations
    .map((row) => ({ address: row.address, text: methodsText(row, data) }))
    .filter(({ text }) => text !== '');
  if (paragraphs.length === 0) return undefined;
  const software: Citation = {
    ...{ type: 'misc', key: 'affekt' },
    fields: {
      title: '{affekt}: declarative experiments for speech emotion recognition',
      year: data.started.slice(0, 4),
      note: `Version ${data.affekt}`,
    },
  };
  const citations = [...data.corpora.flatMap(({ info }) => info.citations), software];
  const body = html`${paragraphs.map(
    ({ address, text }) =>
      html`${paragraphs.length > 1 ? html`<h3>${address}</h3>` : undefined}<p>${text}</p>`,
  )}
<details open><summary>BibTeX</summary><pre tabindex="0">${bibtex(citations)}</pre></details>`;
  return { title: 'Methods', body };
}
