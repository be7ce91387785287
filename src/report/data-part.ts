import { formatCount } from '../util/count.ts';
import type { Part } from './document.ts';
import { html } from './html.ts';
import type { CorpusRow, ReportData } from './report-data.ts';
import { facts, frame } from './tables.ts';

/** Files that a page lists; the artifact has all of them. */
const shownFiles = 50;

/** What the numbers were made of, and what was left out of it. */
export function dataPart({ corpora }: ReportData): Part | undefined {
  if (corpora.length === 0) return undefined;
  return { title: 'Data', body: html`${corpora.map(corpusBlock)}` };
}

function corpusBlock({ address, info, clips, speakers }: CorpusRow) {
  const dropped = Object.entries(info.dropped).map(
    ([label, count]) => `${formatCount(count, 'row')} labelled "${label}"`,
  );
  const files = info.bad.slice(0, shownFiles).map(({ file, reason }) => [file, reason]);
  const rest = info.bad.length - files.length;
  const cut = info.cut ?? [];
  const source = info.pinned ? 'the files that affekt knows' : 'other files than affekt knows';
  return html`<h3>${address}</h3>
${facts([
  ['Corpus', info.title],
  ['Size', `${formatCount(clips, 'clip')}, ${formatCount(speakers, 'speaker')}`],
  ['Emotions', info.labels.join(', ')],
  ['Licence', info.licence],
  ['Manifest', `${info.manifest.slice(0, 16)}, ${source}`],
  dropped.length === 0 ? undefined : ['Dropped by labels', dropped.join(', ')],
  cut.length === 0
    ? undefined
    : [
        'Cut short',
        `${cut.slice(0, shownFiles).join(', ')}${cut.length > shownFiles ? ' and others, in corpus.json' : ''}; used as far as they go`,
      ],
])}
${info.bad.length === 0 ? undefined : frame(`Left out: ${formatCount(info.bad.length, 'file')}`, ['file', 'reason'], files, 'list')}
${rest > 0 ? html`<p class="small soft">and ${rest} more, in corpus.json</p>` : undefined}`;
}
