import { renderReport } from './page.ts';
import type { EvaluationRow, ReportData } from './report-data.ts';

/** Bytes of a page: beyond, mail and browsers make trouble. */
const pageLimit = 5e6;

interface Step {
  /** What the page is without. */
  readonly words: string;
  thin(data: ReportData): ReportData;
}

/** What a page can do without, the least missed first. All of it is in the run's folder. */
const steps: readonly Step[] = [
  {
    words: 'the sound of clips',
    thin: overRows((row) => ({ ...row, mute: null, clips: overClips(row, { sound: null }) })),
  },
  {
    words: 'the spectrograms of clips',
    thin: overRows((row) => ({ ...row, clips: overClips(row, { picture: null }) })),
  },
  {
    words: 'figures of sets of models other than the first (they are in its tables)',
    thin: overRows((row) => ({ ...row, brief: true })),
  },
  {
    words: 'learning curves',
    thin: (data) => ({ ...data, models: data.models.map((row) => ({ ...row, curves: [] })) }),
  },
  {
    words: 'the single trials of searches',
    thin: (data) => ({ ...data, studies: data.studies.map((row) => ({ ...row, brief: true })) }),
  },
  {
    words: 'charts of corpora',
    thin: (data) => ({ ...data, analyses: data.analyses.map((row) => ({ ...row, charts: [] })) }),
  },
];

function overRows(change: (row: EvaluationRow) => EvaluationRow): Step['thin'] {
  return (data) => ({ ...data, evaluations: data.evaluations.map(change) });
}

function overClips(
  { clips }: EvaluationRow,
  change: Partial<EvaluationRow['clips'][string]>,
): EvaluationRow['clips'] {
  return Object.fromEntries(
    Object.entries(clips).map(([id, clip]) => [id, { ...clip, ...change }]),
  );
}

/**
 * The page of a run, not larger than `limit` bytes as long as it can do without something; what it is without
 * stands on top of it. Pure.
 */
export function fitReport(data: ReportData, limit: number = pageLimit): string {
  let [thinned, text] = [data, renderReport(data)];
  for (const { words, thin } of steps) {
    if (Buffer.byteLength(text) <= limit) return text;
    thinned = { ...thin(thinned), thinned: [...thinned.thinned, words] };
    text = renderReport(thinned);
  }
  return text;
}
