import { argmax } from '../../model/argmax.ts';
import { formatCsv } from '../../util/csv.ts';
import { formatTable } from '../table.ts';
import type { Judged } from './posteriors.ts';

export interface JudgedFile extends Judged {
  readonly file: string;
}

/** A line for each recording, and whose word it is. */
export function formatJudged(
  rows: readonly JudgedFile[],
  about: {
    readonly labels: readonly string[];
    readonly count: number;
    readonly set: string;
    readonly run: string;
  },
): string {
  const { labels, count, set, run } = about;
  const table = formatTable(
    rows.map(({ file, posterior, agree }) => {
      const first = argmax(posterior);
      const share = `${(100 * (posterior[first] ?? 0)).toFixed(1)} %`;
      return [file, labels[first] ?? '', share, count === 1 ? '' : `${agree} of ${count} agree`];
    }),
  );
  const models = count === 1 ? 'one model' : `${count} models, averaged`;
  return `${table}\n${models}: ${set} of run ${run}\n`;
}

/** `file, emotion, probability, agree, models`, then a probability for every emotion. */
export function toCsv(
  rows: readonly JudgedFile[],
  labels: readonly string[],
  count: number,
): string {
  return formatCsv(
    ['file', 'emotion', 'probability', 'agree', 'models', ...labels.map((label) => `p_${label}`)],
    rows.map(({ file, posterior, agree }) => {
      const first = argmax(posterior);
      return [file, labels[first] ?? '', posterior[first] ?? 0, agree, count, ...posterior];
    }),
  );
}
